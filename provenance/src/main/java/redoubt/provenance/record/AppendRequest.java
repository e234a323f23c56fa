package redoubt.provenance.record;

import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// One call of append that waits until it, or whoever has the chain's lock, has signed its entry.
/// Made and parked by the thread that appends; served by one thread, once.
final class AppendRequest {
    private final Event event;
    private final Actor actor;
    private final OptionalLong refersTo;
    private final Thread thread = Thread.currentThread();
    private @Nullable QueuedEntry entry;
    private @Nullable Exception refusal;
    private boolean interrupted;
    private volatile boolean done;

    AppendRequest(Event event, Actor actor, OptionalLong refersTo) {
        this.event = event;
        this.actor = actor;
        this.refersTo = refersTo;
    }

    Event event() {
        return event;
    }

    Actor actor() {
        return actor;
    }

    OptionalLong refersTo() {
        return refersTo;
    }

    boolean isDone() {
        return done;
    }

    void done(QueuedEntry signed) {
        entry = signed;
        done = true;
        wake();
    }

    void refused(Exception why) {
        refusal = why;
        done = true;
        wake();
    }

    void wake() {
        if (!Thread.currentThread().equals(thread)) LockSupport.unpark(thread);
    }

    /// Until somebody wakes it. An entry that may already have its place is not given up for an
    /// interruption: that is kept for later.
    void park() {
        LockSupport.park(this);
        if (Thread.interrupted()) interrupted = true;
    }

    QueuedEntry outcome() throws RecordException {
        if (interrupted) thread.interrupt();
        var signed = entry;
        if (signed != null) return signed;
        if (refusal instanceof RecordException why) throw why;
        if (refusal instanceof RuntimeException bug) throw bug;
        throw new AssertionError(refusal);
    }
}
