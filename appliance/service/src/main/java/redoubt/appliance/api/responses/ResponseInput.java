package redoubt.appliance.api.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import redoubt.appliance.answers.Said;
import redoubt.appliance.api.asking.Messages;
import redoubt.appliance.http.Fields;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.http.StrictJson;

/// The input of a response, a text or items, brought to the messages that templates are given. An
/// item is a message, a call of a tool, what a tool said, or what the model thought. Source:
/// OpenAI's API reference, responses.
final class ResponseInput {
    private static final int ITEMS_MAX = 4096;
    private static final int PARTS_MAX = 1024;
    private static final int CHARACTERS_MAX = 4 * 1024 * 1024;
    private static final int ID_CHARACTERS_MAX = 200;
    private static final int ARGUMENTS_CHARACTERS_MAX = 1024 * 1024;

    private final ArrayNode messages = StrictJson.MAPPER.createArrayNode();
    private String thought = "";

    private ResponseInput() {}

    static ArrayNode read(JsonNode given) {
        ResponseInput input = new ResponseInput();
        if (given.isTextual()) input.message("user", Fields.text(given, "input", CHARACTERS_MAX));
        else {
            if (!given.isArray() || given.isEmpty() || given.size() > ITEMS_MAX)
                throw Fields.wrong(
                        "input", "must be a text or a list of 1 to " + ITEMS_MAX + " items");
            for (int i = 0; i < given.size(); i++) input.item(given.get(i), "input[" + i + "]");
        }
        return input.messages;
    }

    /// What a model said, as a message of the conversation that goes on.
    static ObjectNode assistant(Said said) {
        ObjectNode message =
                StrictJson.MAPPER
                        .createObjectNode()
                        .put("role", "assistant")
                        .put("content", said.content());
        if (!said.reasoning().isEmpty()) message.put("reasoning_content", said.reasoning());
        if (!said.calls().isEmpty()) {
            ArrayNode calls = message.putArray("tool_calls");
            for (Said.Call call : said.calls())
                calls.add(Messages.call(call.id(), call.name(), call.arguments()));
        }
        return message;
    }

    private void item(JsonNode given, String where) {
        Fields item = Fields.of(given, where);
        // Items that were answered before come back with what they were told to be.
        item.text("id", ID_CHARACTERS_MAX);
        item.text("status", 100);
        switch (item.text("type", 100).orElse("message")) {
            case "message" -> message(item, where);
            case "function_call" -> call(item);
            case "function_call_output" -> output(item, where);
            case "reasoning" -> reasoning(item, where);
            default ->
                    throw RefusedException.invalid(
                            "unsupported_content",
                            where + ".type",
                            "The item '%s' is of a type that is not supported here; there are message, function_call, function_call_output and reasoning."
                                    .formatted(where));
        }
        item.end();
    }

    private void message(Fields item, String where) {
        String role = item.requiredText("role", 100);
        JsonNode content = item.any("content").orElseThrow(() -> item.missing("content"));
        String text = text(content, where + ".content");
        switch (role) {
            case "user", "assistant", "system" -> message(role, text);
            case "developer" -> message("system", text);
            default ->
                    throw RefusedException.invalid(
                            "unsupported_role",
                            where + ".role",
                            "The role in '%s.role' is not supported here; there are system, developer, user and assistant."
                                    .formatted(where));
        }
    }

    private void message(String role, String text) {
        ObjectNode message = messages.addObject().put("role", role).put("content", text);
        if (role.equals("assistant") && !thought.isEmpty()) {
            message.put("reasoning_content", thought);
            thought = "";
        }
    }

    /// A call belongs to the message of the model that stands before it.
    private void call(Fields item) {
        String id = item.requiredText("call_id", ID_CHARACTERS_MAX);
        String name = item.requiredText("name", ID_CHARACTERS_MAX);
        String arguments = item.requiredText("arguments", ARGUMENTS_CHARACTERS_MAX);
        boolean follows =
                !messages.isEmpty()
                        && messages.get(messages.size() - 1)
                                .path("role")
                                .asText()
                                .equals("assistant");
        if (!follows || !thought.isEmpty()) message("assistant", "");
        ObjectNode last = (ObjectNode) messages.get(messages.size() - 1);
        last.withArray("tool_calls").add(Messages.call(id, name, arguments));
    }

    private void output(Fields item, String where) {
        String id = item.requiredText("call_id", ID_CHARACTERS_MAX);
        JsonNode output = item.any("output").orElseThrow(() -> item.missing("output"));
        messages.addObject()
                .put("role", "tool")
                .put("tool_call_id", id)
                .put("content", text(output, where + ".output"));
    }

    private void reasoning(Fields item, String where) {
        if (item.any("encrypted_content").isPresent())
            throw Fields.wrong(where + ".encrypted_content", "cannot be read here; leave it out");
        Optional<JsonNode> content = item.any("content");
        JsonNode parts = content.orElseGet(() -> item.any("summary").orElse(messages.arrayNode()));
        item.any("summary");
        thought = text(parts, where + ".content");
    }

    private static String text(JsonNode content, String where) {
        if (!content.isArray()) return Fields.text(content, where, CHARACTERS_MAX);
        if (content.size() > PARTS_MAX)
            throw Fields.wrong(where, "has at most " + PARTS_MAX + " parts");
        StringBuilder whole = new StringBuilder();
        for (int i = 0; i < content.size(); i++) {
            String at = where + "[" + i + "]";
            Fields part = Fields.of(content.get(i), at);
            switch (part.requiredText("type", 100)) {
                case "input_text", "text", "reasoning_text", "summary_text" -> {}
                case "output_text" -> {
                    part.any("annotations");
                    part.any("logprobs");
                }
                default -> throw Messages.notText(at);
            }
            whole.append(part.requiredText("text", CHARACTERS_MAX));
            part.end();
        }
        return whole.toString();
    }
}
