package redoubt.index;

import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.function.Consumer;
import redoubt.provenance.record.RecordException;

/// The index of a running record: found are entries by person, time, type, model, adapter, tool,
/// content hash, request and reference. It follows the record by itself and is never more than a
/// way to it: each hit is read from the record and compared before anybody sees it, and where the
/// two differ the index is thrown away and made again.
///
/// Thread safe. Owns a [Follower].
public final class RecordIndex implements AutoCloseable {
    private static final long CATCH_UP_MS = 5_000;

    private final RecordSource source;
    private final Follower follower;

    /// How it is with the index.
    public enum State {
        /// It has what is durable, or will have it at the next search.
        FOLLOWING,
        /// It is being made from the segments.
        BUILDING,
        /// It cannot be used; the note says why.
        FAILING
    }

    /// @param indexed how many entries it has
    /// @param size how many the record has
    /// @param note a sentence, or nothing
    public record Status(State state, long indexed, long size, String note) {}

    private RecordIndex(RecordSource source, Follower follower) {
        this.source = source;
        this.follower = follower;
    }

    /// Begins to follow the record from where the file is; one that is not of this record, or
    /// cannot be read, is thrown away.
    ///
    /// @param name of the database's file, without H2's ending
    /// @param says a sentence where something is to be said
    public static RecordIndex follow(Path name, RecordSource source, Consumer<String> says) {
        return new RecordIndex(source, Follower.start(name, source, says));
    }

    /// The newest entries that hold the criteria.
    ///
    /// @param before only entries below this sequence
    /// @throws RecordException when a hit cannot be read from the record, or is not what was
    ///   written there
    /// @throws IndexException when the index cannot answer
    public Found search(Criteria criteria, OptionalLong before, int entriesMax)
            throws IndexException, RecordException {
        if (entriesMax < 1) throw new IllegalArgumentException("a page has entries");
        long size = source.size();
        follower.awaitIndexed(size, CATCH_UP_MS);
        return follower.withDatabase((database, lookup, indexed) -> {
            var search = new Search(criteria, source, lookup, database.words());
            try {
                return search.run(
                        before.orElse(Long.MAX_VALUE), entriesMax, indexed, size, Search.ROWS_MAX);
            } catch (Search.StaleException stale) {
                throw stale(stale);
            }
        });
    }

    private IndexException stale(Search.StaleException stale) {
        var why = String.valueOf(stale.getMessage());
        follower.distrust(why);
        return new IndexException(
                IndexException.Reason.STALE,
                "The index is stale or was altered: %s. Nothing is shown of it. It is being made again from the record; search again in a while."
                        .formatted(why));
    }

    /// The criteria as the record may keep them: of what no entry has, a text is left out, because
    /// it could be anything.
    ///
    /// @param found whether there are entries that hold them
    public String textOf(Criteria criteria, boolean found) throws IndexException, RecordException {
        return follower.withDatabase((database, _, _) ->
                criteria.text(term ->
                        found
                                || term.kind() == Kind.REFERS_TO
                                || database.words().containsKey(term)));
    }

    /// Throws the index away and begins to make it again; [#status] says how far that is.
    public void rebuild() {
        follower.distrust("somebody asked for a new one");
    }

    public Status status() {
        return follower.status();
    }

    /// Waits until the index has all that is durable now.
    public void awaitAll() throws IndexException {
        follower.awaitIndexed(source.size(), Long.MAX_VALUE);
    }

    @Override
    public void close() {
        follower.close();
    }
}
