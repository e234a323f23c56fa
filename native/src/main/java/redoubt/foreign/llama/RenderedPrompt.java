package redoubt.foreign.llama;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/// A conversation as the model wants to see it.
///
/// @param text the prompt as text, as the template wrote it
/// @param tokens the prompt as tokens, with the beginning-of-text token where the model wants one;
///   decode these and do not tokenize the text again: only these keep what came from a person from
///   becoming a control token
/// @param stops texts at which generation ends besides the model's own end tokens
/// @param form how the answer is held to a form and read
@SuppressWarnings(
        "ArrayRecordComponent") // tokens go to the decoder as they are; equality is by content
// below
public record RenderedPrompt(String text, int[] tokens, List<String> stops, AnswerForm form) {
    @Override
    public boolean equals(Object other) {
        return other instanceof RenderedPrompt that
                && text.equals(that.text)
                && Arrays.equals(tokens, that.tokens)
                && stops.equals(that.stops)
                && form.equals(that.form);
    }

    @Override
    public int hashCode() {
        return Objects.hash(text, Arrays.hashCode(tokens), stops, form);
    }
}
