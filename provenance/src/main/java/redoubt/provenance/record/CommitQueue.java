package redoubt.provenance.record;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Entries that are signed and wait for the disk, in their order, and the rule when a batch of them
/// begins: at once when somebody waits for one of them, or when the first is [#UNWANTED_NS] old.
/// That is long enough for an OUTPUT to share its sync with the SEAL that follows when its
/// credential is made: a sync of its own would only be in the SEAL's way. A batch ends before the
/// first entry that is not checked yet.
///
/// Every method is called under the lock that it was given, which is held shortly.
final class CommitQueue {
    /// What the committer does next.
    sealed interface Work {
        /// Entries that go to disk together.
        record Batch(List<QueuedEntry> entries) implements Work {}

        /// What another thread met, and the committer must act on.
        record Trouble(RecordException why) implements Work {}

        /// There is nothing more.
        record End() implements Work {}
    }

    private static final int BATCH_ENTRIES_MAX = 64;
    private static final long UNWANTED_NS = 100_000_000;

    private final Condition work;
    private final ArrayDeque<QueuedEntry> queue = new ArrayDeque<>();
    private @Nullable RecordException trouble;
    private boolean waiting;
    private boolean closing;

    CommitQueue(ReentrantLock lock) {
        this.work = lock.newCondition();
    }

    void add(QueuedEntry entry) {
        queue.add(entry);
        wake();
    }

    /// Something changed that the committer may wait for.
    void wake() {
        if (waiting) work.signal();
    }

    void trouble(RecordException why) {
        trouble = why;
        wake();
    }

    /// What is queued is still handed out; then there is nothing more.
    void close() {
        closing = true;
        work.signalAll();
    }

    /// Waits for what is to be done next.
    Work take() throws InterruptedException {
        long firstSeenNs = 0;
        while (true) {
            var met = trouble;
            if (met != null) {
                trouble = null;
                return new Work.Trouble(met);
            }
            if (queue.isEmpty()) {
                if (closing) return new Work.End();
                waiting = true;
                work.await();
                waiting = false;
                firstSeenNs = System.nanoTime();
                continue;
            }
            if (firstSeenNs == 0) firstSeenNs = System.nanoTime();
            var ready = ready();
            long left = firstSeenNs + UNWANTED_NS - System.nanoTime();
            if (!ready.isEmpty()
                    && (closing || left <= 0 || ready.stream().anyMatch(QueuedEntry::isWanted))) {
                for (int i = 0; i < ready.size(); i++) queue.remove();
                return new Work.Batch(ready);
            }
            // An entry that is not checked wakes the committer when it is.
            waiting = true;
            if (ready.isEmpty()) work.await();
            else work.awaitNanos(left);
            waiting = false;
        }
    }

    // Checked ones from the front; never one that is joined to the next without it.
    private List<QueuedEntry> ready() {
        var ready = new ArrayList<QueuedEntry>();
        for (var entry : queue) {
            boolean full = ready.size() >= BATCH_ENTRIES_MAX && !ready.getLast().isJoined();
            if (full || !entry.isChecked()) break;
            ready.add(entry);
        }
        while (!ready.isEmpty() && ready.getLast().isJoined()) ready.removeLast();
        return ready;
    }

    /// Empties the queue.
    List<QueuedEntry> drain() {
        var all = new ArrayList<>(queue);
        queue.clear();
        return all;
    }

    /// Takes out this entry, what is joined to it, and all behind it; nothing when it is not queued
    /// any more.
    List<QueuedEntry> drainFrom(QueuedEntry first) {
        var all = new ArrayList<>(queue);
        int at = all.indexOf(first);
        if (at < 0) return List.of();
        while (at > 0 && all.get(at - 1).isJoined()) at--;
        queue.clear();
        queue.addAll(all.subList(0, at));
        return all.subList(at, all.size());
    }
}
