package redoubt.index;

import java.sql.SQLException;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import redoubt.provenance.record.RecordException;

/// Where searches find the database that is followed at the moment. It is taken away only when no
/// search reads it. Any thread.
final class Shelf {
    private static final int READERS_MAX = 4;

    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final Semaphore readers = new Semaphore(READERS_MAX);
    private final ConcurrentLinkedDeque<Lookup> lookups = new ConcurrentLinkedDeque<>();
    private @Nullable IndexDatabase database;

    /// What a search does with the database.
    interface Reading<T> {
        /// @param indexed how many entries were in it before the reading began
        T read(IndexDatabase database, Lookup lookup, long indexed)
                throws SQLException, IndexException, RecordException;
    }

    void put(IndexDatabase opened) {
        lock.writeLock().lock();
        try {
            database = opened;
        } finally {
            lock.writeLock().unlock();
        }
    }

    /// Waits for those that read, and lets nobody begin.
    void empty() {
        lock.writeLock().lock();
        try {
            database = null;
            for (var lookup = lookups.poll(); lookup != null; lookup = lookups.poll())
                lookup.close();
        } catch (SQLException closedAlready) {
            // It is not used any more, whatever it says.
        } finally {
            lock.writeLock().unlock();
        }
    }

    <T> T read(Reading<T> reading) throws SQLException, IndexException, RecordException {
        readers.acquireUninterruptibly();
        lock.readLock().lock();
        try {
            var from = database;
            if (from == null)
                throw new IndexException(
                        IndexException.Reason.BUILDING,
                        "The index of the record is being made again from the segments. The record is not concerned; search again in a while.");
            long indexed = from.size();
            var idle = lookups.poll();
            var lookup = idle == null ? from.lookup() : idle;
            boolean good = false;
            try {
                var found = reading.read(from, lookup, indexed);
                good = true;
                return found;
            } finally {
                // One that failed is not used again.
                if (good) lookups.push(lookup);
                else lookup.close();
            }
        } finally {
            lock.readLock().unlock();
            readers.release();
        }
    }
}
