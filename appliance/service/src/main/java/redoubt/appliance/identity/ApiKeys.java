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
import redoubt.provenance.record.Actor;
import redoubt.provenance.record.RecordException;

/// Keys of programs. The key itself is shown once; only its SHA-256 is kept. Thread safe.
public final class ApiKeys {
    /// What every key begins with, so that one left in a log or a repository can be found.
    public static final String PREFIX = "rdt_";

    private static final Duration NOTED_EVERY = Duration.ofMinutes(1);

    private final Database database;
    private final Acts acts;
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

    public ApiKeys(Database database, Acts acts, InstantSource clock) {
        this.database = database;
        this.acts = acts;
        this.clock = clock;
    }

    public List<ApiKey> all() {
        return database.all("SELECT * FROM api_keys ORDER BY created_at", ApiKeys::key);
    }

    public Optional<ApiKey> find(String id) {
        return database.one("SELECT * FROM api_keys WHERE id = ?", ApiKeys::key, id);
    }

    /// @param createdBy a name for people
    /// @throws RecordException when it cannot be recorded; then there is no key
    public Created create(String name, Role role, String createdBy, Actor by)
            throws RecordException {
        String secret = PREFIX + Secrets.token();
        ApiKey key = new ApiKey(Secrets.id(), name, role, clock.instant(), createdBy, null, null);
        acts.perform(
                by,
                () ->
                        Optional.of(
                                new Act.KeyCreated(
                                        key.id(),
                                        name,
                                        role,
                                        Secrets.hash(secret),
                                        Act.micros(key.createdAt()),
                                        createdBy,
                                        by.pseudonym())));
        return new Created(key, secret);
    }

    /// Ends a key for ever; false when there is no such live key.
    ///
    /// @throws RecordException when it cannot be recorded; then the key stays
    public boolean revoke(String id, Actor by) throws RecordException {
        return acts.perform(
                        by,
                        () ->
                                find(id).filter(key -> key.revokedAt() == null)
                                        .map(key ->
                                                new Act.KeyRevoked(
                                                        id,
                                                        Act.micros(clock.instant()),
                                                        by.pseudonym())))
                .isPresent();
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
