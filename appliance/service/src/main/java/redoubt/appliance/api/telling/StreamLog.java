package redoubt.appliance.api.telling;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import redoubt.appliance.http.EventSink;
import redoubt.appliance.http.RefusedException;

/// The frames of one stream, numbered from 0, kept so that whoever lost the connection can go on
/// where it broke. One thread writes; any may read. When it is full the oldest frames go, and only
/// whoever is still behind them is refused.
public final class StreamLog implements EventSink {
    private static final int BYTES_MAX = 4 * 1024 * 1024;
    // A reader may be slow, and there may be many: each holds a part, not the whole.
    private static final int PART_BYTES = 64 * 1024;
    // What an entry costs besides its bytes.
    private static final int FRAME_BYTES = 64;

    private final String id;
    private final String owner;
    private final @Nullable String conversation;
    private final Room room;
    private final Runnable cancellation;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition more = lock.newCondition();
    private final Set<String> answers = ConcurrentHashMap.newKeySet();
    private final List<byte[]> frames = new ArrayList<>();
    private long first;
    private long bytes;
    private boolean over;
    private boolean dropped;
    private int readers;
    private long changedNanos = System.nanoTime();

    /// What all streams together may hold.
    interface Room {
        /// A stream holds so many bytes more, or less than before.
        void holds(StreamLog log, long more);
    }

    /// @param conversation the item with which it is erased; null where there is none
    StreamLog(
            String id,
            String owner,
            @Nullable String conversation,
            Room room,
            Runnable cancellation) {
        this.id = id;
        this.owner = owner;
        this.conversation = conversation;
        this.room = room;
        this.cancellation = cancellation;
    }

    public String id() {
        return id;
    }

    String owner() {
        return owner;
    }

    /// Learns of an answer that it tells, before it does: with that it is erased, too.
    void tells(String answer) {
        answers.add(answer);
    }

    boolean isOfAny(Set<String> items) {
        return (conversation != null && items.contains(conversation))
                || answers.stream().anyMatch(items::contains);
    }

    /// Adds a frame, with its number as the id that an EventSource repeats. A comment has none.
    @Override
    public void frame(byte[] frame) {
        if (frame.length > 0 && frame[0] == ':') return;
        long before;
        long after;
        lock.lock();
        try {
            before = bytes;
            if (dropped) return;
            byte[] number =
                    ("id: " + (first + frames.size()) + "\n").getBytes(StandardCharsets.US_ASCII);
            byte[] numbered = new byte[number.length + frame.length];
            System.arraycopy(number, 0, numbered, 0, number.length);
            System.arraycopy(frame, 0, numbered, number.length, frame.length);
            frames.add(numbered);
            bytes += numbered.length + FRAME_BYTES;
            while (bytes > BYTES_MAX && frames.size() > 1) dropFirst();
            after = bytes;
            more.signalAll();
        } finally {
            lock.unlock();
        }
        // Not under the lock: whoever makes room looks at other streams.
        room.holds(this, after - before);
    }

    private void dropFirst() {
        bytes -= frames.removeFirst().length + FRAME_BYTES;
        first++;
    }

    /// Lets go of its oldest frames until it holds so much less, or only its last.
    ///
    /// @return how many bytes less it holds
    long shrink(long wanted) {
        lock.lock();
        try {
            long before = bytes;
            while (before - bytes < wanted && frames.size() > 1) dropFirst();
            return before - bytes;
        } finally {
            lock.unlock();
        }
    }

    /// Ends it and lets go of all of it; whoever reads it is not told the rest.
    ///
    /// @return how many bytes less it holds
    long drop() {
        cancel();
        lock.lock();
        try {
            long held = bytes;
            first += frames.size();
            frames.clear();
            bytes = 0;
            over = true;
            dropped = true;
            changedNanos = System.nanoTime();
            more.signalAll();
            return held;
        } finally {
            lock.unlock();
        }
    }

    void end() {
        lock.lock();
        try {
            over = true;
            changedNanos = System.nanoTime();
            more.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Stops the answer; what was said is sealed, and told as its end.
    public void cancel() {
        cancellation.run();
    }

    /// What follows.
    ///
    /// @param frames one after the other; empty when nothing came in time
    /// @param next number of the frame after them
    /// @param over whether nothing follows them
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Read(byte[] frames, long next, boolean over) {}

    /// Waits for frames from this number on.
    ///
    /// @throws RefusedException when they are not kept any more
    Read from(long number, Duration wait) throws InterruptedException {
        lock.lock();
        try {
            long left = wait.toNanos();
            while (number >= first + frames.size() && !over && left > 0)
                left = more.awaitNanos(left);
            if (number < first)
                throw RefusedException.gone(
                        "stream_offset_lost",
                        "The stream's events before number %d are not kept any more, so it cannot go on from %d without a gap. The answer itself is kept; ask for it again or read it where it is stored."
                                .formatted(first, number));
            long end = first + frames.size();
            // One that has not been sent yet is waited for; one further on was never promised.
            if (number > end)
                throw RefusedException.invalid(
                        "stream_offset_ahead",
                        "offset",
                        "The stream has no event number %d yet; the last is %d."
                                .formatted(number, end - 1));
            int from = Math.toIntExact(number - first);
            int to = from;
            int size = 0;
            while (to < frames.size() && size < PART_BYTES) size += frames.get(to++).length;
            byte[] part = new byte[size];
            int at = 0;
            for (byte[] frame : frames.subList(from, to)) {
                System.arraycopy(frame, 0, part, at, frame.length);
                at += frame.length;
            }
            return new Read(part, first + to, over && to == frames.size());
        } finally {
            lock.unlock();
        }
    }

    void attach() {
        lock.lock();
        try {
            readers++;
        } finally {
            lock.unlock();
        }
    }

    void detach() {
        lock.lock();
        try {
            readers--;
            changedNanos = System.nanoTime();
        } finally {
            lock.unlock();
        }
    }

    /// How long nobody has read it; zero while somebody does.
    Duration alone() {
        lock.lock();
        try {
            return readers > 0
                    ? Duration.ZERO
                    : Duration.of(
                            System.nanoTime() - changedNanos, TimeUnit.NANOSECONDS.toChronoUnit());
        } finally {
            lock.unlock();
        }
    }

    long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    boolean over() {
        lock.lock();
        try {
            return over;
        } finally {
            lock.unlock();
        }
    }
}
