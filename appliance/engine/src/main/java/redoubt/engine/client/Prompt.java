package redoubt.engine.client;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a generation starts from. No text in it is ever tokenised as a control token.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Prompt.Chat.class, name = "chat"),
    @JsonSubTypes.Type(value = Prompt.Text.class, name = "text"),
    @JsonSubTypes.Type(value = Prompt.Tokens.class, name = "tokens")
})
public sealed interface Prompt {

    /// A conversation, rendered by the model's chat template.
    ///
    /// @param messagesJson messages as in OpenAI's chat completions
    /// @param toolsJson tools in the same form, or null
    record Chat(String messagesJson, @Nullable String toolsJson, ChatOptions options)
            implements Prompt {
        /// Without tools.
        public Chat(String messagesJson) {
            this(messagesJson, null, ChatOptions.usual());
        }

        /// The same with other messages.
        public Chat withMessages(String otherJson) {
            return new Chat(otherJson, toolsJson, options);
        }
    }

    /// Plain text to be continued.
    record Text(String text) implements Prompt {}

    /// Tokens to be continued; no beginning-of-text token is added. Control tokens are refused.
    record Tokens(List<Integer> tokens) implements Prompt {
        public Tokens {
            tokens = List.copyOf(tokens);
        }
    }
}
