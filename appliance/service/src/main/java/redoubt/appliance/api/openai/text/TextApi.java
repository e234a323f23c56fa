package redoubt.appliance.api.openai.text;

import java.io.IOException;
import java.time.InstantSource;
import redoubt.appliance.answers.AnswerService;
import redoubt.appliance.api.telling.Replies;
import redoubt.appliance.http.EventStream;
import redoubt.appliance.http.Exchange;

/// `/v1/completions`, whole and streamed. Source: OpenAI's API reference; docs/api.md says what is
/// supported.
public final class TextApi {
    private final AnswerService answers;
    private final Replies replies;
    private final InstantSource clock;

    public TextApi(AnswerService answers, Replies replies, InstantSource clock) {
        this.answers = answers;
        this.replies = replies;
        this.clock = clock;
    }

    public void create(Exchange exchange)
            throws IOException, InterruptedException, EventStream.GoneException {
        TextRequest asked = TextRequest.read(exchange.principal(), exchange.object());
        TextJson json = new TextJson(asked, clock);
        replies.bring(
                exchange,
                asked.stream().manner(),
                () -> answers.start(asked.requests()),
                () -> new TextTelling(json, asked),
                json::whole);
    }
}
