package redoubt.appliance.api.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import redoubt.appliance.api.asking.Messages;
import redoubt.appliance.http.Fields;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.http.StrictJson;

/// A conversation in Anthropic's form, in which the system's text stands apart, calls of tools are
/// blocks of an answer, and what tools said are blocks of a question. It is brought to the one form
/// that templates are given. Source: Anthropic's API reference, messages.
public final class AnthropicMessages {
    private static final int MESSAGES_MAX = 4096;
    private static final int BLOCKS_MAX = 1024;
    private static final int CHARACTERS_MAX = 4 * 1024 * 1024;
    private static final int ID_CHARACTERS_MAX = 200;
    private static final int INPUT_CHARACTERS_MAX = 1024 * 1024;

    private AnthropicMessages() {}

    /// Reads `system` and `messages`.
    public static ArrayNode read(Fields fields) {
        JsonNode given = fields.any("messages").orElseThrow(() -> fields.missing("messages"));
        if (!given.isArray() || given.isEmpty() || given.size() > MESSAGES_MAX)
            throw Fields.wrong("messages", "must be a list of 1 to " + MESSAGES_MAX + " messages");
        ArrayNode messages = StrictJson.MAPPER.createArrayNode();
        fields.any("system")
                .ifPresent(system ->
                        messages.addObject()
                                .put("role", "system")
                                .put("content", text(system, "system")));
        for (int i = 0; i < given.size(); i++) {
            String where = "messages[" + i + "]";
            Fields message = Fields.of(given.get(i), where);
            String role = message.requiredText("role", 100);
            JsonNode content = message.any("content").orElseThrow(() -> message.missing("content"));
            message.end();
            switch (role) {
                case "user" -> user(messages, content, where + ".content");
                case "assistant" -> messages.add(assistant(content, where + ".content"));
                default ->
                        throw RefusedException.invalid(
                                "unsupported_role",
                                where + ".role",
                                "The role in '%s.role' is not supported here; there are user and assistant. What the system says goes into 'system'."
                                        .formatted(where));
            }
        }
        return messages;
    }

    /// What tools said comes as messages of their own, in its place.
    private static void user(ArrayNode messages, JsonNode content, String where) {
        if (!content.isArray()) {
            messages.addObject()
                    .put("role", "user")
                    .put("content", Fields.text(content, where, CHARACTERS_MAX));
            return;
        }
        StringBuilder said = new StringBuilder();
        requireFew(content, where);
        for (int i = 0; i < content.size(); i++) {
            String at = where + "[" + i + "]";
            Fields block = Fields.of(content.get(i), at);
            switch (block.requiredText("type", 100)) {
                case "text" -> said.append(textOf(block));
                case "tool_result" -> {
                    flush(messages, said);
                    messages.add(toolResult(block, at));
                }
                default -> throw Messages.notText(at);
            }
            cacheControl(block);
            block.end();
        }
        flush(messages, said);
        if (content.isEmpty()) throw Fields.wrong(where, "must not be empty");
    }

    private static void flush(ArrayNode messages, StringBuilder said) {
        if (said.isEmpty()) return;
        messages.addObject().put("role", "user").put("content", said.toString());
        said.setLength(0);
    }

    private static ObjectNode toolResult(Fields block, String at) {
        String id = block.requiredText("tool_use_id", ID_CHARACTERS_MAX);
        String said = block.any("content").map(value -> text(value, at + ".content")).orElse("");
        boolean error = block.flag("is_error").orElse(false);
        return StrictJson.MAPPER
                .createObjectNode()
                .put("role", "tool")
                .put("tool_call_id", id)
                // Templates have no other place to say it.
                .put("content", error ? "Error: " + said : said);
    }

    private static ObjectNode assistant(JsonNode content, String where) {
        ObjectNode message = StrictJson.MAPPER.createObjectNode().put("role", "assistant");
        if (!content.isArray())
            return message.put("content", Fields.text(content, where, CHARACTERS_MAX));
        requireFew(content, where);
        StringBuilder said = new StringBuilder();
        StringBuilder thought = new StringBuilder();
        ArrayNode calls = StrictJson.MAPPER.createArrayNode();
        for (int i = 0; i < content.size(); i++) {
            String at = where + "[" + i + "]";
            Fields block = Fields.of(content.get(i), at);
            switch (block.requiredText("type", 100)) {
                case "text" -> said.append(textOf(block));
                case "thinking" -> {
                    thought.append(block.requiredText("thinking", CHARACTERS_MAX));
                    block.text("signature", CHARACTERS_MAX);
                }
                case "tool_use" -> calls.add(toolUse(block, at));
                default -> throw Messages.notText(at);
            }
            cacheControl(block);
            block.end();
        }
        message.put("content", said.toString());
        if (!thought.isEmpty()) message.put("reasoning_content", thought.toString());
        if (!calls.isEmpty()) message.set("tool_calls", calls);
        return message;
    }

    private static ObjectNode toolUse(Fields block, String at) {
        String id = block.requiredText("id", ID_CHARACTERS_MAX);
        String name = block.requiredText("name", ID_CHARACTERS_MAX);
        JsonNode input = block.any("input").orElseThrow(() -> block.missing("input"));
        if (!input.isObject()) throw Fields.wrong(at + ".input", "must be an object");
        String arguments = StrictJson.text(input);
        if (arguments.length() > INPUT_CHARACTERS_MAX)
            throw Fields.wrong(at + ".input", "is larger than 1 MiB");
        return Messages.call(id, name, arguments);
    }

    private static String textOf(Fields block) {
        // What a model cited stays in the text; whose words they were is not read again.
        block.any("citations");
        return block.requiredText("text", CHARACTERS_MAX);
    }

    /// A text, or blocks of type text, as one.
    private static String text(JsonNode content, String where) {
        if (!content.isArray()) return Fields.text(content, where, CHARACTERS_MAX);
        requireFew(content, where);
        StringBuilder whole = new StringBuilder();
        for (int i = 0; i < content.size(); i++) {
            String at = where + "[" + i + "]";
            Fields block = Fields.of(content.get(i), at);
            if (!block.requiredText("type", 100).equals("text")) throw Messages.notText(at);
            whole.append(textOf(block));
            cacheControl(block);
            block.end();
        }
        return whole.toString();
    }

    private static void requireFew(JsonNode content, String where) {
        if (content.size() > BLOCKS_MAX)
            throw Fields.wrong(where, "has at most " + BLOCKS_MAX + " blocks");
    }

    /// What is marked to be kept is kept here anyway: every prompt's beginning is.
    static void cacheControl(Fields block) {
        Optional<Fields> control = block.object("cache_control");
        control.ifPresent(kept -> {
            if (!kept.requiredText("type", 100).equals("ephemeral"))
                throw Fields.wrong("cache_control.type", "must be ephemeral");
            kept.text("ttl", 10);
            kept.end();
        });
    }
}
