package redoubt.appliance.api.page;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import redoubt.appliance.answers.AnswerEvent;
import redoubt.appliance.answers.Answers;
import redoubt.appliance.api.telling.Telling;
import redoubt.appliance.api.telling.Template;
import redoubt.appliance.http.ErrorBody;
import redoubt.appliance.http.EventSink;
import redoubt.appliance.http.EventStream;
import redoubt.appliance.http.StrictJson;

/// An answer as the events that the page reads.
final class TurnTelling implements Telling {
    private static final Template DELTA =
            Template.of(EventSink.event("delta", Map.of("text", Template.TEXT)));
    private static final Template REASONING =
            Template.of(EventSink.event("reasoning", Map.of("text", Template.TEXT)));

    @Override
    public boolean tell(Answers.Told told, EventSink out) throws EventStream.GoneException {
        byte @Nullable [] frame = frame(told.event());
        if (frame != null) out.frame(frame);
        return told.event().last();
    }

    private static byte @Nullable [] frame(AnswerEvent event) {
        return switch (event) {
            case AnswerEvent.Waiting waiting ->
                    EventSink.event("waiting", Map.of("sentence", waiting.sentence()));
            case AnswerEvent.Queued queued ->
                    EventSink.event(
                            "queued",
                            Map.of(
                                    "position",
                                    queued.position(),
                                    "expectedMs",
                                    queued.expectedMs()));
            case AnswerEvent.Started started ->
                    EventSink.event("started", Map.of("promptTokens", started.promptTokens()));
            case AnswerEvent.Progress progress ->
                    EventSink.event(
                            "progress",
                            Map.of(
                                    "computedTokens",
                                    progress.computedTokens(),
                                    "promptTokens",
                                    progress.promptTokens()));
            case AnswerEvent.Delta delta -> DELTA.with(delta.text());
            case AnswerEvent.Reasoning reasoning -> REASONING.with(reasoning.text());
            // The page offers no tools.
            case AnswerEvent.ToolCall _ -> null;
            case AnswerEvent.Failed failed -> EventSink.event("error", ErrorBody.of(failed.why()));
            case AnswerEvent.Done done -> EventSink.event("done", done(done));
        };
    }

    private static ObjectNode done(AnswerEvent.Done done) {
        ObjectNode body =
                StrictJson.MAPPER
                        .createObjectNode()
                        .put("turnId", done.outputId())
                        .put("outputId", done.outputId())
                        .put("text", done.said().content())
                        .put("finishReason", done.finishReason());
        body.putObject("usage")
                .put("promptTokens", done.promptTokens())
                .put("completionTokens", done.completionTokens());
        body.set("receipt", StrictJson.MAPPER.valueToTree(done.receipt()));
        return body;
    }
}
