package redoubt.hardware;

/// What an engine would like to hold in memory besides the weights.
///
/// @param contextTokens tokens of one sequence
/// @param sequences sequences at the same time, each with that many tokens
/// @param ubatchTokens physical batch, which sizes the compute buffers
/// @param contextTokensMin the smallest context that is still worth starting with
public record ContextWanted(
        int contextTokens, int sequences, int ubatchTokens, int contextTokensMin) {
    public ContextWanted {
        if (contextTokens < 1 || sequences < 1 || ubatchTokens < 1 || contextTokensMin < 1) {
            throw new IllegalArgumentException("a context is at least one token of one sequence");
        }
    }
}
