package redoubt.provenance.record;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The end of the chain at which entries are signed, one at a time, because each names the hash of
/// the signature before it. A thread that has the lock signs for all that wait meanwhile, so that
/// no time passes between two entries while a thread wakes up. Nothing is verified or written here:
/// that is done beside the signing of the next entries.
///
/// The lock guards the head, the pen, the clock and what was lost. It is held while an entry is
/// signed, and never during a write or a sync, with one exception: the alarm of a full disk
/// ([Committer]). It may be held when the lock of the queue is taken, never the reverse.
final class Chain {
    private static final int SERVED_MAX = 64;

    /// Whether a record that was refused for want of room has it again.
    interface Room {
        boolean isBack() throws IOException;
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Queue<AppendRequest> requests = new ConcurrentLinkedQueue<>();
    private final AtomicInteger unsigned = new AtomicInteger();
    private final ChainHead head;
    private final Pen pen;
    private final BootClock clock;
    private final Room room;
    private final QueuedEntry.Way way;
    private final Executor checker;
    // Requests whose OUTPUT was taken back: a SEAL would refer to whatever has its place now.
    private final Set<String> lostOutputs = new HashSet<>();
    private volatile @Nullable RecordException refusing;

    /// @param way what is signed goes this way, in the order of its places
    /// @param checker checks what nobody waits for
    Chain(
            ChainHead head,
            Pen pen,
            BootClock clock,
            Room room,
            QueuedEntry.Way way,
            Executor checker) {
        this.head = head;
        this.pen = pen;
        this.clock = clock;
        this.room = room;
        this.way = way;
        this.checker = checker;
    }

    /// Signs the event and gives it its place.
    ///
    /// @param untilDurable whether it comes back only when the entry is durable, or never will be
    QueuedEntry append(Event event, Actor actor, OptionalLong refersTo, boolean untilDurable)
            throws RecordException {
        pen.requireWritable(event, actor, refersTo);
        var request = new AppendRequest(event, actor, refersTo, untilDurable);
        unsigned.incrementAndGet();
        requests.add(request);
        while (!request.isOver()) {
            if (!request.isDone() && lock.tryLock()) {
                try {
                    serve();
                } finally {
                    unlock();
                    request.runKept();
                }
            } else {
                request.park();
            }
        }
        return request.outcome();
    }

    /// How many entries wait to be signed.
    int unsigned() {
        return unsigned.get();
    }

    private void serve() {
        for (int served = 0; served < SERVED_MAX; served++) {
            var request = requests.poll();
            if (request == null) return;
            try {
                request.done(sign(request));
            } catch (RecordException | RuntimeException refused) {
                request.refused(refused);
            } catch (Error bug) {
                request.refused(new IllegalStateException(bug));
                throw bug;
            } finally {
                unsigned.decrementAndGet();
            }
        }
    }

    private QueuedEntry sign(AppendRequest request) throws RecordException {
        // Alone, nobody waits for another thread; among others, each has enough to do.
        boolean alone = request.isOwn() && request.isUntilDurable() && requests.isEmpty();
        return sign(
                request.event(),
                request.actor(),
                request.refersTo(),
                request.isUntilDurable(),
                alone ? request : checker);
    }

    private QueuedEntry sign(Event event) throws RecordException {
        return sign(event, Actor.SYSTEM, OptionalLong.empty(), false, checker);
    }

    private QueuedEntry sign(
            Event event, Actor actor, OptionalLong refersTo, boolean wanted, Executor checker)
            throws RecordException {
        requireOpen();
        if (event instanceof Event.Seal seal && lostOutputs.contains(seal.requestId()))
            throw RecordFailure.outputLost();
        boolean opening = event instanceof Event.Genesis || event instanceof Event.EpochOpened;
        if (!opening) recordJump();
        return put(event, actor, refersTo, false, wanted, checker);
    }

    // Its own entry, before the one that met it.
    private void recordJump() throws RecordException {
        var jump = clock.look();
        if (jump.isPresent()) put(jump.get(), false);
    }

    private QueuedEntry put(Event event, boolean joined) throws RecordException {
        return put(event, Actor.SYSTEM, OptionalLong.empty(), joined, false, checker);
    }

    private QueuedEntry put(
            Event event,
            Actor actor,
            OptionalLong refersTo,
            boolean joined,
            boolean wanted,
            Executor checker)
            throws RecordException {
        try {
            var written = pen.write(head, event, actor, refersTo);
            var entry =
                    new QueuedEntry(
                            written,
                            head.take(event, written.cose().toArray()),
                            joined,
                            wanted,
                            way);
            way.signed(entry);
            checker.execute(entry::check);
            return entry;
        } catch (GeneralSecurityException signer) {
            throw RecordFailure.notSigned(signer);
        }
    }

    /// Compares the clocks; what it finds is in the record.
    void look() throws RecordException {
        lock();
        try {
            requireOpen();
            recordJump();
        } finally {
            unlock();
        }
    }

    /// The last two entries: nothing follows them.
    Pending end() throws RecordException {
        lock();
        try {
            sign(new Event.Stopped("orderly"));
            var closed = new Event.EpochClosed(pen.epoch(), "stop");
            var last = sign(closed);
            refusing = RecordFailure.stopping();
            return last;
        } finally {
            unlock();
        }
    }

    /// Closes the epoch and opens the next, with nothing in between; both go to disk together or
    /// neither does.
    ///
    /// @return the EPOCH_OPENED
    Pending turn(String reason, EpochKey next, Event.EpochOpened opened) throws RecordException {
        lock();
        try {
            requireOpen();
            recordJump();
            var closing = new Event.EpochClosed(pen.epoch(), reason);
            var closed = put(closing, true);
            pen.turnTo(next, opened.epoch());
            try {
                return put(opened, false);
            } catch (RecordException | RuntimeException alone) {
                way.rejected(closed, alone);
                throw alone;
            } catch (Error alone) {
                way.rejected(closed, new IllegalStateException(alone));
                throw alone;
            }
        } finally {
            unlock();
        }
    }

    /// From the next entry on, this key signs.
    void turnTo(EpochKey next, long epoch) {
        lock();
        try {
            pen.turnTo(next, epoch);
        } finally {
            unlock();
        }
    }

    // After a full disk the record opens again by itself once there is room.
    private void requireOpen() throws RecordException {
        var why = refusing;
        if (why == null) return;
        try {
            if (why.reason() == RecordException.Reason.FULL && room.isBack()) {
                refusing = null;
                return;
            }
        } catch (IOException stillNot) {
            why.addSuppressed(stillNot);
        }
        throw why.again();
    }

    /// Nothing is appended from now on. A full disk may get better; no other reason gives way to
    /// one that may.
    void refuse(RecordException why) {
        lock();
        try {
            var already = refusing;
            if (already == null || already.reason() == RecordException.Reason.FULL) refusing = why;
        } finally {
            unlock();
        }
    }

    /// Under the lock: these never became durable, and the next entry follows what is.
    void takeBack(List<QueuedEntry> lost, RecordState durable) {
        for (var entry : lost)
            switch (entry.entry().event()) {
                case Event.Output output -> lostOutputs.add(output.requestId());
                // What a SEAL covers is all there, or there is no SEAL.
                case Event.ToolCalled called -> lostOutputs.add(called.requestId());
                default -> {}
            }
        head.rewind(durable.size(), durable.previousHash());
        if (durable.hasEpoch()) pen.turnBackTo(durable.epoch().epoch());
    }

    /// Under the lock: the next entry takes the place of this one, which never became durable.
    void takeBackFrom(QueuedEntry first) {
        head.rewind(first.appended().sequence(), first.appended().previousHash());
    }

    /// Under the lock.
    ChainHead head() {
        return head;
    }

    /// Under the lock, but for its epoch.
    Pen pen() {
        return pen;
    }

    Bytes logId() {
        lock();
        try {
            return head.logId();
        } finally {
            unlock();
        }
    }

    void lock() {
        lock.lock();
    }

    /// Wakes one of those that wait for it: that one signs for all.
    void unlock() {
        lock.unlock();
        var next = requests.peek();
        if (next != null) next.wake();
    }
}
