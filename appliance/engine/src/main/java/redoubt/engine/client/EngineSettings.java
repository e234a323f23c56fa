package redoubt.engine.client;

import java.time.Duration;
import java.util.function.Consumer;

/// How one engine is set up on this host. Each setting is said by its name, because most of them
/// are numbers. Immutable.
public final class EngineSettings {
    private static final int THREADS_MAX = 512;
    private static final int SEQUENCES_MAX = 256;

    private final Values values;

    /// One place for all of them; nobody changes it once it is in an EngineSettings.
    private static final class Values {
        String cpuVariant = "";
        int threads;
        int contextTokens;
        int sequencesMax = 16;
        int batchTokens = 2048;
        int ubatchTokens = 512;
        Duration loadTimeout = Duration.ofMinutes(5);
        Duration endGrace = Duration.ofSeconds(5);
        long memoryMaxBytes;

        Values copy() {
            Values copy = new Values();
            copy.cpuVariant = cpuVariant;
            copy.threads = threads;
            copy.contextTokens = contextTokens;
            copy.sequencesMax = sequencesMax;
            copy.batchTokens = batchTokens;
            copy.ubatchTokens = ubatchTokens;
            copy.loadTimeout = loadTimeout;
            copy.endGrace = endGrace;
            copy.memoryMaxBytes = memoryMaxBytes;
            return copy;
        }
    }

    private EngineSettings(Values values) {
        require(!values.cpuVariant.isBlank(), "cpuVariant must name a library variant");
        require(
                values.threads >= 1 && values.threads <= THREADS_MAX,
                "threads must be 1 to " + THREADS_MAX);
        require(values.contextTokens >= 0, "contextTokens must not be negative");
        require(
                values.sequencesMax >= 1 && values.sequencesMax <= SEQUENCES_MAX,
                "sequencesMax must be 1 to " + SEQUENCES_MAX);
        require(
                values.ubatchTokens >= 1 && values.ubatchTokens <= values.batchTokens,
                "ubatchTokens must be 1 to batchTokens");
        require(values.loadTimeout.isPositive(), "loadTimeout must be positive");
        require(values.endGrace.isPositive(), "endGrace must be positive");
        require(values.memoryMaxBytes >= 0, "memoryMaxBytes must not be negative");
        this.values = values;
    }

    /// Sixteen sequences, batches of 2048 computed 512 at a time, the model's own context, the
    /// memory that follows from the plan, five minutes to load, five seconds for each step of an
    /// end.
    ///
    /// @param cpuVariant the CPU back end to load, as the probe chose it
    /// @param threads threads that compute; usable cores, not more
    public static EngineSettings of(String cpuVariant, int threads) {
        Values values = new Values();
        values.cpuVariant = cpuVariant;
        values.threads = threads;
        return new EngineSettings(values);
    }

    /// Positions of the cache, shared by all sequences; 0 takes what the model was trained for.
    /// Either is lowered to what the memory plan allows.
    public EngineSettings withContextTokens(int tokens) {
        return with(next -> next.contextTokens = tokens);
    }

    /// Generations that run at the same time; others wait in a queue.
    public EngineSettings withSequencesMax(int sequences) {
        return with(next -> next.sequencesMax = sequences);
    }

    /// Tokens in one decode call, and how many of them are computed at once, which bounds the
    /// compute buffers: all of them, up to as many as before.
    public EngineSettings withBatchTokens(int tokens) {
        return with(next -> {
            next.batchTokens = tokens;
            next.ubatchTokens = Math.min(next.ubatchTokens, tokens);
        });
    }

    /// Tokens that are computed at once; no more than in one decode call.
    public EngineSettings withUbatchTokens(int tokens) {
        return with(next -> next.ubatchTokens = tokens);
    }

    /// After this time an engine that is not ready is ended.
    public EngineSettings withLoadTimeout(Duration timeout) {
        return with(next -> next.loadTimeout = timeout);
    }

    /// For each step of its end: to bring what it parked to rest (twice this), to take the end of
    /// its input, to end. After that it is ended by force.
    public EngineSettings withEndGrace(Duration grace) {
        return with(next -> next.endGrace = grace);
    }

    /// Most that the engine may take of memory of its own, beside mapped weights; 0 for what
    /// follows from the memory plan.
    public EngineSettings withMemoryMaxBytes(long bytes) {
        return with(next -> next.memoryMaxBytes = bytes);
    }

    private EngineSettings with(Consumer<Values> change) {
        Values next = values.copy();
        change.accept(next);
        return new EngineSettings(next);
    }

    public String cpuVariant() {
        return values.cpuVariant;
    }

    public int threads() {
        return values.threads;
    }

    public int contextTokens() {
        return values.contextTokens;
    }

    public int sequencesMax() {
        return values.sequencesMax;
    }

    public int batchTokens() {
        return values.batchTokens;
    }

    public int ubatchTokens() {
        return values.ubatchTokens;
    }

    public Duration loadTimeout() {
        return values.loadTimeout;
    }

    public Duration endGrace() {
        return values.endGrace;
    }

    public long memoryMaxBytes() {
        return values.memoryMaxBytes;
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new IllegalArgumentException(sentence);
        }
    }
}
