package redoubt.engine.client;

import java.time.Duration;

/// How one engine is set up on this host.
///
/// @param cpuVariant the CPU back end to load, as the probe chose it
/// @param threads threads that decode one token; usable cores, not more
/// @param threadsBatch threads that compute a prompt
/// @param contextTokens positions of the cache, shared by all sequences; 0 takes what the model was
///   trained for. Either is lowered to what the memory plan allows
/// @param sequencesMax generations that run at the same time; others wait in a queue
/// @param batchTokens tokens in one decode call
/// @param ubatchTokens tokens computed at once; bounds the compute buffers
/// @param loadTimeout after this time an engine that is not ready is ended
/// @param memoryMaxBytes most that the engine may take of memory of its own, beside mapped weights;
///   0 for what follows from the memory plan
public record EngineSettings(
        String cpuVariant,
        int threads,
        int threadsBatch,
        int contextTokens,
        int sequencesMax,
        int batchTokens,
        int ubatchTokens,
        Duration loadTimeout,
        long memoryMaxBytes) {
    public EngineSettings {
        require(!cpuVariant.isBlank(), "cpuVariant must name a library variant");
        require(threads >= 1 && threads <= 512, "threads must be 1 to 512");
        require(threadsBatch >= 1 && threadsBatch <= 512, "threadsBatch must be 1 to 512");
        require(contextTokens >= 0, "contextTokens must not be negative");
        require(sequencesMax >= 1 && sequencesMax <= 256, "sequencesMax must be 1 to 256");
        require(
                ubatchTokens >= 1 && ubatchTokens <= batchTokens,
                "ubatchTokens must be 1 to batchTokens");
        require(loadTimeout.isPositive(), "loadTimeout must be positive");
        require(memoryMaxBytes >= 0, "memoryMaxBytes must not be negative");
    }

    /// With the memory that follows from the plan.
    public EngineSettings(
            String cpuVariant,
            int threads,
            int threadsBatch,
            int contextTokens,
            int sequencesMax,
            int batchTokens,
            int ubatchTokens,
            Duration loadTimeout) {
        this(
                cpuVariant,
                threads,
                threadsBatch,
                contextTokens,
                sequencesMax,
                batchTokens,
                ubatchTokens,
                loadTimeout,
                0);
    }

    /// Sixteen sequences, batches of 2048 computed 512 at a time, the model's own context, five
    /// minutes to load.
    public static EngineSettings of(String cpuVariant, int threads) {
        return new EngineSettings(
                cpuVariant, threads, threads, 0, 16, 2048, 512, Duration.ofMinutes(5));
    }

    /// The same with another context; 0 takes the model's own.
    public EngineSettings withContextTokens(int other) {
        return new EngineSettings(
                cpuVariant,
                threads,
                threadsBatch,
                other,
                sequencesMax,
                batchTokens,
                ubatchTokens,
                loadTimeout,
                memoryMaxBytes);
    }

    /// The same with another number of sequences.
    public EngineSettings withSequencesMax(int other) {
        return new EngineSettings(
                cpuVariant,
                threads,
                threadsBatch,
                contextTokens,
                other,
                batchTokens,
                ubatchTokens,
                loadTimeout,
                memoryMaxBytes);
    }

    /// The same with another time limit for the load.
    public EngineSettings withLoadTimeout(Duration other) {
        return new EngineSettings(
                cpuVariant,
                threads,
                threadsBatch,
                contextTokens,
                sequencesMax,
                batchTokens,
                ubatchTokens,
                other,
                memoryMaxBytes);
    }

    /// The same with another limit for its memory.
    public EngineSettings withMemoryMaxBytes(long other) {
        return new EngineSettings(
                cpuVariant,
                threads,
                threadsBatch,
                contextTokens,
                sequencesMax,
                batchTokens,
                ubatchTokens,
                loadTimeout,
                other);
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new IllegalArgumentException(sentence);
        }
    }
}
