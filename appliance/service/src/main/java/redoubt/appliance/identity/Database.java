package redoubt.appliance.identity;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.h2.jdbcx.JdbcConnectionPool;
import org.jspecify.annotations.Nullable;

/// The embedded H2 database: the truth about people and keys, and an index of everything else. An
/// ordinary commit is written within a tenth of a second, so a process that is killed can lose it:
/// what somebody is told was done goes through [#durably], which survives a power cut.
///
/// Thread safe. An [SQLException] here is a disk that fails or a bug: [DatabaseException].
public final class Database implements AutoCloseable {
    private static final int CONNECTIONS_MAX = 8;

    // Held for reading while the pool is used, for writing while it is exchanged.
    private final ReentrantReadWriteLock exchange = new ReentrantReadWriteLock();
    private final String url;
    private JdbcConnectionPool pool;

    /// One statement of several that are done together.
    record Change(String sql, List<@Nullable Object> parameters) {}

    static Change change(String sql, @Nullable Object... parameters) {
        return new Change(sql, Arrays.asList(parameters));
    }

    /// Reads a row.
    public interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    /// The database failed; the act it was asked for has not happened.
    public static final class DatabaseException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        DatabaseException(SQLException cause) {
            super("the database failed: " + cause.getMessage(), cause);
        }
    }

    private Database(String url) {
        this.url = url;
        this.pool = connect(url);
    }

    /// Opens the database in `file` and lays out its tables.
    public static Database open(Path file) {
        Database database =
                new Database(
                        "jdbc:h2:file:"
                                + file.toAbsolutePath()
                                + ";DB_CLOSE_ON_EXIT=FALSE;FILE_LOCK=FS;TRACE_LEVEL_FILE=0;WRITE_DELAY=100");
        Schema.STATEMENTS.forEach(database::run);
        return database;
    }

    private static JdbcConnectionPool connect(String url) {
        JdbcConnectionPool pool = JdbcConnectionPool.create(url, "redoubt", "");
        pool.setMaxConnections(CONNECTIONS_MAX);
        return pool;
    }

    /// What is done with a connection.
    private interface Use<T> {
        T with(Connection connection) throws SQLException;
    }

    private <T> T use(Use<T> use) {
        exchange.readLock().lock();
        try (Connection connection = connection()) {
            return use.with(connection);
        } catch (SQLException failure) {
            throw new DatabaseException(failure);
        } finally {
            exchange.readLock().unlock();
        }
    }

    // What H2 met when it wrote in the background, such as a full disk, it tells whoever comes
    // next,
    // once, though that one may only read.
    private Connection connection() throws SQLException {
        try {
            return pool.getConnection();
        } catch (SQLException ofTheBackground) {
            try {
                return pool.getConnection();
            } catch (SQLException still) {
                still.addSuppressed(ofTheBackground);
                throw still;
            }
        }
    }

    /// Writes the whole file anew with nothing in it but the rows that there are. A row that is
    /// deleted leaves its bytes in pages that are merely free; after this they are gone. Everybody
    /// else waits.
    public void compact() {
        exchange.writeLock().lock();
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("SHUTDOWN COMPACT");
        } catch (SQLException failure) {
            throw new DatabaseException(failure);
        } finally {
            pool.dispose();
            pool = connect(url);
            exchange.writeLock().unlock();
        }
    }

    /// One changing statement; returns how many rows changed.
    public int run(String sql, @Nullable Object... parameters) {
        return use(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                bind(statement, parameters);
                return statement.executeUpdate();
            }
        });
    }

    /// The same, and forced to disk when this returns.
    public int durably(String sql, @Nullable Object... parameters) {
        int changed = run(sql, parameters);
        sync();
        return changed;
    }

    /// All of them or none, forced to disk when this returns.
    void together(List<Change> changes) {
        use(connection -> {
            connection.setAutoCommit(false);
            try {
                for (Change change : changes)
                    try (PreparedStatement statement = connection.prepareStatement(change.sql())) {
                        bind(statement, change.parameters().toArray());
                        statement.executeUpdate();
                    }
                connection.commit();
            } finally {
                // What was not committed must not wait in the pool for the next to commit it.
                connection.rollback();
                connection.setAutoCommit(true);
            }
            return changes;
        });
        sync();
    }

    private void sync() {
        use(connection -> {
            try (Statement statement = connection.createStatement()) {
                return statement.execute("CHECKPOINT SYNC");
            }
        });
    }

    public <T> List<T> all(String sql, Row<T> row, @Nullable Object... parameters) {
        return use(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                bind(statement, parameters);
                List<T> found = new ArrayList<>();
                try (ResultSet results = statement.executeQuery()) {
                    while (results.next()) found.add(row.read(results));
                }
                return found;
            }
        });
    }

    public <T> Optional<T> one(String sql, Row<T> row, @Nullable Object... parameters) {
        return all(sql, row, parameters).stream().findFirst();
    }

    private static void bind(PreparedStatement statement, @Nullable Object[] parameters)
            throws SQLException {
        for (int i = 0; i < parameters.length; i++) {
            Object value = parameters[i];
            statement.setObject(
                    i + 1, value instanceof Instant instant ? Timestamp.from(instant) : value);
        }
    }

    /// The instant in a column.
    public static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp stamp = row.getTimestamp(column);
        return stamp == null ? null : stamp.toInstant();
    }

    @Override
    public void close() {
        exchange.writeLock().lock();
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("SHUTDOWN");
        } catch (SQLException failure) {
            throw new DatabaseException(failure);
        } finally {
            pool.dispose();
            exchange.writeLock().unlock();
        }
    }
}
