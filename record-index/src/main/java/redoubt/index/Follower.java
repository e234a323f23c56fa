package redoubt.index;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import redoubt.provenance.record.EntryReader;
import redoubt.provenance.record.RecordException;

/// Keeps the index as far as the record is durable: reads on from the mark, writes a batch with its
/// new mark, and so on. Lazily: every ten seconds, or when a search wants to know, and then at most
/// twenty times a second. It takes nothing of the record but its size, so appending never waits for
/// it.
///
/// What cannot be gone on with is thrown away and made again: a file that is damaged, of another
/// version or another record, one that a search found to be stale, one that failed twice in a row.
///
/// Owns a thread and the database. `lock` guards all that is not final; [Shelf] is where searches
/// and that thread meet.
final class Follower implements AutoCloseable {
    private static final int BATCH_ENTRIES_MAX = 10_000;
    private static final long IDLE_MS = 10_000;
    private static final int FAILURES_MAX = 2;
    // Who asks all the time must not make it work for every entry alone.
    private static final long APART_NS = TimeUnit.MILLISECONDS.toNanos(50);
    // So many are indexed without waiting for more.
    private static final int NEAR_ENTRIES = 1_000;

    private final Path name;
    private final RecordSource source;
    private final Consumer<String> says;
    private final Shelf shelf = new Shelf();
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private long indexed = -1;
    private long wanted;
    private long begun = System.nanoTime() - APART_NS;
    private boolean building;
    private boolean closing;
    private @Nullable String distrusted;
    private @Nullable String failing;
    private String said = "";
    private int failures;

    private Follower(Path name, RecordSource source, Consumer<String> says) {
        this.name = name;
        this.source = source;
        this.says = says;
        this.thread = Thread.ofPlatform().daemon().name("record-index").unstarted(this::run);
    }

    static Follower start(Path name, RecordSource source, Consumer<String> says) {
        var follower = new Follower(name, source, says);
        follower.building = true;
        follower.thread.start();
        return follower;
    }

    private void run() {
        while (!isClosing()) {
            try {
                var database = open();
                try {
                    follow(database);
                } finally {
                    takeOff();
                }
                end(database);
            } catch (RecordException unreadable) {
                fail(unreadable.sentence(), false);
            } catch (SQLException | IOException broken) {
                fail(sentence(broken), true);
            } catch (RuntimeException broken) {
                fail(sentence(broken), true);
            } catch (InterruptedException stopped) {
                return;
            }
        }
    }

    private static String sentence(Exception broken) {
        return "The index of the record cannot be written (%s). The record is not concerned. Look at the disk that holds the db folder; the index is tried again every ten seconds."
                .formatted(String.valueOf(broken.getMessage()).lines().findFirst().orElse(""));
    }

    private IndexDatabase open() throws SQLException, IOException {
        if (Files.exists(IndexDatabase.fileOf(name))) {
            try {
                var database = IndexDatabase.open(name, source.logId());
                try {
                    requireOfThisRecord(database);
                    return opened(database);
                } catch (IndexDatabase.UnusableException | RecordException notOfIt) {
                    database.abandon();
                    throw notOfIt;
                }
            } catch (IndexDatabase.UnusableException unusable) {
                throwAway(String.valueOf(unusable.getMessage()));
            }
        }
        return opened(IndexDatabase.create(name, source.logId()));
    }

    private IndexDatabase opened(IndexDatabase database) {
        lock.lock();
        try {
            building = source.size() - database.size() >= NEAR_ENTRIES;
            failing = null;
            return database;
        } finally {
            lock.unlock();
        }
    }

    private void requireOfThisRecord(IndexDatabase database)
            throws IndexDatabase.UnusableException, RecordException {
        long size = database.size();
        if (size > source.size())
            throw new IndexDatabase.UnusableException(
                    "it has %d entries, and the record has %d: one of them was put back from another day"
                            .formatted(size, source.size()));
        if (size > 0 && Row.hash(source.stored(size - 1).sha256()) != database.lastHash())
            throw new IndexDatabase.UnusableException(
                    "its last entry is not the one that the record has there");
    }

    private void throwAway(String why) throws IOException {
        says.accept(
                "The index of the record is thrown away: %s. It is made again from the segments; the record itself is not concerned."
                        .formatted(why));
        IndexDatabase.remove(name);
    }

    private void follow(IndexDatabase database)
            throws SQLException, RecordException, InterruptedException {
        try (var reader = source.reader(database.size())) {
            var writer = RowWriter.following(database);
            shelf.put(database);
            indexed(database.size());
            while (isWanted(database)) {
                long below = Math.min(source.size(), database.size() + BATCH_ENTRIES_MAX);
                load(reader, writer, below);
                moved(database.size());
            }
        } catch (SQLException | RuntimeException broken) {
            takeOff();
            database.abandon();
            throw broken;
        } catch (RecordException unreadable) {
            takeOff();
            database.close();
            throw unreadable;
        }
    }

    private static void load(EntryReader reader, RowWriter writer, long below)
            throws SQLException, RecordException {
        var rows = new ArrayList<Row>();
        while (reader.sequence() < below) {
            var stored = reader.next(below);
            if (stored.isEmpty())
                throw new RecordException(
                        RecordException.Reason.UNREADABLE,
                        "Entry %d is durable and was not found in the segments, so the index cannot follow. Look at the disk that holds the record folder."
                                .formatted(reader.sequence()));
            rows.add(Row.of(stored.get()));
        }
        writer.write(rows);
    }

    /// Waits until there is something to index; false when this database is not to be followed any
    /// more.
    private boolean isWanted(IndexDatabase database) throws InterruptedException {
        lock.lock();
        try {
            boolean waited = false;
            while (!closing && distrusted == null) {
                long behind = source.size() - database.size();
                if (behind < NEAR_ENTRIES) building = false;
                if (behind >= NEAR_ENTRIES) return begins();
                if (behind > 0 && (waited || wanted > database.size())) {
                    long early = begun + APART_NS - System.nanoTime();
                    if (early <= 0) return begins();
                    long _ = news.awaitNanos(early);
                } else {
                    waited = !news.await(IDLE_MS, TimeUnit.MILLISECONDS);
                }
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    private boolean begins() {
        begun = System.nanoTime();
        return true;
    }

    /// No search begins any more, and none reads.
    private void takeOff() {
        indexed(-1);
        shelf.empty();
    }

    /// @param size how many entries a search finds; -1 where there is nothing to search in
    private void indexed(long size) {
        lock.lock();
        try {
            indexed = size;
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void moved(long size) {
        lock.lock();
        try {
            said = "";
            failures = 0;
        } finally {
            lock.unlock();
        }
        indexed(size);
    }

    /// The database that was followed is left, or thrown away.
    private void end(IndexDatabase database) throws SQLException, IOException {
        String why;
        lock.lock();
        try {
            why = distrusted;
            distrusted = null;
            if (why != null) building = true;
        } finally {
            lock.unlock();
        }
        if (why == null) {
            database.close();
        } else {
            database.abandon();
            throwAway(why);
        }
    }

    /// Says why, waits, and lets the thread try again; what failed twice is thrown away.
    private void fail(String sentence, boolean ofTheIndex) {
        boolean again;
        lock.lock();
        try {
            if (ofTheIndex) failures++;
            again = failures >= FAILURES_MAX;
            if (again) failures = 0;
            if (!sentence.equals(said)) says.accept(sentence);
            said = sentence;
            failing = sentence;
            news.signalAll();
            long left = TimeUnit.MILLISECONDS.toNanos(IDLE_MS);
            while (!closing && left > 0) left = news.awaitNanos(left);
        } catch (InterruptedException stopped) {
            closing = true;
            return;
        } finally {
            lock.unlock();
        }
        if (!again) return;
        try {
            throwAway("it failed twice");
        } catch (IOException notEvenThat) {
            says.accept(sentence(notEvenThat));
        }
    }

    private boolean isClosing() {
        lock.lock();
        try {
            return closing;
        } finally {
            lock.unlock();
        }
    }

    /// From here on the index is not believed; it is made again.
    void distrust(String why) {
        lock.lock();
        try {
            if (distrusted == null) distrusted = why;
            building = true;
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Waits a while until the index has so many entries.
    void awaitIndexed(long size, long atMostMs) throws IndexException {
        lock.lock();
        try {
            wanted = Math.max(wanted, size);
            news.signalAll();
            long left = TimeUnit.MILLISECONDS.toNanos(Math.min(atMostMs, 1L << 40));
            while ((indexed < size || distrusted != null) && failing == null && !closing) {
                if (left <= 0) return;
                left = news.awaitNanos(left);
            }
            if (failing != null) throw new IndexException(IndexException.Reason.UNUSABLE, failing);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IndexException(
                    IndexException.Reason.UNUSABLE, "The search was interrupted.", interrupted);
        } finally {
            lock.unlock();
        }
    }

    <T> T withDatabase(Shelf.Reading<T> reading) throws IndexException, RecordException {
        try {
            return shelf.read(reading);
        } catch (SQLException broken) {
            var why = IndexDatabase.firstLine(broken);
            distrust("it cannot be read (%s)".formatted(why));
            throw new IndexException(
                    IndexException.Reason.UNUSABLE,
                    "The index of the record cannot be read (%s). The record is not concerned; the index is being made again from it. Search again in a while."
                            .formatted(why),
                    broken);
        }
    }

    RecordIndex.Status status() {
        lock.lock();
        try {
            var state =
                    failing != null
                            ? RecordIndex.State.FAILING
                            : building ? RecordIndex.State.BUILDING : RecordIndex.State.FOLLOWING;
            return new RecordIndex.Status(
                    state,
                    distrusted == null ? Math.max(0, indexed) : 0,
                    source.size(),
                    failing == null ? "" : failing);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closing = true;
            news.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
