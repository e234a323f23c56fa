package redoubt.foreign.llama;

/// Chooses the tokens of one sequence, natively: logits never cross into Java. One thread at a
/// time.
@SuppressWarnings("DoNotCallSuggester") // the binding follows
public final class Sampler implements AutoCloseable {
    Sampler() {}

    /// Chooses a token from the logits of the batch entry at `batchIndex` and accepts it.
    public int sample(LlamaContext context, int batchIndex) {
        throw new UnsupportedOperationException();
    }

    /// Tells the penalties about a token that was not sampled here, such as one of the prompt.
    public void accept(int token) {
        throw new UnsupportedOperationException();
    }

    /// Forgets everything accepted and starts the seed again.
    public void reset() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
