package redoubt.appliance.api.asking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import redoubt.appliance.http.Fields;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.http.StrictJson;

/// The messages of a chat in OpenAI's form, checked and brought to the one form that templates are
/// given: role, one text, and where there are any the calls of tools and what the tools said.
/// `developer` is today's name of `system`.
public final class Messages {
    private static final int MESSAGES_MAX = 4096;
    private static final int CHARACTERS_MAX = 4 * 1024 * 1024;
    private static final int ID_CHARACTERS_MAX = 200;
    private static final int CALLS_MAX = 128;

    private static final Map<String, String> ROLES =
            Map.of(
                    "system", "system",
                    "developer", "system",
                    "user", "user",
                    "assistant", "assistant",
                    "tool", "tool");

    private Messages() {}

    /// The messages for the engine.
    public static ArrayNode read(JsonNode value) {
        if (!value.isArray() || value.isEmpty() || value.size() > MESSAGES_MAX)
            throw Fields.wrong("messages", "must be a list of 1 to " + MESSAGES_MAX + " messages");
        ArrayNode messages = StrictJson.MAPPER.createArrayNode();
        for (int i = 0; i < value.size(); i++) {
            String where = "messages[" + i + "]";
            messages.add(message(Fields.of(value.get(i), where), where));
        }
        return messages;
    }

    private static ObjectNode message(Fields message, String where) {
        String role = ROLES.get(message.requiredText("role", 100));
        if (role == null)
            throw RefusedException.invalid(
                    "unsupported_role",
                    where + ".role",
                    "The role in '%s.role' is not supported here; there are system, developer, user, assistant and tool."
                            .formatted(where));
        ObjectNode read = StrictJson.MAPPER.createObjectNode().put("role", role);
        Optional<JsonNode> content = message.any("content");
        switch (role) {
            case "assistant" -> {
                Optional<JsonNode> calls = message.any("tool_calls");
                if (content.isEmpty() && calls.isEmpty()) throw message.missing("content");
                read.put("content", content.map(said -> text(said, where + ".content")).orElse(""));
                message.text("reasoning_content", CHARACTERS_MAX)
                        .ifPresent(thought -> read.put("reasoning_content", thought));
                calls.ifPresent(
                        given -> read.set("tool_calls", calls(given, where + ".tool_calls")));
            }
            case "tool" -> {
                read.put("tool_call_id", message.requiredText("tool_call_id", ID_CHARACTERS_MAX));
                message.text("name", ID_CHARACTERS_MAX).ifPresent(name -> read.put("name", name));
                read.put("content", required(message, content, where));
            }
            default -> read.put("content", required(message, content, where));
        }
        message.end();
        return read;
    }

    private static String required(Fields message, Optional<JsonNode> content, String where) {
        return text(content.orElseThrow(() -> message.missing("content")), where + ".content");
    }

    private static ArrayNode calls(JsonNode given, String where) {
        if (!given.isArray() || given.isEmpty() || given.size() > CALLS_MAX)
            throw Fields.wrong(where, "must be a list of 1 to " + CALLS_MAX + " calls");
        ArrayNode calls = StrictJson.MAPPER.createArrayNode();
        for (int i = 0; i < given.size(); i++) {
            String at = where + "[" + i + "]";
            Fields call = Fields.of(given.get(i), at);
            Tools.requireFunction(call, at);
            String id = call.requiredText("id", ID_CHARACTERS_MAX);
            Fields function = call.object("function").orElseThrow(() -> call.missing("function"));
            String name = function.requiredText("name", 1000);
            Tools.requireName(name, at);
            String arguments = function.requiredText("arguments", Tools.CALL_CHARACTERS_MAX);
            function.end();
            call.end();
            calls.add(call(id, name, arguments));
        }
        return calls;
    }

    /// A call of a tool as templates are given it.
    public static ObjectNode call(String id, String name, String arguments) {
        ObjectNode call =
                StrictJson.MAPPER.createObjectNode().put("id", id).put("type", "function");
        call.putObject("function").put("name", name).put("arguments", arguments);
        return call;
    }

    /// A text, or parts of type text, as one text.
    public static String text(JsonNode content, String where) {
        if (!content.isArray()) return Fields.text(content, where, CHARACTERS_MAX);
        StringBuilder whole = new StringBuilder();
        for (int i = 0; i < content.size(); i++) {
            String at = where + "[" + i + "]";
            Fields part = Fields.of(content.get(i), at);
            String type = part.requiredText("type", 100);
            if (!type.equals("text")) throw notText(at);
            whole.append(part.requiredText("text", CHARACTERS_MAX));
            part.end();
        }
        return whole.toString();
    }

    /// What a model that reads text only says to anything else.
    public static RefusedException notText(String where) {
        return RefusedException.invalid(
                "unsupported_content",
                where + ".type",
                "The content in '%s' is not text. This appliance's models read text only."
                        .formatted(where));
    }
}
