package redoubt.engine.client;

/// How a conversation is rendered and its answer read.
///
/// @param toolChoice whether the model may, must or must not call a tool
/// @param parallelToolCalls whether one answer may hold several calls
/// @param templateArgumentsJson a JSON object of extra variables for the chat template, such as
///   `{"enable_thinking": false}`
public record ChatOptions(
        ToolChoice toolChoice, boolean parallelToolCalls, String templateArgumentsJson) {
    /// Whether the model may call a tool. To demand one certain tool, offer only that one and
    /// REQUIRED.
    public enum ToolChoice {
        AUTO,
        NONE,
        REQUIRED
    }

    /// The model decides; one call at a time; the template's own defaults.
    public static ChatOptions usual() {
        return new ChatOptions(ToolChoice.AUTO, false, "{}");
    }
}
