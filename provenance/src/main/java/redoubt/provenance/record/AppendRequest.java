package redoubt.provenance.record;

import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// One call of append that waits until it, or whoever has the chain's lock, has signed its entry;
/// where it wants that, until the entry is durable, so that its thread is woken once and not twice.
/// Made and parked by the thread that appends; served by one thread, once. What it is given to
/// execute is kept for its own thread.
final class AppendRequest implements Executor {
    private final Event event;
    private final Actor actor;
    private final OptionalLong refersTo;
    private final boolean untilDurable;
    private final Thread thread = Thread.currentThread();
    private @Nullable QueuedEntry entry;
    private @Nullable Exception refusal;
    private @Nullable Runnable kept;
    private boolean interrupted;
    private volatile boolean done;

    AppendRequest(Event event, Actor actor, OptionalLong refersTo, boolean untilDurable) {
        this.event = event;
        this.actor = actor;
        this.refersTo = refersTo;
        this.untilDurable = untilDurable;
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

    boolean isUntilDurable() {
        return untilDurable;
    }

    /// Its entry has its place, or was refused.
    boolean isDone() {
        return done;
    }

    /// Nothing is left to wait for.
    boolean isOver() {
        if (!done) return false;
        var signed = entry;
        return !untilDurable || signed == null || signed.isSettled();
    }

    void done(QueuedEntry signed) {
        entry = signed;
        done = true;
        if (untilDurable) signed.onceSettled(this::wake);
        else wake();
    }

    /// Whether this thread made it.
    boolean isOwn() {
        return Thread.currentThread().equals(thread);
    }

    @Override
    public void execute(Runnable task) {
        kept = task;
    }

    /// On its own thread, without a lock.
    void runKept() {
        var task = kept;
        kept = null;
        if (task != null) task.run();
    }

    void refused(Exception why) {
        refusal = why;
        done = true;
        wake();
    }

    void wake() {
        if (!isOwn()) LockSupport.unpark(thread);
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
