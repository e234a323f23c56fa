package redoubt.appliance.api.tokens;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.Optional;
import redoubt.appliance.api.openai.Messages;
import redoubt.appliance.http.Fields;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.http.StrictJson;

/// A conversation in Anthropic's form, in which the system's text stands apart from the messages.
/// Source: Anthropic's API reference, messages.
final class AnthropicMessages {
    private AnthropicMessages() {}

    /// The conversation as JSON for the engine.
    static String read(Fields fields) {
        JsonNode given = fields.any("messages").orElseThrow(() -> fields.missing("messages"));
        Optional<String> system = fields.any("system").map(value -> Messages.text(value, "system"));
        ArrayNode messages = Messages.list(given);
        for (int i = 0; i < given.size(); i++) {
            String role = given.get(i).path("role").asText();
            if (!role.equals("user") && !role.equals("assistant"))
                throw RefusedException.invalid(
                        "unsupported_role",
                        "messages[" + i + "].role",
                        "The role in 'messages[%d].role' is not supported here; there are user and assistant. What the system says goes into 'system'."
                                .formatted(i));
        }
        system.ifPresent(
                text -> messages.insertObject(0).put("role", "system").put("content", text));
        return StrictJson.text(messages);
    }
}
