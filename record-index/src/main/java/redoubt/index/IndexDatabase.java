package redoubt.index;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import redoubt.provenance.record.Bytes;

/// The index's H2 database: a file of its own, because it is thrown away whenever it is not what it
/// should be. A commit that a crash loses is indexed again: the mark is in the same transaction as
/// the rows, so neither is ever there without the other.
///
/// Entries are kept by the block of 512, so that a million of them are few rows: `blocks` has each
/// entry's moment and the bits by which it is known, `spans` the moments between which a block lies
/// (clocks go back, so they overlap), `words` the frequent terms, `bits` which entries of a block
/// have one, `rare` the other terms. Nothing has an index but its primary key, in the order in
/// which it is searched: see [Postings].
///
/// One thread writes; each reader has a [Lookup].
final class IndexDatabase implements AutoCloseable {
    static final int VERSION = 3;

    private static final List<String> TABLES =
            List.of(
                    "CREATE TABLE mark(version INT NOT NULL, log_id VARCHAR(64) NOT NULL, size BIGINT NOT NULL, last_hash BIGINT NOT NULL)",
                    "CREATE TABLE words(number INT PRIMARY KEY, kind TINYINT NOT NULL, text VARCHAR(20000) NOT NULL)",
                    "CREATE TABLE bits(posting BIGINT PRIMARY KEY, bits VARBINARY(64) NOT NULL)",
                    "CREATE TABLE rare(posting BIGINT PRIMARY KEY)",
                    "CREATE TABLE blocks(block BIGINT PRIMARY KEY, entries VARBINARY(8192) NOT NULL)",
                    "CREATE TABLE spans(block BIGINT PRIMARY KEY, earliest BIGINT NOT NULL, latest BIGINT NOT NULL)");

    private final String url;
    private final Connection connection;
    private final Map<Term, Integer> words = new ConcurrentHashMap<>();
    private final Bytes logId;
    // Searches read it.
    private volatile long size;
    private long lastHash;

    /// The file is not an index that this version can go on with; it is to be thrown away.
    static final class UnusableException extends Exception {
        private static final long serialVersionUID = 1;

        UnusableException(String why) {
            super(why);
        }

        UnusableException(String why, SQLException cause) {
            super(why, cause);
        }
    }

    private IndexDatabase(String url, Connection connection, Bytes logId) {
        this.url = url;
        this.connection = connection;
        this.logId = logId;
    }

    /// The file that H2 makes of this name.
    static Path fileOf(Path name) {
        return name.resolveSibling(name.getFileName() + ".mv.db");
    }

    static void remove(Path name) throws IOException {
        Files.deleteIfExists(fileOf(name));
        Files.deleteIfExists(name.resolveSibling(name.getFileName() + ".trace.db"));
    }

    private static String url(Path name) {
        return "jdbc:h2:file:"
                + name.toAbsolutePath()
                + ";DB_CLOSE_ON_EXIT=FALSE;DB_CLOSE_DELAY=0;FILE_LOCK=FS;TRACE_LEVEL_FILE=0;WRITE_DELAY=1000;CACHE_SIZE=32768";
    }

    /// A new one, where there is none.
    static IndexDatabase create(Path name, Bytes logId) throws SQLException {
        var database = new IndexDatabase(url(name), DriverManager.getConnection(url(name)), logId);
        try (var statement = database.connection.createStatement()) {
            for (var table : TABLES) statement.execute(table);
            statement.execute(
                    "INSERT INTO mark VALUES (%d, '%s', 0, 0)".formatted(VERSION, logId.hex()));
            database.connection.setAutoCommit(false);
            return database;
        } catch (SQLException failed) {
            database.connection.close();
            throw failed;
        }
    }

    /// The one that is there.
    ///
    /// @throws UnusableException when it is damaged, of another version, or of another record
    static IndexDatabase open(Path name, Bytes logId) throws UnusableException {
        try {
            var connection = DriverManager.getConnection(url(name) + ";IFEXISTS=TRUE");
            try {
                var database = new IndexDatabase(url(name), connection, logId);
                database.readMark();
                database.readWords();
                connection.setAutoCommit(false);
                return database;
            } catch (SQLException | UnusableException unusable) {
                shutDown(connection);
                throw unusable;
            }
        } catch (SQLException damaged) {
            throw new UnusableException(
                    "its database cannot be read (%s)".formatted(firstLine(damaged)), damaged);
        }
    }

    private static void shutDown(Connection connection) {
        try (connection;
                var statement = connection.createStatement()) {
            statement.execute("SHUTDOWN IMMEDIATELY");
        } catch (SQLException itIsThrownAwayAnyway) {
            // Whatever it was, the file is deleted next.
        }
    }

    static String firstLine(SQLException failed) {
        return String.valueOf(failed.getMessage()).lines().findFirst().orElse("no reason given");
    }

    private void readMark() throws SQLException, UnusableException {
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT * FROM mark")) {
            if (!row.next()) throw new UnusableException("it does not say how far it is");
            int version = row.getInt("version");
            if (version != VERSION)
                throw new UnusableException(
                        "it has version %d, and this Redoubt makes version %d"
                                .formatted(version, VERSION));
            if (!logId.hex().equals(row.getString("log_id")))
                throw new UnusableException("it belongs to another record");
            size = row.getLong("size");
            lastHash = row.getLong("last_hash");
        }
        requireComplete();
    }

    private void requireComplete() throws SQLException, UnusableException {
        long blocks = number("SELECT COUNT(*) FROM blocks");
        long inLast = 0;
        if (blocks > 0)
            inLast =
                    number(
                                    "SELECT OCTET_LENGTH(entries) FROM blocks WHERE block = %d"
                                            .formatted(blocks - 1))
                            / Block.ENTRY_BYTES;
        long counted = blocks == 0 ? 0 : (blocks - 1) * Block.ENTRIES + inLast;
        if (counted != size)
            throw new UnusableException(
                    size == 0
                            ? "it was never finished"
                            : "it has %d entries and says that it has %d".formatted(counted, size));
    }

    private void readWords() throws SQLException, UnusableException {
        var kinds = Kind.values();
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("SELECT number, kind, text FROM words")) {
            while (row.next()) {
                int kind = row.getInt("kind");
                if (kind < 1 || kind > kinds.length)
                    throw new UnusableException("it has words of an unknown kind");
                words.put(new Term(kinds[kind - 1], row.getString("text")), row.getInt("number"));
            }
        }
    }

    private long number(String sql) throws SQLException {
        try (var statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getLong(1) : 0;
        }
    }

    /// How many entries are in it: all before this sequence.
    long size() {
        return size;
    }

    /// The bits of the last one.
    long lastHash() {
        return lastHash;
    }

    /// The numbers of frequent terms. Only the writer adds any.
    Map<Term, Integer> words() {
        return words;
    }

    Connection connection() {
        return connection;
    }

    /// What is in the transaction is committed with its mark.
    void commit(long newSize, long newLastHash) throws SQLException {
        try (var mark = connection.prepareStatement("UPDATE mark SET size = ?, last_hash = ?")) {
            mark.setLong(1, newSize);
            mark.setLong(2, newLastHash);
            mark.executeUpdate();
        }
        connection.commit();
        size = newSize;
        lastHash = newLastHash;
    }

    Lookup lookup() throws SQLException {
        return new Lookup(DriverManager.getConnection(url + ";IFEXISTS=TRUE"));
    }

    @Override
    public void close() throws SQLException {
        try (connection;
                var statement = connection.createStatement()) {
            statement.execute("SHUTDOWN");
        }
    }

    /// Without writing what was not committed.
    void abandon() {
        shutDown(connection);
    }
}
