package redoubt.index;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import redoubt.provenance.record.EntryReader;
import redoubt.provenance.record.RecordException;

/// Makes the index of a record at rest anew: nothing else may have the record or the index open.
/// One thread reads and takes apart, the caller's writes. What an interrupted rebuild leaves is not
/// used: the next start of the appliance makes it anew.
public final class RebuildAtRest {
    private static final int BATCH_ENTRIES = 20_000;
    private static final int BATCHES_WAITING_MAX = 2;
    private static final long LOOK_MS = 100;

    private final Path folder;
    private final BlockingQueue<List<Row>> batches = new ArrayBlockingQueue<>(BATCHES_WAITING_MAX);

    private RebuildAtRest(Path folder) {
        this.folder = folder;
    }

    /// @param name of the index's file
    /// @param folder of the record's segments
    /// @param progress told how many entries are indexed, after each batch
    /// @return how many there are
    public static long run(Path name, Path folder, LongConsumer progress)
            throws RecordException, IndexException, InterruptedException {
        try {
            IndexDatabase.remove(name);
            return new RebuildAtRest(folder).run(name, progress);
        } catch (SQLException | IOException failed) {
            if (failed instanceof RecordException unreadable) throw unreadable;
            throw new IndexException(
                    IndexException.Reason.UNUSABLE,
                    "The index of the record cannot be written (%s). The record is not concerned. Look at the disk that holds the db folder, then try again."
                            .formatted(failed.getMessage()),
                    failed);
        }
    }

    private long run(Path name, LongConsumer progress)
            throws SQLException, RecordException, InterruptedException {
        try (var reader = EntryReader.open(folder, 0)) {
            var first = reader.next(Long.MAX_VALUE);
            if (first.isEmpty()) return 0;
            var database = IndexDatabase.create(name, first.get().sha256());
            boolean done = false;
            try {
                long size = fill(database, reader, Row.of(first.get()), progress);
                done = true;
                return size;
            } finally {
                if (done) database.close();
                else database.abandon();
            }
        }
    }

    private long fill(IndexDatabase database, EntryReader reader, Row first, LongConsumer progress)
            throws SQLException, RecordException, InterruptedException {
        var reading =
                new FutureTask<Void>(() -> {
                    read(reader, first);
                    return null;
                });
        var thread = Thread.ofPlatform().name("index-reading").daemon().start(reading);
        try {
            var writer = RowWriter.holdingBack(database);
            while (true) {
                var batch = batches.poll(LOOK_MS, TimeUnit.MILLISECONDS);
                if (batch == null) {
                    if (reading.isDone()) requireRead(reading);
                    if (!reading.isDone() || !batches.isEmpty()) continue;
                    writer.finish();
                    return database.size();
                }
                writer.write(batch);
                progress.accept(writer.size());
            }
        } finally {
            thread.interrupt();
            thread.join();
        }
    }

    private void read(EntryReader reader, Row first) throws RecordException, InterruptedException {
        var rows = new ArrayList<Row>();
        rows.add(first);
        while (true) {
            var entry = reader.next(Long.MAX_VALUE);
            if (entry.isPresent()) rows.add(Row.of(entry.get()));
            if (entry.isEmpty() || rows.size() == BATCH_ENTRIES) {
                if (!rows.isEmpty()) batches.put(List.copyOf(rows));
                rows.clear();
            }
            if (entry.isEmpty()) return;
        }
    }

    private static void requireRead(FutureTask<Void> reading)
            throws RecordException, InterruptedException {
        try {
            reading.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RecordException unreadable) throw unreadable;
            throw new IllegalStateException(failed.getCause());
        }
    }
}
