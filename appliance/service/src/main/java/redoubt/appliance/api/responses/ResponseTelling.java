package redoubt.appliance.api.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import redoubt.appliance.answers.AnswerEvent;
import redoubt.appliance.answers.Answers;
import redoubt.appliance.api.openai.OpenAiJson;
import redoubt.appliance.api.telling.Telling;
import redoubt.appliance.api.telling.Template;
import redoubt.appliance.http.EventSink;
import redoubt.appliance.http.EventStream;
import redoubt.appliance.http.StrictJson;

/// A response as OpenAI's named events, numbered from 0: created, in progress, each item with its
/// parts, and what became of it. Source: OpenAI's API reference, streaming responses.
final class ResponseTelling implements Telling {
    private final ResponseJson json;
    private final UnaryOperator<ObjectNode> ending;
    private long sequence;
    private boolean begun;
    private int output = -1;
    private @Nullable Item open;

    /// The item that is being told.
    ///
    /// @param call number of the call of a tool
    /// @param part frame of a part, up to its sequence number
    private record Item(
            Kind kind, int call, String callId, String name, Template part, StringBuilder text) {}

    private enum Kind {
        REASONING("response.reasoning_text"),
        MESSAGE("response.output_text"),
        CALL("response.function_call_arguments");

        private final String event;

        Kind(String event) {
            this.event = event;
        }
    }

    /// @param ending keeps the whole response, and says what it has become
    ResponseTelling(ResponseJson json, UnaryOperator<ObjectNode> ending) {
        this.json = json;
        this.ending = ending;
    }

    @Override
    public boolean tell(Answers.Told told, EventSink out) throws EventStream.GoneException {
        if (!begun) {
            begun = true;
            emit("response.created", node().set("response", json.begun()), out);
            emit("response.in_progress", node().set("response", json.begun()), out);
        }
        switch (told.event()) {
            case AnswerEvent.Waiting waiting -> out.frame(OpenAiJson.waiting(waiting));
            case AnswerEvent.Queued queued -> out.frame(OpenAiJson.queued(queued));
            case AnswerEvent.Started _, AnswerEvent.Progress _ -> {}
            case AnswerEvent.Delta delta -> {
                if (!delta.text().isEmpty()) part(item(Kind.MESSAGE, out), delta.text(), out);
            }
            case AnswerEvent.Reasoning reasoning ->
                    part(item(Kind.REASONING, out), reasoning.text(), out);
            case AnswerEvent.ToolCall call -> call(call, out);
            case AnswerEvent.Failed failed -> end(json.failed(failed.why()), out);
            case AnswerEvent.Done done -> {
                close(out, ResponseJson.status(done).equals("completed"));
                end(json.done(done), out);
            }
        }
        return told.event().last();
    }

    private void end(ObjectNode body, EventSink out) throws EventStream.GoneException {
        ObjectNode kept = ending.apply(body);
        String type =
                switch (kept.path("status").asText()) {
                    case "completed" -> "response.completed";
                    case "failed" -> "response.failed";
                    default -> "response.incomplete";
                };
        emit(type, node().set("response", kept), out);
    }

    private static ObjectNode node() {
        return StrictJson.MAPPER.createObjectNode();
    }

    private void emit(String type, ObjectNode fields, EventSink out)
            throws EventStream.GoneException {
        ObjectNode event = node().put("type", type);
        event.setAll(fields);
        event.put("sequence_number", sequence++);
        out.frame(EventSink.event(type, event));
    }

    private void part(Item item, String more, EventSink out) throws EventStream.GoneException {
        item.text().append(more);
        byte[] begin = item.part().with(more);
        byte[] end = (sequence++ + "}\n\n").getBytes(StandardCharsets.US_ASCII);
        byte[] frame = new byte[begin.length + end.length];
        System.arraycopy(begin, 0, frame, 0, begin.length);
        System.arraycopy(end, 0, frame, begin.length, end.length);
        out.frame(frame);
    }

    private void call(AnswerEvent.ToolCall call, EventSink out) throws EventStream.GoneException {
        Item item = open;
        if (item == null || item.kind() != Kind.CALL || item.call() != call.index())
            item = open(Kind.CALL, call.index(), call.id(), call.name(), out);
        if (!call.arguments().isEmpty()) part(item, call.arguments(), out);
    }

    private Item item(Kind kind, EventSink out) throws EventStream.GoneException {
        Item item = open;
        return item != null && item.kind() == kind ? item : open(kind, 0, "", "", out);
    }

    private Item open(Kind kind, int call, String callId, String name, EventSink out)
            throws EventStream.GoneException {
        close(out, true);
        output++;
        ObjectNode told =
                switch (kind) {
                    case REASONING -> json.reasoning("");
                    case MESSAGE -> json.message("", "in_progress");
                    case CALL -> json.call(call, callId, name, "", "in_progress");
                };
        ObjectNode added = node().put("output_index", output);
        added.set("item", told);
        emit("response.output_item.added", added, out);
        String id = told.path("id").asText();
        ObjectNode where = node().put("item_id", id).put("output_index", output);
        if (kind != Kind.CALL) where.put("content_index", 0);
        if (kind == Kind.MESSAGE) {
            ObjectNode part = where.deepCopy();
            part.set("part", ResponseJson.part(""));
            emit("response.content_part.added", part, out);
        }
        Item item = new Item(kind, call, callId, name, template(kind, where), new StringBuilder());
        open = item;
        return item;
    }

    /// A frame that ends where its sequence number comes.
    private static Template template(Kind kind, ObjectNode where) {
        ObjectNode event = node().put("type", kind.event + ".delta");
        event.setAll(where);
        event.put("delta", Template.TEXT);
        if (kind == Kind.MESSAGE) event.putArray("logprobs");
        Template whole = Template.of(EventSink.event(kind.event + ".delta", event));
        String after = new String(whole.after(), StandardCharsets.UTF_8);
        String cut = after.substring(0, after.lastIndexOf('}')) + ",\"sequence_number\":";
        return new Template(whole.before(), cut.getBytes(StandardCharsets.UTF_8));
    }

    private void close(EventSink out, boolean complete) throws EventStream.GoneException {
        Item item = open;
        if (item == null) return;
        open = null;
        String text = item.text().toString();
        String status = complete ? "completed" : "incomplete";
        ObjectNode told =
                switch (item.kind()) {
                    case REASONING -> json.reasoning(text);
                    case MESSAGE -> json.message(text, status);
                    case CALL -> json.call(item.call(), item.callId(), item.name(), text, status);
                };
        ObjectNode where =
                node().put("item_id", told.path("id").asText()).put("output_index", output);
        if (item.kind() != Kind.CALL) where.put("content_index", 0);
        ObjectNode done = where.deepCopy();
        if (item.kind() == Kind.CALL) done.put("name", item.name()).put("arguments", text);
        else done.put("text", text);
        if (item.kind() == Kind.MESSAGE) done.putArray("logprobs");
        emit(item.kind().event + ".done", done, out);
        if (item.kind() == Kind.MESSAGE) {
            where.set("part", ResponseJson.part(text));
            emit("response.content_part.done", where, out);
        }
        ObjectNode over = node().put("output_index", output);
        over.set("item", told);
        emit("response.output_item.done", over, out);
    }
}
