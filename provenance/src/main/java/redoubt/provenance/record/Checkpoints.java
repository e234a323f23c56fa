package redoubt.provenance.record;

import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Signs and publishes checkpoints on a thread of its own, so that nobody who only wants to be
/// durable waits for one. One is signed when somebody wants it, beside the sync of the batch that
/// it covers, and otherwise [#UNWANTED_NS] after the first entry that has none; one that is newer
/// takes the place of one that was not begun. Both its signatures are verified before it is
/// published.
///
/// The lock guards every field and is held neither while signing nor while writing.
final class Checkpoints {
    /// Publishes, and knows what to do where that fails.
    interface Publisher {
        /// @throws RecordException when those who wait for it must be told so
        void publish(Checkpoint signed) throws RecordException;

        /// It could not be signed: nothing may be appended any more.
        void refuse(RecordException why);
    }

    private static final long UNWANTED_NS = 100_000_000;

    private final ReentrantLock lock;
    private final Condition changed;
    private final InstantSource clock;
    private final Publisher publisher;
    private final Thread thread;
    // Durable, and under no checkpoint yet.
    private final ArrayDeque<QueuedEntry> uncovered = new ArrayDeque<>();
    // Of the batch that is being written, if nobody has begun to sign it.
    private @Nullable CheckpointDraft latest;
    // Of the last batch that is durable, until a checkpoint covers it.
    private @Nullable CheckpointDraft durable;
    private @Nullable Checkpoint published;
    private long uncoveredSinceNs;
    // Whether its thread waits for a time, and nothing but a wish matters before.
    private boolean timed;
    private boolean closing;

    Checkpoints(ReentrantLock lock, InstantSource clock, Publisher publisher) {
        this.lock = lock;
        this.changed = lock.newCondition();
        this.clock = clock;
        this.publisher = publisher;
        this.thread = Thread.ofPlatform().name("record-checkpoint").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /// Under the lock: a batch is about to be written.
    void offer(CheckpointDraft draft) {
        if (uncovered.isEmpty()) uncoveredSinceNs = System.nanoTime();
        latest = draft;
        tellOf(draft);
    }

    /// Under the lock: its batch is durable.
    void written(CheckpointDraft draft) {
        draft.written();
        durable = draft;
        uncovered.addAll(draft.batch());
        tellOf(draft);
    }

    // Not for every batch: its thread would only look and wait again.
    private void tellOf(CheckpointDraft draft) {
        if (!timed || draft.batch().stream().anyMatch(QueuedEntry::wantsCheckpoint))
            changed.signalAll();
    }

    /// Under the lock: its batch was cut off again.
    void withdraw(CheckpointDraft draft) {
        draft.withdraw();
        changed.signalAll();
    }

    /// Under the lock: somebody wants one.
    void wake() {
        changed.signalAll();
    }

    /// Under the lock.
    @Nullable Checkpoint published() {
        return published;
    }

    /// After the last batch: what is wanted is still signed, then the thread ends.
    void close() throws InterruptedException {
        lock.lock();
        try {
            closing = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        thread.join();
        failUncovered(RecordFailure.stopping());
    }

    private void run() {
        try {
            for (var draft = next(); draft != null; draft = next()) cover(draft);
        } catch (InterruptedException stopped) {
            failUncovered(RecordFailure.stopping());
        }
    }

    private void cover(CheckpointDraft draft) throws InterruptedException {
        try {
            var signed = draft.sign(clock.instant());
            if (!isWritten(draft)) return;
            publisher.publish(signed);
            covered(signed).forEach(entry -> entry.covered(signed));
        } catch (RecordException refused) {
            failUncovered(refused);
        } catch (GeneralSecurityException | RuntimeException | Error broken) {
            // Nobody may wait for ever for a thread that is gone.
            var why =
                    RecordFailure.explain(
                            broken instanceof GeneralSecurityException signer
                                    ? signer
                                    : new GeneralSecurityException(broken));
            publisher.refuse(why);
            failUncovered(why);
        }
    }

    private @Nullable CheckpointDraft next() throws InterruptedException {
        lock.lock();
        try {
            while (true) {
                if (latest != null && latest.isWithdrawn()) latest = null;
                var draft = latest != null ? latest : durable;
                long left = uncoveredSinceNs + UNWANTED_NS - System.nanoTime();
                if (draft != null && (isWanted(draft) || (left <= 0 && !closing))) {
                    latest = null;
                    return draft;
                }
                if (closing) return null;
                if (draft == null) changed.await();
                else {
                    timed = true;
                    left = changed.awaitNanos(left);
                    timed = false;
                }
            }
        } finally {
            timed = false;
            lock.unlock();
        }
    }

    private boolean isWanted(CheckpointDraft draft) {
        return draft.batch().stream().anyMatch(QueuedEntry::wantsCheckpoint)
                || uncovered.stream().anyMatch(QueuedEntry::wantsCheckpoint);
    }

    private boolean isWritten(CheckpointDraft draft) throws InterruptedException {
        lock.lock();
        try {
            while (draft.isOpen()) changed.await();
            return !draft.isWithdrawn();
        } finally {
            lock.unlock();
        }
    }

    private List<QueuedEntry> covered(Checkpoint signed) {
        lock.lock();
        try {
            published = signed;
            if (durable != null && durable.size() <= signed.size()) durable = null;
            uncoveredSinceNs = System.nanoTime();
            var under = new ArrayList<QueuedEntry>();
            while (!uncovered.isEmpty()
                    && uncovered.getFirst().appended().sequence() < signed.size())
                under.add(uncovered.removeFirst());
            return under;
        } finally {
            lock.unlock();
        }
    }

    private void failUncovered(RecordException why) {
        List<QueuedEntry> left;
        lock.lock();
        try {
            left = List.copyOf(uncovered);
            uncovered.clear();
            durable = null;
        } finally {
            lock.unlock();
        }
        left.forEach(entry -> entry.fail(why));
    }
}
