package redoubt.appliance.api.telling;

import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.identity.Principal;

/// The streams that can be resumed, in memory only: some for each person, so many in all, each for
/// some minutes after its end. One that nobody has read for a while is stopped; what was said is
/// sealed. Thread safe.
public final class Streams implements AutoCloseable {
    /// How long an answer goes on while nobody reads it.
    static final Duration ALONE_MAX = Duration.ofMinutes(2);

    private static final Duration KEPT_AFTER_END = Duration.ofMinutes(5);
    private static final int OWN_MAX = 16;
    private static final int ALL_MAX = 512;
    private static final long ALL_BYTES_MAX = 64L * 1024 * 1024;

    private final Map<String, StreamLog> streams = new LinkedHashMap<>();
    private final AtomicLong bytes = new AtomicLong();
    private final long bytesMax;
    private final ScheduledExecutorService sweeper =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("streams").factory());

    private final Future<?> sweeping =
            sweeper.scheduleWithFixedDelay(this::sweep, 5, 5, TimeUnit.SECONDS);

    public Streams() {
        this(ALL_BYTES_MAX);
    }

    /// @param bytesMax what all may hold together
    Streams(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /// A new stream of this principal.
    ///
    /// @param conversation the item with which it is erased; null where there is none
    /// @param kept whether it can be found by its identifier
    /// @throws RefusedException when so many of theirs are still under way
    synchronized StreamLog open(
            Principal owner,
            String id,
            @Nullable String conversation,
            boolean kept,
            Runnable cancellation) {
        StreamLog.Room room = kept ? this::holds : (_, _) -> {};
        StreamLog log = new StreamLog(id, owner.id(), conversation, room, cancellation);
        if (!kept) return log;
        List<StreamLog> own =
                streams.values().stream()
                        .filter(other -> other.owner().equals(owner.id()))
                        .toList();
        if (own.size() >= OWN_MAX && !forgetOneOf(own))
            throw RefusedException.tooMany(
                    "too_many_streams",
                    Duration.ofSeconds(5),
                    "%d resumable streams of yours are under way, the most that are kept for one person. Nothing was begun. Wait for one to end, or ask without 'resumable'."
                            .formatted(OWN_MAX));
        while (full())
            if (!forgetOneOf(List.copyOf(streams.values())))
                throw RefusedException.tooMany(
                        "too_many_streams",
                        Duration.ofSeconds(5),
                        "The appliance keeps as many resumable streams as its memory allows. Nothing was begun. Ask without 'resumable', or try again shortly.");
        streams.put(log.id(), log);
        return log;
    }

    private boolean full() {
        return streams.size() >= ALL_MAX || bytes.get() > bytesMax;
    }

    private void holds(StreamLog log, long more) {
        if (bytes.addAndGet(more) > bytesMax) makeRoom(log);
    }

    /// Ended streams go first; then the one that grows lets go of its own beginning.
    private synchronized void makeRoom(StreamLog growing) {
        while (bytes.get() > bytesMax && forgetOneOf(List.copyOf(streams.values()))) {}
        long beyond = bytes.get() - bytesMax;
        if (beyond > 0) bytes.addAndGet(-growing.shrink(beyond));
    }

    private void remove(StreamLog log) {
        if (streams.remove(log.id(), log)) bytes.addAndGet(-log.bytes());
    }

    /// How many bytes all of them hold.
    long bytes() {
        return bytes.get();
    }

    /// The one that ended and was left first.
    private boolean forgetOneOf(List<StreamLog> some) {
        Optional<StreamLog> ended =
                some.stream()
                        .filter(log -> log.over() && !log.alone().isZero())
                        .max(Comparator.comparing(StreamLog::alone));
        ended.ifPresent(this::remove);
        return ended.isPresent();
    }

    /// Lets go of a stream of this principal.
    public synchronized void forget(String id, Principal principal) {
        StreamLog log = streams.get(id);
        if (log != null && log.owner().equals(principal.id())) remove(log);
    }

    /// Ends and drops the streams of items that are erased: nothing of them can be read any more.
    public synchronized void drop(Set<String> items) {
        for (StreamLog log : List.copyOf(streams.values()))
            if (log.isOfAny(items) && streams.remove(log.id(), log)) bytes.addAndGet(-log.drop());
    }

    /// Ends and drops all streams of somebody who is erased.
    public synchronized void dropOf(String owner) {
        for (StreamLog log : List.copyOf(streams.values()))
            if (log.owner().equals(owner) && streams.remove(log.id(), log))
                bytes.addAndGet(-log.drop());
    }

    /// A stream of this principal; one of somebody else looks like none.
    public synchronized StreamLog find(String id, Principal principal) {
        StreamLog log = streams.get(id);
        if (log == null || !log.owner().equals(principal.id()))
            throw RefusedException.notFound(
                    "stream_not_found",
                    "There is no stream with this identifier of yours. It was kept until some minutes after its end; ask again.");
        return log;
    }

    private synchronized void sweep() {
        for (StreamLog log : List.copyOf(streams.values()))
            if (log.over() && log.alone().compareTo(KEPT_AFTER_END) > 0) remove(log);
        for (StreamLog log : streams.values())
            if (!log.over() && log.alone().compareTo(ALONE_MAX) > 0) log.cancel();
    }

    @Override
    public void close() {
        sweeping.cancel(false);
        sweeper.shutdownNow();
    }
}
