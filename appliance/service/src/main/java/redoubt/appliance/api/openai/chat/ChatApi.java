package redoubt.appliance.api.openai.chat;

import java.io.IOException;
import java.time.InstantSource;
import redoubt.appliance.answers.AnswerService;
import redoubt.appliance.api.telling.Replies;
import redoubt.appliance.http.EventStream;
import redoubt.appliance.http.Exchange;

/// `/v1/chat/completions`, whole and streamed. Source: OpenAI's API reference; docs/api.md says
/// what is supported.
public final class ChatApi {
    private final AnswerService answers;
    private final Replies replies;
    private final InstantSource clock;

    public ChatApi(AnswerService answers, Replies replies, InstantSource clock) {
        this.answers = answers;
        this.replies = replies;
        this.clock = clock;
    }

    public void create(Exchange exchange)
            throws IOException, InterruptedException, EventStream.GoneException {
        ChatRequest asked = ChatRequest.read(exchange.principal(), exchange.object());
        boolean logprobs = asked.request().wanted().logprobs() >= 0;
        ChatJson json = new ChatJson(asked.request().model(), logprobs, clock);
        replies.bring(
                exchange,
                asked.stream().manner(),
                () -> answers.start(asked.request(), asked.choices()),
                () -> new ChatTelling(json, asked.stream(), asked.choices()),
                json::whole);
    }
}
