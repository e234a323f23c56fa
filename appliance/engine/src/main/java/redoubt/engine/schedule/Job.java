package redoubt.engine.schedule;

import java.util.List;
import java.util.function.Consumer;
import redoubt.engine.client.AdapterUse;
import redoubt.engine.client.GenerationEvent;
import redoubt.engine.client.Owner;

/// A prepared request: tokens, limits, and where its events go. Made by the preparing thread, then
/// owned by the step thread; only [#cancel] is for others.
public final class Job {
    private final long id;
    private final Owner owner;
    private final int[] prompt;
    private final Choosing choosing;
    private final List<AdapterUse> adapters;
    private final boolean alone;
    private final int maxTokens;
    private final List<String> stops;
    private final boolean dropsLeadingSpace;
    private final long arrivedNanos;
    private final Cancellation cancellation;
    private final Consumer<GenerationEvent> events;

    public Job(
            long id,
            Owner owner,
            int[] prompt,
            Choosing choosing,
            List<AdapterUse> adapters,
            boolean alone,
            int maxTokens,
            List<String> stops,
            boolean dropsLeadingSpace,
            long arrivedNanos,
            Cancellation cancellation,
            Consumer<GenerationEvent> events) {
        this.id = id;
        this.owner = owner;
        this.prompt = prompt.clone();
        this.choosing = choosing;
        this.adapters = List.copyOf(adapters);
        this.alone = alone;
        this.maxTokens = maxTokens;
        this.stops = List.copyOf(stops);
        this.dropsLeadingSpace = dropsLeadingSpace;
        this.arrivedNanos = arrivedNanos;
        this.cancellation = cancellation;
        this.events = events;
    }

    long id() {
        return id;
    }

    Owner owner() {
        return owner;
    }

    String tenant() {
        return owner.tenant();
    }

    int[] prompt() {
        return prompt;
    }

    Choosing choosing() {
        return choosing;
    }

    List<AdapterUse> adapters() {
        return adapters;
    }

    /// Nothing computed before is reused for it, and no other job shares its steps.
    boolean alone() {
        return alone;
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
