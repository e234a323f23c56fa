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
import org.h2.jdbcx.JdbcConnectionPool;
import org.jspecify.annotations.Nullable;

/// The embedded H2 database: the truth about people and keys, and an index of everything else. An
/// ordinary commit is written within a tenth of a second, so a process that is killed can lose it:
/// what somebody is told was done goes through [#durably], which survives a power cut.
///
/// Thread safe. An [SQLException] here is a disk that fails or a bug: [DatabaseException].
public final class Database implements AutoCloseable {
    private static final int CONNECTIONS_MAX = 8;

    private final JdbcConnectionPool pool;

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

    private Database(JdbcConnectionPool pool) {
        this.pool = pool;
    }

    /// Opens the database in `file` and lays out its tables.
    public static Database open(Path file) {
        JdbcConnectionPool pool =
                JdbcConnectionPool.create(
                        "jdbc:h2:file:"
                                + file.toAbsolutePath()
                                + ";DB_CLOSE_ON_EXIT=FALSE;FILE_LOCK=FS;TRACE_LEVEL_FILE=0;WRITE_DELAY=100",
                        "redoubt",
                        "");
        pool.setMaxConnections(CONNECTIONS_MAX);
        Database database = new Database(pool);
        Schema.STATEMENTS.forEach(database::run);
        return database;
    }

    /// One changing statement; returns how many rows changed.
    public int run(String sql, @Nullable Object... parameters) {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, parameters);
            return statement.executeUpdate();
        } catch (SQLException failure) {
            throw new DatabaseException(failure);
        }
    }

    /// The same, and forced to disk when this returns.
    public int durably(String sql, @Nullable Object... parameters) {
        int changed = run(sql, parameters);
        sync();
        return changed;
    }

    /// All of them or none, forced to disk when this returns.
    void together(List<Change> changes) {
        try (Connection connection = pool.getConnection()) {
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
        } catch (SQLException failure) {
            throw new DatabaseException(failure);
        }
        sync();
    }

    private void sync() {
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CHECKPOINT SYNC");
        } catch (SQLException failure) {
            throw new DatabaseException(failure);
        }
    }

    public <T> List<T> all(String sql, Row<T> row, @Nullable Object... parameters) {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, parameters);
            List<T> found = new ArrayList<>();
            try (ResultSet results = statement.executeQuery()) {
                while (results.next()) found.add(row.read(results));
            }
            return found;
        } catch (SQLException failure) {
            throw new DatabaseException(failure);
        }
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
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("SHUTDOWN");
        } catch (SQLException failure) {
            throw new DatabaseException(failure);
        } finally {
            pool.dispose();
        }
    }
}
