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
    private final CompletableFuture<Checkpoint> durable = new CompletableFuture<>();
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

    void succeed(Checkpoint checkpoint) {
        durable.complete(checkpoint);
    }

    void fail(RecordException why) {
        durable.completeExceptionally(why);
    }

    @Override
    public Appended appended() {
        return appended;
    }

    @Override
    public Checkpoint awaitDurable() throws RecordException {
        wanted.set(true);
        onWanted.run();
        try {
            return durable.get();
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
