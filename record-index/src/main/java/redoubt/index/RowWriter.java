package redoubt.index;

import java.nio.ByteBuffer;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Writes rows into the database, a batch in one transaction: all of it or nothing, with the mark.
/// Keeps the block that is not full; a batch that ends in it writes it again with the next.
///
/// A database that is made at one go holds its rare terms back ([#holdingBack]) and gets them all
/// together in their order, because one that is written in no order is written many times over.
///
/// After a failure the database must be abandoned. One thread.
final class RowWriter {
    private static final int ROUND = 1_000;
    private static final int HELD_BACK_MAX = 8 << 20;

    private final IndexDatabase database;
    private final boolean holdsBack;
    private final ByteBuffer entries = ByteBuffer.allocate(Block.ENTRIES * Block.ENTRY_BYTES);
    private final Map<Integer, long[]> bits = new HashMap<>();
    // Words whose bits of this block are not written yet.
    private final Set<Integer> changed = new HashSet<>();
    private long block;
    private long earliest = Long.MAX_VALUE;
    private long latest = Long.MIN_VALUE;
    // Whether this block began before this writer, so that its bits can be in the database.
    private boolean resumed;
    private long[] rare = new long[1 << 12];
    private int rareCount;
    private long size;
    private long lastHash;

    private RowWriter(IndexDatabase database, boolean holdsBack) throws SQLException {
        this.database = database;
        this.holdsBack = holdsBack;
        this.size = database.size();
        this.block = Block.of(size);
        this.resumed = Block.within(size) > 0;
        if (resumed) resume();
    }

    /// Goes on where the database is.
    static RowWriter following(IndexDatabase database) throws SQLException {
        return new RowWriter(database, false);
    }

    /// For a new database; nothing of it counts before [#finish].
    static RowWriter holdingBack(IndexDatabase database) throws SQLException {
        return new RowWriter(database, true);
    }

    private void resume() throws SQLException {
        try (var select =
                        database.connection()
                                .prepareStatement("SELECT entries FROM blocks WHERE block = ?");
                var span =
                        database.connection()
                                .prepareStatement(
                                        "SELECT earliest, latest FROM spans WHERE block = ?")) {
            select.setLong(1, block);
            try (var row = select.executeQuery()) {
                if (row.next()) entries.put(row.getBytes(1));
            }
            span.setLong(1, block);
            try (var row = span.executeQuery()) {
                if (!row.next()) return;
                earliest = row.getLong(1);
                latest = row.getLong(2);
            }
        }
    }

    long size() {
        return size;
    }

    /// @param rows that follow each other and what is there
    void write(List<Row> rows) throws SQLException {
        if (rows.isEmpty()) return;
        for (var row : rows) {
            if (row.sequence() != size) throw new IllegalArgumentException("not the next entry");
            if (Block.of(size) != block) turnOver();
            add(row);
            size++;
            lastHash = row.hash();
        }
        if (holdsBack) {
            if (rareCount > HELD_BACK_MAX) writeRare();
            database.connection().commit();
            return;
        }
        writeBlock();
        writeRare();
        database.commit(size, lastHash);
    }

    /// Writes what was held back; from here on the database counts.
    void finish() throws SQLException {
        if (size == 0) return;
        writeBlock();
        writeRare();
        database.commit(size, lastHash);
    }

    private void turnOver() throws SQLException {
        writeBlock();
        block = Block.of(size);
        entries.clear();
        bits.clear();
        resumed = false;
        earliest = Long.MAX_VALUE;
        latest = Long.MIN_VALUE;
    }

    private void add(Row row) throws SQLException {
        entries.putLong(row.atUs()).putLong(row.hash());
        earliest = Math.min(earliest, row.atUs());
        latest = Math.max(latest, row.atUs());
        int within = Block.within(row.sequence());
        for (var term : row.words()) {
            int word = number(term);
            bitsOf(word)[within >> 6] |= 1L << (within & 63);
            changed.add(word);
        }
        for (long term : row.rare()) {
            if (rareCount == rare.length) rare = Arrays.copyOf(rare, 2 * rare.length);
            rare[rareCount++] = term | row.sequence();
        }
    }

    private long[] bitsOf(int word) throws SQLException {
        long @Nullable [] known = bits.get(word);
        if (known != null) return known;
        long[] fresh = new long[Block.ENTRIES / Long.SIZE];
        if (resumed) readBits(word, fresh);
        bits.put(word, fresh);
        return fresh;
    }

    private void readBits(int word, long[] into) throws SQLException {
        try (var select =
                database.connection().prepareStatement("SELECT bits FROM bits WHERE posting = ?")) {
            select.setLong(1, Postings.word(word) | block);
            try (var row = select.executeQuery()) {
                if (row.next()) ByteBuffer.wrap(row.getBytes(1)).asLongBuffer().get(into);
            }
        }
    }

    private int number(Term word) throws SQLException {
        var words = database.words();
        var known = words.get(word);
        if (known != null) return known;
        int number = words.size() + 1;
        try (var insert =
                database.connection().prepareStatement("INSERT INTO words VALUES (?, ?, ?)")) {
            insert.setInt(1, number);
            insert.setInt(2, word.kind().number());
            insert.setString(3, word.text());
            insert.executeUpdate();
        }
        words.put(word, number);
        return number;
    }

    private void writeBlock() throws SQLException {
        try (var span = merge("spans(block, earliest, latest) KEY(block) VALUES (?, ?, ?)");
                var whole = merge("blocks(block, entries) KEY(block) VALUES (?, ?)");
                var some = merge("bits(posting, bits) KEY(posting) VALUES (?, ?)")) {
            span.setLong(1, block);
            span.setLong(2, earliest);
            span.setLong(3, latest);
            span.executeUpdate();
            whole.setLong(1, block);
            whole.setBytes(2, Arrays.copyOf(entries.array(), entries.position()));
            whole.executeUpdate();
            for (int word : changed) {
                var bytes = ByteBuffer.allocate(Block.ENTRIES / Byte.SIZE);
                bytes.asLongBuffer().put(bitsOf(word));
                some.setLong(1, Postings.word(word) | block);
                some.setBytes(2, bytes.array());
                some.addBatch();
            }
            some.executeBatch();
            changed.clear();
        }
    }

    private PreparedStatement merge(String what) throws SQLException {
        return database.connection().prepareStatement("MERGE INTO " + what);
    }

    private void writeRare() throws SQLException {
        Arrays.sort(rare, 0, rareCount);
        try (var insert = database.connection().prepareStatement("INSERT INTO rare VALUES (?)")) {
            for (int i = 0; i < rareCount; i++) {
                // Two hashes of one entry can have the same bits.
                if (i > 0 && rare[i] == rare[i - 1]) continue;
                insert.setLong(1, rare[i]);
                insert.addBatch();
                if (i % ROUND == 0) insert.executeBatch();
            }
            insert.executeBatch();
        }
        rareCount = 0;
    }
}
