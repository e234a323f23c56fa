package redoubt.engine.client;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Something that the model's tokenizer or template is asked and that generates nothing.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Conversion.Tokenize.class, name = "tokenize"),
    @JsonSubTypes.Type(value = Conversion.Detokenize.class, name = "detokenize"),
    @JsonSubTypes.Type(value = Conversion.Render.class, name = "render")
})
public sealed interface Conversion {

    /// The tokens of a text.
    ///
    /// @param addSpecial put the beginning-of-text token where the model wants one
    /// @param parseSpecial read control tokens out of the text; the result is only shown and never
    ///   decoded, so that text of a person does not become one in a prompt
    /// @param withPieces say the bytes of each token too
    record Tokenize(String text, boolean addSpecial, boolean parseSpecial, boolean withPieces)
            implements Conversion {
        public Tokenize {
            Objects.requireNonNull(text);
        }
    }

    /// The text of tokens.
    record Detokenize(List<Integer> tokens) implements Conversion {
        public Detokenize {
            tokens = List.copyOf(tokens);
        }
    }

    /// A conversation as the model's chat template writes it.
    ///
    /// @param messagesJson messages as in OpenAI's chat completions
    /// @param toolsJson tools in the same form, or null
    record Render(String messagesJson, @Nullable String toolsJson, ChatOptions options)
            implements Conversion {
        public Render {
            Objects.requireNonNull(messagesJson);
            Objects.requireNonNull(options);
        }

        /// Without tools.
        public Render(String messagesJson) {
            this(messagesJson, null, ChatOptions.usual());
        }
    }
}
