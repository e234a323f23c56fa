package redoubt.appliance.api.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.Map;
import redoubt.appliance.http.Fields;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.http.StrictJson;

/// The messages of a chat, checked and brought to the one form that templates are given: role and
/// one text. `developer` is today's name of `system`.
public final class Messages {
    private static final int MESSAGES_MAX = 4096;
    private static final int CHARACTERS_MAX = 4 * 1024 * 1024;

    private static final Map<String, String> ROLES =
            Map.of(
                    "system", "system",
                    "developer", "system",
                    "user", "user",
                    "assistant", "assistant");

    private Messages() {}

    /// The messages as JSON for the engine.
    public static String read(JsonNode value) {
        return StrictJson.text(list(value));
    }

    /// The same, to be read further.
    public static ArrayNode list(JsonNode value) {
        if (!value.isArray() || value.isEmpty() || value.size() > MESSAGES_MAX)
            throw Fields.wrong("messages", "must be a list of 1 to " + MESSAGES_MAX + " messages");
        ArrayNode messages = StrictJson.MAPPER.createArrayNode();
        for (int i = 0; i < value.size(); i++) {
            String where = "messages[" + i + "]";
            Fields message = Fields.of(value.get(i), where);
            String role = ROLES.get(message.requiredText("role", 100));
            if (role == null)
                throw RefusedException.invalid(
                        "unsupported_role",
                        where + ".role",
                        "The role in '%s.role' is not supported here; there are system, developer, user and assistant."
                                .formatted(where));
            JsonNode content = message.any("content").orElseThrow(() -> message.missing("content"));
            messages.addObject()
                    .put("role", role)
                    .put("content", text(content, where + ".content"));
            message.end();
        }
        return messages;
    }

    /// A text, or parts of type text, as one text.
    public static String text(JsonNode content, String where) {
        if (!content.isArray()) return Fields.text(content, where, CHARACTERS_MAX);
        StringBuilder whole = new StringBuilder();
        for (int i = 0; i < content.size(); i++) {
            String at = where + "[" + i + "]";
            Fields part = Fields.of(content.get(i), at);
            String type = part.requiredText("type", 100);
            if (!type.equals("text"))
                throw RefusedException.invalid(
                        "unsupported_content",
                        at + ".type",
                        "The content in '%s' is not text. This appliance's models read text only."
                                .formatted(at));
            whole.append(part.requiredText("text", CHARACTERS_MAX));
            part.end();
        }
        return whole.toString();
    }
}
