package redoubt.appliance.api.anthropic;

import java.io.IOException;
import redoubt.appliance.answers.AnswerService;
import redoubt.appliance.api.telling.Replies;
import redoubt.appliance.http.EventStream;
import redoubt.appliance.http.Exchange;

/// `/v1/messages`, whole and streamed. Source: Anthropic's API reference; docs/api.md says what is
/// supported.
public final class MessagesApi {
    private final AnswerService answers;
    private final Replies replies;

    public MessagesApi(AnswerService answers, Replies replies) {
        this.answers = answers;
        this.replies = replies;
    }

    public void create(Exchange exchange)
            throws IOException, InterruptedException, EventStream.GoneException {
        MessagesRequest asked = MessagesRequest.read(exchange.principal(), exchange.object());
        MessageJson json = new MessageJson(asked.request().model());
        replies.bring(
                exchange,
                asked.manner(),
                () -> answers.start(asked.request()),
                () -> new MessageTelling(json),
                answer -> json.whole(answer.getFirst().done()));
    }
}
