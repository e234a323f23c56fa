package redoubt.hardware;

import org.jspecify.annotations.Nullable;

/// What an engine would like to hold in memory besides the weights.
///
/// @param contextTokens tokens of one sequence
/// @param sequences sequences at the same time, each with that many tokens
/// @param ubatchTokens physical batch, which sizes the compute buffers
/// @param contextTokensMin the smallest context that is still worth starting with
/// @param draft a second model in the same engine, with a context as long as it was trained for and
///   as `contextTokens` at most; null where there is none
public record ContextWanted(
        int contextTokens,
        int sequences,
        int ubatchTokens,
        int contextTokensMin,
        @Nullable GgufHeader draft) {
    public ContextWanted {
        if (contextTokens < 1 || sequences < 1 || ubatchTokens < 1 || contextTokensMin < 1) {
            throw new IllegalArgumentException("a context is at least one token of one sequence");
        }
    }

    /// Without a second model.
    public ContextWanted(int contextTokens, int sequences, int ubatchTokens, int contextTokensMin) {
        this(contextTokens, sequences, ubatchTokens, contextTokensMin, null);
    }

    /// The same with a draft beside the model.
    public ContextWanted withDraft(@Nullable GgufHeader other) {
        return new ContextWanted(contextTokens, sequences, ubatchTokens, contextTokensMin, other);
    }
}
