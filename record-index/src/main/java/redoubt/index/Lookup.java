package redoubt.index;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// One reader's connection with the four statements of a search, each of which runs along a primary
/// key and is bounded. Counts the rows that it reads, so that no search reads for ever. One thread
/// at a time.
final class Lookup implements AutoCloseable {
    private static final String RARE =
            "SELECT posting FROM rare WHERE posting BETWEEN ? AND ? ORDER BY posting DESC LIMIT ?";
    private static final String BITS =
            "SELECT posting, bits FROM bits WHERE posting BETWEEN ? AND ? ORDER BY posting DESC LIMIT ?";
    private static final String SPANS =
            "SELECT block, earliest, latest FROM spans WHERE block <= ? AND latest >= ? AND earliest < ? ORDER BY block DESC LIMIT ?";
    private static final String BLOCK = "SELECT entries FROM blocks WHERE block = ?";

    /// For the check of how they are executed.
    static final List<String> STATEMENTS = List.of(RARE, BITS, SPANS, BLOCK);

    private final Connection connection;
    private final PreparedStatement rare;
    private final PreparedStatement bits;
    private final PreparedStatement spans;
    private final PreparedStatement blocks;
    private long rowsLeft;

    /// A search has read as much as one may.
    static final class ExhaustedException extends Exception {
        private static final long serialVersionUID = 1;

        ExhaustedException() {
            super("enough was read", null, false, false);
        }
    }

    /// Which entries of a block have a term.
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Bits(long block, long[] bits) {
        /// The greatest sequence that is not above this one, or -1.
        long atMost(long sequence) {
            int from = sequence >= Block.last(block) ? Block.ENTRIES - 1 : Block.within(sequence);
            if (sequence < Block.first(block)) return -1;
            for (int i = from >> 6; i >= 0; i--) {
                long word = bits[i];
                if (i == from >> 6) word &= -1L >>> (63 - (from & 63));
                if (word != 0)
                    return Block.first(block) + ((i << 6) + 63 - Long.numberOfLeadingZeros(word));
            }
            return -1;
        }
    }

    /// A block of entries, and the moments between which they lie.
    record Span(long block, long earliest, long latest) {}

    Lookup(Connection connection) throws SQLException {
        this.connection = connection;
        this.rare = connection.prepareStatement(RARE);
        this.bits = connection.prepareStatement(BITS);
        this.spans = connection.prepareStatement(SPANS);
        this.blocks = connection.prepareStatement(BLOCK);
    }

    /// From here on so many rows may be read.
    void allow(long rows) {
        rowsLeft = rows;
    }

    private void read(int rows) throws ExhaustedException {
        if (rowsLeft <= 0) throw new ExhaustedException();
        rowsLeft -= rows + 1;
    }

    /// Entries that can have a rare term, the last one first.
    List<Long> rare(long term, long atMost, int most) throws SQLException, ExhaustedException {
        read(most);
        range(rare, term, atMost, most);
        var found = new ArrayList<Long>();
        try (var row = rare.executeQuery()) {
            while (row.next()) found.add(Postings.place(row.getLong(1)));
        }
        return found;
    }

    /// Blocks in which a frequent term is, the last one first.
    List<Bits> bits(long term, long atMost, int most) throws SQLException, ExhaustedException {
        read(most);
        range(bits, term, atMost, most);
        var found = new ArrayList<Bits>();
        try (var row = bits.executeQuery()) {
            while (row.next()) {
                var of = new long[Block.ENTRIES / Long.SIZE];
                ByteBuffer.wrap(row.getBytes(2)).asLongBuffer().get(of);
                found.add(new Bits(Postings.place(row.getLong(1)), of));
            }
        }
        return found;
    }

    private static void range(PreparedStatement statement, long term, long atMost, int most)
            throws SQLException {
        statement.setLong(1, term);
        statement.setLong(2, term | Math.min(atMost, Postings.PLACE_MAX));
        statement.setInt(3, most);
    }

    /// Blocks in which an entry can be in time, the last one first.
    List<Span> spans(long atMost, long from, long to, int most)
            throws SQLException, ExhaustedException {
        read(most);
        spans.setLong(1, atMost);
        spans.setLong(2, from);
        spans.setLong(3, to);
        spans.setInt(4, most);
        var found = new ArrayList<Span>();
        try (var row = spans.executeQuery()) {
            while (row.next()) found.add(new Span(row.getLong(1), row.getLong(2), row.getLong(3)));
        }
        return found;
    }

    /// What is known of a block's entries; nothing of one that is not there.
    byte[] block(long block) throws SQLException, ExhaustedException {
        read(1);
        blocks.setLong(1, block);
        try (var row = blocks.executeQuery()) {
            return row.next() ? row.getBytes(1) : new byte[0];
        }
    }

    /// How the database would execute a statement.
    String plan(String statement) throws SQLException {
        try (var explained = connection.prepareStatement("EXPLAIN " + statement)) {
            int parameters = explained.getParameterMetaData().getParameterCount();
            for (int i = 1; i <= parameters; i++) explained.setLong(i, i);
            try (var row = explained.executeQuery()) {
                row.next();
                return row.getString(1);
            }
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
