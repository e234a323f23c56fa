package redoubt.foreign.llama;

/// Bytes that a context holds, by purpose.
///
/// @param modelBytes weights, shared by all contexts of the model
/// @param contextBytes the cache of keys and values
/// @param computeBytes buffers of the computation
public record MemoryBreakdown(long modelBytes, long contextBytes, long computeBytes) {
    /// All of it.
    public long totalBytes() {
        return modelBytes + contextBytes + computeBytes;
    }
}
