package redoubt.foreign.llama;

import org.jspecify.annotations.Nullable;

/// What a prompt is made from.
///
/// @param messagesJson messages in the form of OpenAI's chat completions
/// @param toolsJson tools in the same form, or null
/// @param formsJson the same tools with nothing in their schemas that grammars cannot keep, or null
/// @param rules of a grammar whose first is `json-answer`, which the answer must be, or null
/// @param argumentsJson a JSON object of variables for the template
public record ConversationRequest(
        String messagesJson,
        @Nullable String toolsJson,
        @Nullable String formsJson,
        @Nullable String rules,
        String argumentsJson,
        ToolChoice toolChoice,
        boolean parallelToolCalls) {
    /// Whether the model may call a tool.
    public enum ToolChoice {
        AUTO,
        NONE,
        REQUIRED
    }

    /// Messages alone.
    public static ConversationRequest of(String messagesJson, @Nullable String toolsJson) {
        return new ConversationRequest(
                messagesJson, toolsJson, null, null, "{}", ToolChoice.AUTO, false);
    }
}
