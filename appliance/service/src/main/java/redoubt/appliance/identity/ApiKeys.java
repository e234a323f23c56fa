package redoubt.appliance.identity;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import redoubt.appliance.site.Secrets;

/// Keys of programs. The key itself is shown once; only its SHA-256 is kept. Thread safe.
public final class ApiKeys {
    /// What every key begins with, so that one left in a log or a repository can be found.
    public static final String PREFIX = "rdt_";

    private static final Duration NOTED_EVERY = Duration.ofMinutes(1);

    private final Database database;
    private final InstantSource clock;
    private final Map<String, Instant> noted = new ConcurrentHashMap<>();

    /// A key without its secret.
    public record ApiKey(
            String id,
            String name,
            Role role,
            Instant createdAt,
            String createdBy,
            @Nullable Instant lastUsedAt,
            @Nullable Instant revokedAt) {}

    /// A key at the only moment when its secret is known.
    public record Created(ApiKey key, String secret) {}

    public ApiKeys(Database database, InstantSource clock) {
        this.database = database;
        this.clock = clock;
    }

    public List<ApiKey> all() {
        return database.all("SELECT * FROM api_keys ORDER BY created_at", ApiKeys::key);
    }

    public Optional<ApiKey> find(String id) {
        return database.one("SELECT * FROM api_keys WHERE id = ?", ApiKeys::key, id);
    }

    public Created create(String name, Role role, String createdBy) {
        String secret = PREFIX + Secrets.token();
        ApiKey key = new ApiKey(Secrets.id(), name, role, clock.instant(), createdBy, null, null);
        database.durably(
                "INSERT INTO api_keys(id, name, role, secret_hash, created_at, created_by) VALUES (?, ?, ?, ?, ?, ?)",
                key.id(),
                name,
                role.word(),
                Secrets.hash(secret),
                key.createdAt(),
                createdBy);
        return new Created(key, secret);
    }

    /// Ends a key for ever; false when there is no such live key.
    public boolean revoke(String id) {
        return database.durably(
                        "UPDATE api_keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL",
                        clock.instant(),
                        id)
                > 0;
    }

    /// Who holds this secret, if it is the secret of a live key.
    public Optional<Principal> authenticate(String secret) {
        if (!secret.startsWith(PREFIX)) return Optional.empty();
        return database.one(
                        "SELECT * FROM api_keys WHERE secret_hash = ? AND revoked_at IS NULL",
                        ApiKeys::key,
                        Secrets.hash(secret))
                .map(this::used);
    }

    private Principal used(ApiKey key) {
        Instant now = clock.instant();
        Instant before = noted.get(key.id());
        if (before == null || before.plus(NOTED_EVERY).isBefore(now)) {
            noted.put(key.id(), now);
            database.run("UPDATE api_keys SET last_used_at = ? WHERE id = ?", now, key.id());
        }
        return new Principal(
                "key-" + key.id(),
                key.name(),
                Set.of(key.role()),
                Principal.Method.API_KEY,
                key.id(),
                null);
    }

    private static ApiKey key(ResultSet row) throws SQLException {
        return new ApiKey(
                row.getString("id"),
                row.getString("name"),
                Role.of(row.getString("role")).orElseThrow(),
                Objects.requireNonNull(Database.instant(row, "created_at")),
                row.getString("created_by"),
                Database.instant(row, "last_used_at"),
                Database.instant(row, "revoked_at"));
    }
}
