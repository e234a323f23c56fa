package redoubt.appliance.record;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import redoubt.provenance.record.RecordException;

/// Entries of what can come in floods. The first of a kind gets its entry at once; what follows is
/// added up and gets one entry a minute with its number. All kinds together get a bounded number of
/// entries a minute; what is beyond is added up too. So nobody can fill the record by knocking, and
/// nothing goes uncounted.
///
/// What was added up and not yet noted waits in memory, for a minute at most: an end of the process
/// that is not in order loses it. A record that cannot be written loses nothing: it waits on.
///
/// Bounded: the oldest of 1,000 kinds goes to the others. Any thread; owns a timer's.
public final class Tally implements AutoCloseable {
    private static final int KINDS_MAX = 1_000;
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final InstantSource clock;
    private final int entriesMax;
    private final Entry others;
    private final LinkedHashMap<String, Kind> kinds = new LinkedHashMap<>(64, 0.75f, true);
    private final CountDownLatch closed = new CountDownLatch(1);
    private Instant minute = Instant.MIN;
    private int entriesInMinute;
    private long othersWaiting;

    /// Appends an entry that stands for so many.
    public interface Entry {
        void note(long times) throws RecordException;
    }

    private static final class Kind {
        private Instant noted = Instant.MIN;
        private long waiting;
        private Entry entry;

        private Kind(Entry entry) {
            this.entry = entry;
        }
    }

    private record Due(String name, Entry entry, long times) {}

    /// @param entriesMax of all kinds together in a minute
    /// @param others notes what is beyond
    public Tally(InstantSource clock, int entriesMax, Entry others) {
        this.clock = clock;
        this.entriesMax = entriesMax;
        this.others = others;
        Thread.ofPlatform().daemon().name("tally").start(this::flushEachMinute);
    }

    private void flushEachMinute() {
        try {
            while (!closed.await(MINUTE.toSeconds(), TimeUnit.SECONDS)) flush();
        } catch (InterruptedException stop) {
            flush();
        }
    }

    /// One more of a kind.
    public void add(String kind, Entry entry) {
        Due due = count(kind, entry, MINUTE);
        if (due != null) note(due);
    }

    /// The same for what deserves an entry each time, as long as there is room in the minute.
    public void addEach(String kind, Entry entry) {
        Due due = count(kind, entry, Duration.ZERO);
        if (due != null) note(due);
    }

    private synchronized @Nullable Due count(String name, Entry entry, Duration apart) {
        Kind kind = kinds.computeIfAbsent(name, _ -> new Kind(entry));
        kind.entry = entry;
        kind.waiting++;
        if (kinds.size() > KINDS_MAX) othersWaiting += kinds.pollFirstEntry().getValue().waiting;
        return due(name, kind, apart);
    }

    private @Nullable Due due(String name, Kind kind, Duration apart) {
        Instant now = clock.instant();
        if (!now.isBefore(minute.plus(MINUTE))) {
            minute = now;
            entriesInMinute = 0;
        }
        if (kind.waiting == 0
                || now.isBefore(kind.noted.plus(apart))
                || entriesInMinute >= entriesMax) return null;
        entriesInMinute++;
        Due due = new Due(name, kind.entry, kind.waiting);
        kind.noted = now;
        kind.waiting = 0;
        return due;
    }

    /// Notes what has waited for its minute; a timer does so.
    public void flush() {
        waiting(MINUTE, false).forEach(this::note);
    }

    private synchronized List<Due> waiting(Duration apart, boolean last) {
        List<Due> all = new ArrayList<>();
        for (Map.Entry<String, Kind> named : kinds.entrySet()) {
            Kind kind = named.getValue();
            Due due = due(named.getKey(), kind, apart);
            if (due != null) all.add(due);
            else if (last) {
                othersWaiting += kind.waiting;
                kind.waiting = 0;
            }
        }
        if (othersWaiting > 0) all.add(new Due("", others, othersWaiting));
        othersWaiting = 0;
        return all;
    }

    private void note(Due due) {
        try {
            due.entry().note(due.times());
        } catch (RecordException closed) {
            // The record says so at every request that depends on it; this waits until it is open.
            putBack(due);
        }
    }

    private synchronized void putBack(Due due) {
        Kind kind = kinds.get(due.name());
        if (kind == null) othersWaiting += due.times();
        else kind.waiting += due.times();
    }

    /// Notes all that waits.
    @Override
    public void close() {
        closed.countDown();
        waiting(Duration.ZERO, true).forEach(this::note);
    }
}
