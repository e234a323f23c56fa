package redoubt.engine.client;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.jspecify.annotations.Nullable;

/// What a generation starts from. No text in it is ever tokenised as a control token.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Prompt.Chat.class, name = "chat"),
    @JsonSubTypes.Type(value = Prompt.Text.class, name = "text")
})
public sealed interface Prompt {

    /// A conversation, rendered by the model's chat template.
    ///
    /// @param messagesJson messages as in OpenAI's chat completions
    /// @param toolsJson tools in the same form, or null
    record Chat(String messagesJson, @Nullable String toolsJson) implements Prompt {}

    /// Plain text to be continued.
    record Text(String text) implements Prompt {}
}
