package redoubt.engine.client;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.Objects;

/// What came of a [Conversion].
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ConversionResult.Tokenized.class, name = "tokenized"),
    @JsonSubTypes.Type(value = ConversionResult.Detokenized.class, name = "detokenized"),
    @JsonSubTypes.Type(value = ConversionResult.Rendered.class, name = "rendered"),
    @JsonSubTypes.Type(value = ConversionResult.Refused.class, name = "refused")
})
public sealed interface ConversionResult {

    /// @param pieces the bytes of each token, which may end inside a character; empty where they
    ///   were not asked for
    record Tokenized(List<Integer> tokens, List<byte[]> pieces) implements ConversionResult {
        public Tokenized {
            tokens = List.copyOf(tokens);
            pieces = List.copyOf(pieces);
            if (!pieces.isEmpty() && pieces.size() != tokens.size()) {
                throw new IllegalArgumentException("there is one piece for each token, or none");
            }
        }
    }

    /// @param text with U+FFFD for bytes that are no character
    record Detokenized(String text) implements ConversionResult {
        public Detokenized {
            Objects.requireNonNull(text);
        }
    }

    /// @param prompt the text that the template wrote
    /// @param tokens how many tokens it has, with the beginning-of-text token where the model wants
    ///   one
    record Rendered(String prompt, int tokens) implements ConversionResult {
        public Rendered {
            Objects.requireNonNull(prompt);
        }
    }

    /// @param code `context_length_exceeded`, `token_out_of_range`, `result_too_large`,
    ///   `invalid_request`, `engine_died`, `engine_silent`
    /// @param sentence what happened, what it means and what to do
    record Refused(String code, String sentence) implements ConversionResult {
        public Refused {
            Objects.requireNonNull(code);
            Objects.requireNonNull(sentence);
        }
    }
}
