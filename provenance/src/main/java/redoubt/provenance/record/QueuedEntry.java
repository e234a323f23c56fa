package redoubt.provenance.record;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/// An entry on its way to the disk. Its waiters block without holding a lock.
final class QueuedEntry implements Pending {
    private final Entry entry;
    private final Bytes cose;
    private final Appended appended;
    private final Runnable onWanted;
    private final CompletableFuture<Appended> written = new CompletableFuture<>();
    private final CompletableFuture<Checkpoint> covered = new CompletableFuture<>();
    private final AtomicBoolean wanted = new AtomicBoolean();

    QueuedEntry(Entry entry, Bytes cose, Appended appended, Runnable onWanted) {
        this.entry = entry;
        this.cose = cose;
        this.appended = appended;
        this.onWanted = onWanted;
    }

    Entry entry() {
        return entry;
    }

    Bytes cose() {
        return cose;
    }

    boolean isWanted() {
        return wanted.get();
    }

    /// It is on disk.
    void written() {
        written.complete(appended);
    }

    /// It is on disk and a published checkpoint covers it.
    void covered(Checkpoint checkpoint) {
        covered.complete(checkpoint);
    }

    void fail(RecordException why) {
        written.completeExceptionally(why);
        covered.completeExceptionally(why);
    }

    @Override
    public Appended appended() {
        return appended;
    }

    @Override
    public void awaitDurable() throws RecordException {
        await(written);
    }

    @Override
    public Checkpoint awaitCheckpoint() throws RecordException {
        return await(covered);
    }

    private <T> T await(CompletableFuture<T> outcome) throws RecordException {
        wanted.set(true);
        onWanted.run();
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
