package redoubt.appliance.api.anthropic;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import redoubt.appliance.answers.AnswerEvent;
import redoubt.appliance.answers.Answers;
import redoubt.appliance.api.openai.OpenAiJson;
import redoubt.appliance.api.telling.Telling;
import redoubt.appliance.api.telling.Template;
import redoubt.appliance.http.ErrorShape;
import redoubt.appliance.http.EventSink;
import redoubt.appliance.http.EventStream;
import redoubt.appliance.http.StrictJson;

/// A message as Anthropic's named events: the message's start, each block's start, parts and end,
/// what became of the message, and its end.
///
/// Source: Anthropic's API reference, streaming messages.
final class MessageTelling implements Telling {
    private static final byte[] PING =
            EventSink.event("ping", StrictJson.MAPPER.createObjectNode().put("type", "ping"));
    private static final byte[] STOP =
            EventSink.event(
                    "message_stop",
                    StrictJson.MAPPER.createObjectNode().put("type", "message_stop"));

    private final MessageJson json;
    private boolean begun;
    private int index = -1;
    private @Nullable Block open;

    /// What the block is that is being told; `call` is the number of the call of a tool.
    private record Block(String type, int call, Template part) {}

    MessageTelling(MessageJson json) {
        this.json = json;
    }

    @Override
    public boolean tell(Answers.Told told, EventSink out) throws EventStream.GoneException {
        switch (told.event()) {
            case AnswerEvent.Waiting waiting -> {
                out.frame(OpenAiJson.waiting(waiting));
                out.frame(PING);
            }
            case AnswerEvent.Queued queued -> {
                out.frame(OpenAiJson.queued(queued));
                out.frame(PING);
            }
            case AnswerEvent.Started started -> {
                begun = true;
                out.frame(
                        EventSink.event(
                                "message_start",
                                json.begun(started.promptTokens(), started.cachedTokens())));
            }
            case AnswerEvent.Progress _ -> out.frame(PING);
            case AnswerEvent.Delta delta -> {
                if (!delta.text().isEmpty())
                    out.frame(block("text", 0, out).part().with(delta.text()));
            }
            case AnswerEvent.Reasoning reasoning ->
                    out.frame(block("thinking", 0, out).part().with(reasoning.text()));
            case AnswerEvent.ToolCall call -> toolCall(call, out);
            case AnswerEvent.Failed failed ->
                    out.frame(EventSink.event("error", ErrorShape.ANTHROPIC.body(failed.why())));
            case AnswerEvent.Done done -> {
                if (!begun)
                    out.frame(
                            EventSink.event(
                                    "message_start",
                                    json.begun(done.promptTokens(), done.cachedTokens())));
                close(out);
                out.frame(EventSink.event("message_delta", json.ended(done)));
                out.frame(STOP);
            }
        }
        return told.event().last();
    }

    private void toolCall(AnswerEvent.ToolCall call, EventSink out)
            throws EventStream.GoneException {
        Block block = open;
        if (block == null || !block.type().equals("tool_use") || block.call() != call.index()) {
            ObjectNode start = node("tool_use").put("id", call.id()).put("name", call.name());
            start.putObject("input");
            block = open("tool_use", call.index(), start, out);
        }
        if (!call.arguments().isEmpty()) out.frame(block.part().with(call.arguments()));
    }

    private Block block(String type, int call, EventSink out) throws EventStream.GoneException {
        Block block = open;
        if (block != null && block.type().equals(type)) return block;
        ObjectNode start = node(type).put(type, "");
        if (type.equals("thinking")) start.put("signature", "");
        return open(type, call, start, out);
    }

    private static ObjectNode node(String type) {
        return StrictJson.MAPPER.createObjectNode().put("type", type);
    }

    private Block open(String type, int call, ObjectNode start, EventSink out)
            throws EventStream.GoneException {
        close(out);
        index++;
        ObjectNode event = node("content_block_start").put("index", index);
        event.set("content_block", start);
        out.frame(EventSink.event("content_block_start", event));
        ObjectNode delta = node("content_block_delta").put("index", index);
        switch (type) {
            case "text" ->
                    delta.putObject("delta").put("type", "text_delta").put("text", Template.TEXT);
            case "thinking" ->
                    delta.putObject("delta")
                            .put("type", "thinking_delta")
                            .put("thinking", Template.TEXT);
            default ->
                    delta.putObject("delta")
                            .put("type", "input_json_delta")
                            .put("partial_json", Template.TEXT);
        }
        Block block =
                new Block(type, call, Template.of(EventSink.event("content_block_delta", delta)));
        open = block;
        return block;
    }

    private void close(EventSink out) throws EventStream.GoneException {
        if (open == null) return;
        open = null;
        out.frame(
                EventSink.event(
                        "content_block_stop", node("content_block_stop").put("index", index)));
    }
}
