package redoubt.provenance.record;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/// Entries that are signed and wait for the disk, in their order, and the rule when a batch of them
/// begins.
///
/// Nobody waits for an entry: when the first is [#UNWANTED_NS] old. That is long enough for an
/// OUTPUT to share its sync with the SEAL that follows when its credential is made: a sync of its
/// own would only be in the SEAL's way.
///
/// Somebody waits: when a quarter of what is on its way is here, so that the others are signed
/// while it is synced; at most [#GATHERED_MAX] entries and [#GATHER_NS] are waited for. Somebody
/// who is alone is on his way alone, and waits for nobody. With a sync for each entry, syncs would
/// take the processor from those who sign.
///
/// A batch ends before the first entry that is not checked yet.
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
    private static final int GATHERED_MAX = 16;
    private static final long GATHER_NS = 3_000_000;

    private final Condition work;
    private IntSupplier coming = () -> 0;
    private final ArrayDeque<QueuedEntry> queue = new ArrayDeque<>();
    private @Nullable RecordException trouble;
    private Waiting waiting = Waiting.NOT;
    private boolean closing;

    private enum Waiting {
        NOT,
        /// For anything to happen.
        IDLE,
        /// For more entries, or for the time when it goes on without them.
        GATHERING
    }

    CommitQueue(ReentrantLock lock) {
        this.work = lock.newCondition();
    }

    /// @param coming how many entries are about to be signed; any thread
    void gatherWhile(IntSupplier coming) {
        this.coming = coming;
    }

    /// Nothing can be done with it before it is checked, and whoever checks it says so.
    void add(QueuedEntry entry) {
        queue.add(entry);
    }

    /// Something changed that the committer may wait for.
    void wake() {
        if (waiting == Waiting.IDLE || (waiting == Waiting.GATHERING && isEnough(ready())))
            work.signal();
    }

    void trouble(RecordException why) {
        trouble = why;
        work.signal();
    }

    /// What is queued is still handed out; then there is nothing more.
    void close() {
        closing = true;
        work.signalAll();
    }

    /// Waits for what is to be done next.
    Work take() throws InterruptedException {
        long firstSeenNs = 0;
        long gatheringNs = 0;
        while (true) {
            var met = trouble;
            if (met != null) {
                trouble = null;
                return new Work.Trouble(met);
            }
            if (queue.isEmpty()) {
                if (closing) return new Work.End();
                waiting = Waiting.IDLE;
                work.await();
                waiting = Waiting.NOT;
                firstSeenNs = System.nanoTime();
                continue;
            }
            long now = System.nanoTime();
            if (firstSeenNs == 0) firstSeenNs = now;
            var ready = ready();
            boolean wanted = ready.stream().anyMatch(QueuedEntry::isWanted);
            if (wanted && gatheringNs == 0) gatheringNs = now;
            long until = wanted ? gatheringNs + GATHER_NS : firstSeenNs + UNWANTED_NS;
            if (!ready.isEmpty() && (closing || now >= until || isEnough(ready))) {
                for (int i = 0; i < ready.size(); i++) queue.remove();
                return new Work.Batch(ready);
            }
            // An entry that is not checked wakes the committer when it is.
            waiting = wanted ? Waiting.GATHERING : Waiting.IDLE;
            if (ready.isEmpty()) work.await();
            else work.awaitNanos(until - now);
            waiting = Waiting.NOT;
        }
    }

    private boolean isEnough(List<QueuedEntry> ready) {
        int onTheirWay = queue.size() + coming.getAsInt();
        return ready.size() >= Math.min(GATHERED_MAX, onTheirWay / 4)
                && ready.stream().anyMatch(QueuedEntry::isWanted);
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
