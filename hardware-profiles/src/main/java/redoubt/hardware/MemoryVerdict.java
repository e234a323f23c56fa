package redoubt.hardware;

/// Whether a model fits into this host's memory, said before anything is loaded.
public sealed interface MemoryVerdict {

    /// What a person reads.
    String sentence();

    /// Everything fits as wanted.
    record Fits(long needsBytes, long availableBytes, String sentence) implements MemoryVerdict {}

    /// It fits with a smaller context for each sequence.
    record FitsWith(int contextTokens, long needsBytes, long availableBytes, String sentence)
            implements MemoryVerdict {}

    /// It does not fit even with the smallest context.
    record DoesNotFit(long needsBytes, long availableBytes, String sentence)
            implements MemoryVerdict {}
}
