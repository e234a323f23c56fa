package redoubt.engine.schedule;

import redoubt.foreign.llama.DecodeResult;

/// What guessing needs of a smaller model with the same vocabulary: a cache of its own, a batch,
/// and the likeliest token. Nothing that it says is ever told to anybody. Used by the step thread
/// alone.
public interface Draft extends AutoCloseable {

    /// Cells of its cache, for all sequences together.
    int contextTokens();

    /// The longest text of one sequence that it can follow.
    int sequenceTokensMax();

    /// Sequences of its cache; as many as the model answers at the same time.
    int sequencesMax();

    int batchTokens();

    /// Empties the batch.
    void clear();

    /// Adds a token to the batch and returns its index in it.
    int add(int token, int position, int sequence, boolean wantsLogits);

    /// Computes the batch.
    ///
    /// @throws NativeException when it cannot be computed
    DecodeResult decode();

    /// The clock by which it is measured what computing takes.
    default long nanoTime() {
        return System.nanoTime();
    }

    /// The likeliest token after the batch entry at `batchIndex`.
    ///
    /// @throws NativeException when its logits cannot be read
    int likeliest(int batchIndex);

    /// Cuts a sequence back to its first `tokens` positions. False when it could not; then it is to
    /// be forgotten.
    boolean keep(int sequence, int tokens);

    /// Forgets a sequence.
    void forget(int sequence);

    @Override
    void close();
}
