package redoubt.provenance.record;

import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/// Entries that go to disk together, and what the checkpoint that covers them says.
///
/// @param key in force at the last of them
/// @param root of the tree that ends with them
record CommitBatch(List<QueuedEntry> entries, EpochKey key, Bytes logId, Bytes root) {
    /// A checkpoint that is being signed beside the sync of what it covers: nobody gets it before
    /// that has come back.
    record Signing(Future<Checkpoint> signed) {
        Checkpoint await() throws GeneralSecurityException {
            try {
                return signed.get();
            } catch (ExecutionException failed) {
                if (failed.getCause() instanceof GeneralSecurityException why) throw why;
                throw new IllegalStateException(failed.getCause());
            } catch (InterruptedException stopped) {
                throw new IllegalStateException(stopped);
            }
        }
    }

    Signing sign(ExecutorService thread, InstantSource clock) {
        long size = entries.getLast().appended().sequence() + 1;
        return new Signing(thread.submit(() -> key.checkpoint(logId, size, root, clock.instant())));
    }

    void written() {
        entries.forEach(QueuedEntry::written);
    }

    void covered(Checkpoint checkpoint) {
        entries.forEach(entry -> entry.covered(checkpoint));
    }

    void fail(RecordException why) {
        entries.forEach(entry -> entry.fail(why));
    }
}
