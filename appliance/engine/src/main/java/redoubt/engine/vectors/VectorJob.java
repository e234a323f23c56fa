package redoubt.engine.vectors;

import java.util.List;
import java.util.function.Consumer;
import redoubt.engine.client.Owner;
import redoubt.engine.client.VectorEvent;
import redoubt.engine.schedule.Job;

/// Prepared inputs: tokens, and where their vectors go. Made by the preparing thread, then owned by
/// the step thread.
public final class VectorJob {
    private final Owner owner;
    private final List<Input> inputs;
    private final boolean normalised;
    private final long arrivedNanos;
    private final Job.Cancellation cancellation;
    private final Consumer<VectorEvent> events;
    private int taken;
    private int computed;
    private long startedNanos;

    /// An input, ready to be computed.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Input(int[] tokens, boolean truncated) {}

    /// @param normalised whether vectors are brought to length 1; scores are left as they are
    public VectorJob(
            Owner owner,
            List<Input> inputs,
            boolean normalised,
            long arrivedNanos,
            Job.Cancellation cancellation,
            Consumer<VectorEvent> events) {
        this.owner = owner;
        this.inputs = List.copyOf(inputs);
        this.normalised = normalised;
        this.arrivedNanos = arrivedNanos;
        this.cancellation = cancellation;
        this.events = events;
    }

    Owner owner() {
        return owner;
    }

    boolean cancelled() {
        return cancellation.asked();
    }

    boolean normalised() {
        return normalised;
    }

    boolean hasMore() {
        return taken < inputs.size();
    }

    int nextTokens() {
        return inputs.get(taken).tokens().length;
    }

    /// Takes the next input out and returns its number.
    int take(long now) {
        if (taken == 0) {
            startedNanos = now;
        }
        return taken++;
    }

    Input input(int index) {
        return inputs.get(index);
    }

    /// Notes that one more is computed.
    ///
    /// @return whether all are
    boolean computedOne() {
        computed++;
        return computed == inputs.size();
    }

    long arrivedNanos() {
        return arrivedNanos;
    }

    long startedNanos() {
        return startedNanos;
    }

    void tell(VectorEvent event) {
        events.accept(event);
    }
}
