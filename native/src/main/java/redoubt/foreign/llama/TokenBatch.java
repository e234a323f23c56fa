package redoubt.foreign.llama;

/// Tokens of one or more sequences to be decoded together; made once and reused. One thread at a
/// time.
@SuppressWarnings("DoNotCallSuggester") // the binding follows
public final class TokenBatch implements AutoCloseable {
    TokenBatch() {}

    /// Adds a token.
    ///
    /// @return its index, for [Sampler#sample]
    public int add(int token, int position, int sequence, boolean wantsLogits) {
        throw new UnsupportedOperationException();
    }

    public void clear() {
        throw new UnsupportedOperationException();
    }

    public int size() {
        throw new UnsupportedOperationException();
    }

    public int capacity() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
