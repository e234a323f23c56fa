package redoubt.provenance.record;

import java.security.GeneralSecurityException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/// An entry on its way to the disk: signed, then checked, then written, then under a checkpoint.
/// Its waiters block without holding a lock. One that waits checks the entry itself if nobody has
/// begun to, so that somebody who is alone does not wait for another thread.
final class QueuedEntry implements Pending {
    /// Who is told that an entry moves on.
    interface Way {
        /// It has its place, behind all that came this way before it.
        void signed(QueuedEntry entry);

        /// Its signature is good and a reader would take it.
        void checked(QueuedEntry entry);

        /// Its signature is not what its key makes; nothing of it may be written.
        void rejected(QueuedEntry entry, Exception why);

        /// Somebody waits for it now.
        void wanted(QueuedEntry entry);
    }

    /// Of an entry that is durable already.
    static final Way NOWHERE =
            new Way() {
                @Override
                public void signed(QueuedEntry entry) {}

                @Override
                public void checked(QueuedEntry entry) {}

                @Override
                public void rejected(QueuedEntry entry, Exception why) {}

                @Override
                public void wanted(QueuedEntry entry) {}
            };

    private final Pen.Written written;
    private final Appended appended;
    private final boolean joined;
    private final Way way;
    private final CompletableFuture<Appended> durable = new CompletableFuture<>();
    private final CompletableFuture<Checkpoint> covered = new CompletableFuture<>();
    private final AtomicBoolean claimed = new AtomicBoolean();
    private volatile boolean checked;
    private volatile boolean wanted;
    private volatile boolean wantsCheckpoint;

    /// @param joined whether it goes to disk with the entry behind it or not at all
    /// @param wanted whether somebody waits for it already
    QueuedEntry(Pen.Written written, Appended appended, boolean joined, boolean wanted, Way way) {
        this.written = written;
        this.appended = appended;
        this.joined = joined;
        this.wanted = wanted;
        this.way = way;
    }

    Entry entry() {
        return written.entry();
    }

    byte[] cose() {
        return written.cose().toArray();
    }

    EpochKey key() {
        return written.key();
    }

    boolean isJoined() {
        return joined;
    }

    boolean isWanted() {
        return wanted;
    }

    boolean wantsCheckpoint() {
        return wantsCheckpoint;
    }

    boolean isChecked() {
        return checked;
    }

    /// Checks the entry on this thread, unless another has begun to.
    void check() {
        if (!claimed.compareAndSet(false, true)) return;
        try {
            written.requireSound();
        } catch (GeneralSecurityException | RuntimeException wrong) {
            way.rejected(this, wrong);
            return;
        } catch (Error bug) {
            // Nobody may wait for ever for what was not found out.
            way.rejected(this, new IllegalStateException(bug));
            throw bug;
        }
        checked = true;
        way.checked(this);
    }

    /// Whether it is on disk, or never will be.
    boolean isSettled() {
        return durable.isDone();
    }

    void onceSettled(Runnable then) {
        var _ = durable.whenComplete((_, _) -> then.run());
    }

    /// It is on disk.
    void written() {
        durable.complete(appended);
    }

    /// It is on disk and a published checkpoint covers it.
    void covered(Checkpoint checkpoint) {
        covered.complete(checkpoint);
    }

    void fail(RecordException why) {
        durable.completeExceptionally(why);
        covered.completeExceptionally(why);
    }

    @Override
    public Appended appended() {
        return appended;
    }

    @Override
    public void awaitDurable() throws RecordException {
        await(durable);
    }

    @Override
    public Checkpoint awaitCheckpoint() throws RecordException {
        wantsCheckpoint = true;
        return await(covered);
    }

    private <T> T await(CompletableFuture<T> outcome) throws RecordException {
        wanted = true;
        check();
        if (!outcome.isDone()) way.wanted(this);
        try {
            return outcome.get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new RecordException(
                    RecordException.Reason.CLOSED,
                    "Waiting for the record was interrupted, so it is not known that entry %d is durable."
                            .formatted(appended.sequence()),
                    interrupted);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RecordException why) throw why.again();
            throw new AssertionError(failed);
        }
    }
}
