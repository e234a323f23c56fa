package redoubt.engine.schedule;

import java.util.List;
import java.util.function.Consumer;
import redoubt.engine.client.GenerationEvent;
import redoubt.engine.client.SamplingParameters;

/// A prepared request: tokens, limits, and where its events go. Made by the preparing thread, then
/// owned by the step thread; only [#cancel] is for others.
public final class Job {
    private final long id;
    private final String tenant;
    private final int[] prompt;
    private final SamplingParameters sampling;
    private final int maxTokens;
    private final List<String> stops;
    private final boolean dropsLeadingSpace;
    private final long seed;
    private final long arrivedNanos;
    private final Cancellation cancellation;
    private final Consumer<GenerationEvent> events;

    public Job(
            long id,
            String tenant,
            int[] prompt,
            SamplingParameters sampling,
            int maxTokens,
            List<String> stops,
            boolean dropsLeadingSpace,
            long seed,
            long arrivedNanos,
            Cancellation cancellation,
            Consumer<GenerationEvent> events) {
        this.id = id;
        this.tenant = tenant;
        this.prompt = prompt.clone();
        this.sampling = sampling;
        this.maxTokens = maxTokens;
        this.stops = List.copyOf(stops);
        this.dropsLeadingSpace = dropsLeadingSpace;
        this.seed = seed;
        this.arrivedNanos = arrivedNanos;
        this.cancellation = cancellation;
        this.events = events;
    }

    long id() {
        return id;
    }

    String tenant() {
        return tenant;
    }

    int[] prompt() {
        return prompt;
    }

    SamplingParameters sampling() {
        return sampling;
    }

    int maxTokens() {
        return maxTokens;
    }

    List<String> stops() {
        return stops;
    }

    boolean dropsLeadingSpace() {
        return dropsLeadingSpace;
    }

    long seed() {
        return seed;
    }

    long arrivedNanos() {
        return arrivedNanos;
    }

    boolean cancelled() {
        return cancellation.asked();
    }

    void tell(GenerationEvent event) {
        events.accept(event);
    }

    /// Whether somebody wants a generation to stop; set by any thread, read by the step thread.
    public static final class Cancellation {
        private volatile boolean asked;

        public void ask() {
            asked = true;
        }

        public boolean asked() {
            return asked;
        }
    }
}
