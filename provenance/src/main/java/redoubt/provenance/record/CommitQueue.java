package redoubt.provenance.record;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Entries that are signed and wait for the disk, in their order, and the rule when a batch of them
/// begins: at once when somebody waits for one of them, or when the first is [#UNWANTED_NS] old.
/// That is long enough for an OUTPUT to share its sync with the SEAL that follows when its
/// credential is made: a sync of its own would only be in the SEAL's way.
///
/// Every method is called under the lock of the record that owns it.
final class CommitQueue {
    private static final int BATCH_ENTRIES_MAX = 64;
    private static final long UNWANTED_NS = 100_000_000;

    private final Condition work;
    private final ArrayDeque<QueuedEntry> queue = new ArrayDeque<>();
    private boolean closing;

    CommitQueue(ReentrantLock lock) {
        this.work = lock.newCondition();
    }

    void add(QueuedEntry entry) {
        queue.add(entry);
        work.signal();
    }

    /// Somebody waits now.
    void wake() {
        work.signal();
    }

    /// What is queued is still handed out; then there is nothing more.
    void close() {
        closing = true;
        work.signalAll();
    }

    /// Waits for the next batch; an empty one is the end.
    List<QueuedEntry> take() throws InterruptedException {
        long firstSeenNs = 0;
        while (true) {
            if (queue.isEmpty()) {
                if (closing) return List.of();
                work.await();
                firstSeenNs = System.nanoTime();
                continue;
            }
            if (firstSeenNs == 0) firstSeenNs = System.nanoTime();
            long left = firstSeenNs + UNWANTED_NS - System.nanoTime();
            if (closing || left <= 0 || queue.stream().anyMatch(QueuedEntry::isWanted))
                return drain(BATCH_ENTRIES_MAX);
            work.awaitNanos(left);
        }
    }

    /// Empties the queue.
    List<QueuedEntry> drain() {
        return drain(queue.size());
    }

    private List<QueuedEntry> drain(int most) {
        var batch = new ArrayList<QueuedEntry>();
        while (batch.size() < most && !queue.isEmpty()) batch.add(queue.remove());
        return batch;
    }
}
