package redoubt.foreign.llama;

/// The shape of one decoding context. Zero means llama.cpp's own default where it says so.
///
/// @param contextTokens positions of the cache over all sequences; 0 takes what the model was
///   trained for
/// @param sequencesMax sequences that may be in the cache at once
/// @param batchTokens tokens that one [TokenBatch] may hold
/// @param ubatchTokens tokens computed at once; bounds the compute buffers
/// @param threads threads that generate one token
/// @param threadsBatch threads that compute a prompt
/// @param kvUnified one cache buffer for all sequences: a prefix can be shared, a long sequence may
///   use it all
/// @param flashAttention when to compute attention in the fused way
/// @param typeK how keys are stored in the cache
/// @param typeV how values are stored in the cache
/// @param pooled the context gives one vector, or scores, for each sequence of a batch, as the
///   model pools them, and no logits are read; a sequence must then be whole in one batch, and a
///   batch not longer than `ubatchTokens`
public record ContextOptions(
        int contextTokens,
        int sequencesMax,
        int batchTokens,
        int ubatchTokens,
        int threads,
        int threadsBatch,
        boolean kvUnified,
        FlashAttention flashAttention,
        CacheType typeK,
        CacheType typeV,
        boolean pooled) {
    /// llama.cpp touches memory for every position at once: more than this exhausts a host before
    /// it is refused.
    private static final int CONTEXT_TOKENS_MAX = 1 << 24;

    /// When attention is computed in the fused way.
    public enum FlashAttention {
        AUTO,
        OFF,
        ON
    }

    /// How a value of the cache is stored.
    public enum CacheType {
        F32,
        F16,
        BF16,
        Q8_0,
        Q4_0
    }

    public ContextOptions {
        require(
                contextTokens >= 0 && contextTokens <= CONTEXT_TOKENS_MAX,
                "contextTokens must be 0 to " + CONTEXT_TOKENS_MAX);
        require(sequencesMax >= 1 && sequencesMax <= 256, "sequencesMax must be 1 to 256");
        require(batchTokens >= 1, "batchTokens must be at least 1");
        require(
                ubatchTokens >= 1 && ubatchTokens <= batchTokens,
                "ubatchTokens must be 1 to batchTokens");
        require(
                !pooled || ubatchTokens == batchTokens,
                "what is pooled is computed at once: ubatchTokens must be batchTokens");
        require(threads >= 1 && threads <= 512, "threads must be 1 to 512");
        require(threadsBatch >= 1 && threadsBatch <= 512, "threadsBatch must be 1 to 512");
    }

    /// A context that samples, and pools nothing.
    public ContextOptions(
            int contextTokens,
            int sequencesMax,
            int batchTokens,
            int ubatchTokens,
            int threads,
            int threadsBatch,
            boolean kvUnified,
            FlashAttention flashAttention,
            CacheType typeK,
            CacheType typeV) {
        this(
                contextTokens,
                sequencesMax,
                batchTokens,
                ubatchTokens,
                threads,
                threadsBatch,
                kvUnified,
                flashAttention,
                typeK,
                typeV,
                false);
    }

    /// A context that pools batches of up to `tokens` tokens of up to `sequencesMax` sequences.
    public static ContextOptions pooling(int tokens, int sequencesMax, int threads) {
        return new ContextOptions(
                tokens,
                sequencesMax,
                tokens,
                tokens,
                threads,
                threads,
                true,
                FlashAttention.AUTO,
                CacheType.F16,
                CacheType.F16,
                true);
    }

    /// One unified f16 cache for `sequencesMax` sequences, batches of 2048 in steps of 512.
    public static ContextOptions of(int contextTokens, int sequencesMax, int threads) {
        return new ContextOptions(
                contextTokens,
                sequencesMax,
                2048,
                512,
                threads,
                threads,
                true,
                FlashAttention.AUTO,
                CacheType.F16,
                CacheType.F16);
    }

    /// The same for so many tokens of one sequence: for what is computed by itself.
    public ContextOptions alone(int tokens) {
        return new ContextOptions(
                tokens,
                1,
                ubatchTokens,
                ubatchTokens,
                threads,
                threadsBatch,
                kvUnified,
                flashAttention,
                typeK,
                typeV);
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new IllegalArgumentException(sentence);
        }
    }
}
