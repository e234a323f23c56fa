package redoubt.foreign.llama;

import java.util.List;

/// How likely a chosen token was, before temperature and all other sampling, in natural logarithms
/// over the whole vocabulary.
///
/// @param logprob of the chosen token
/// @param top the most likely tokens, the most likely first
public record Chances(float logprob, List<Likely> top) {
    public Chances {
        top = List.copyOf(top);
    }

    /// A token that could have been chosen.
    public record Likely(int token, float logprob) {}
}
