package redoubt.foreign.llama;

/// One cache and one computation: decodes batches of several sequences. Used by one thread at a
/// time, except [#requestAbort], which any thread may call.
@SuppressWarnings("DoNotCallSuggester") // the binding follows
public final class LlamaContext implements AutoCloseable {
    LlamaContext() {}

    public int contextTokens() {
        throw new UnsupportedOperationException();
    }

    public int sequencesMax() {
        throw new UnsupportedOperationException();
    }

    public int batchTokens() {
        throw new UnsupportedOperationException();
    }

    public int ubatchTokens() {
        throw new UnsupportedOperationException();
    }

    /// Computes the batch; the logits it asked for live until the next decode.
    public DecodeResult decode(TokenBatch batch) {
        throw new UnsupportedOperationException();
    }

    /// Removes positions [from, to) of a sequence; to = -1 is the end.
    ///
    /// @return false when this kind of cache cannot cut a part out: then remove the whole sequence
    public boolean removeSequence(int sequence, int from, int to) {
        throw new UnsupportedOperationException();
    }

    /// Removes a whole sequence; never fails.
    public void removeSequence(int sequence) {
        throw new UnsupportedOperationException();
    }

    /// Lets `target` share positions [from, to) of `source`; to = -1 is the end. With a unified
    /// cache this copies no data; without one only whole sequences (0, -1) can be copied.
    public void copySequence(int source, int target, int from, int to) {
        throw new UnsupportedOperationException();
    }

    /// The highest position of a sequence in the cache, -1 when it is empty.
    public int positionMax(int sequence) {
        throw new UnsupportedOperationException();
    }

    /// The lowest position of a sequence in the cache, -1 when it is empty; above 0 with a sliding
    /// window.
    public int positionMin(int sequence) {
        throw new UnsupportedOperationException();
    }

    /// The state of a sequence as bytes, for parking it.
    public byte[] saveSequence(int sequence) {
        throw new UnsupportedOperationException();
    }

    /// Puts a saved state into a sequence, replacing what it held.
    public void restoreSequence(int sequence, byte[] state) {
        throw new UnsupportedOperationException();
    }

    /// Asks the decode in progress, or the next one, to stop: it returns ABORTED. Any thread.
    public void requestAbort() {
        throw new UnsupportedOperationException();
    }

    public void setThreads(int threads, int threadsBatch) {
        throw new UnsupportedOperationException();
    }

    public MemoryBreakdown memory() {
        throw new UnsupportedOperationException();
    }

    /// A batch that this context can decode, for reuse.
    public TokenBatch newBatch() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
