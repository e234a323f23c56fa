package redoubt.appliance.api.anthropic;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import redoubt.appliance.answers.AnswerEvent;
import redoubt.appliance.answers.Said;
import redoubt.appliance.http.StrictJson;
import redoubt.appliance.site.Secrets;

/// The JSON of one message of a model, whole and in parts. Source: Anthropic's API reference,
/// messages.
record MessageJson(String model, String id) {
    MessageJson(String model) {
        this(model, "msg_" + Secrets.id());
    }

    ObjectNode whole(AnswerEvent.Done done) {
        ObjectNode message = message();
        ArrayNode content = message.putArray("content");
        Said said = done.said();
        if (!said.reasoning().isEmpty())
            content.addObject()
                    .put("type", "thinking")
                    .put("thinking", said.reasoning())
                    .put("signature", "");
        if (!said.content().isEmpty())
            content.addObject().put("type", "text").put("text", said.content());
        for (Said.Call call : said.calls())
            content.addObject()
                    .put("type", "tool_use")
                    .put("id", call.id())
                    .put("name", call.name())
                    .set("input", input(call.arguments()));
        end(message, done);
        message.set("usage", usage(done));
        message.set("redoubt", StrictJson.MAPPER.valueToTree(done.receipt()));
        return message;
    }

    /// An answer may end in the middle of a call; what there is of it is no object then.
    private static JsonNode input(String arguments) {
        try {
            JsonNode input = StrictJson.MAPPER.readTree(arguments);
            if (input instanceof ObjectNode) return input;
        } catch (JsonProcessingException cutOff) {
            // As below.
        }
        return StrictJson.MAPPER.createObjectNode();
    }

    private ObjectNode message() {
        return StrictJson.MAPPER
                .createObjectNode()
                .put("id", id)
                .put("type", "message")
                .put("role", "assistant")
                .put("model", model);
    }

    /// The message before anything is said.
    ObjectNode begun(int promptTokens, int cachedTokens) {
        ObjectNode message = message();
        message.putArray("content");
        message.putNull("stop_reason").putNull("stop_sequence");
        message.set("usage", usage(promptTokens, cachedTokens, 0));
        return StrictJson.MAPPER
                .createObjectNode()
                .put("type", "message_start")
                .set("message", message);
    }

    /// The end of a stream's message.
    ObjectNode ended(AnswerEvent.Done done) {
        ObjectNode event = StrictJson.MAPPER.createObjectNode().put("type", "message_delta");
        end(event.putObject("delta"), done);
        event.set("usage", usage(done));
        event.set("redoubt", StrictJson.MAPPER.valueToTree(done.receipt()));
        return event;
    }

    private static void end(ObjectNode where, AnswerEvent.Done done) {
        where.put("stop_reason", reason(done));
        if (done.stop().isEmpty()) where.putNull("stop_sequence");
        else where.put("stop_sequence", done.stop());
    }

    private static String reason(AnswerEvent.Done done) {
        return switch (done.finishReason()) {
            case "length" -> "max_tokens";
            case "tool_calls" -> "tool_use";
            default -> done.stop().isEmpty() ? "end_turn" : "stop_sequence";
        };
    }

    private static ObjectNode usage(AnswerEvent.Done done) {
        return usage(done.promptTokens(), done.cachedTokens(), done.completionTokens());
    }

    /// Tokens that had been computed before are counted apart from the others.
    private static ObjectNode usage(int promptTokens, int cachedTokens, int completionTokens) {
        return StrictJson.MAPPER
                .createObjectNode()
                .put("input_tokens", promptTokens - cachedTokens)
                .put("cache_creation_input_tokens", 0)
                .put("cache_read_input_tokens", cachedTokens)
                .put("output_tokens", completionTokens);
    }
}
