package redoubt.appliance.identity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// People, keys and legal holds as a backup takes them along, each by itself, so that each can be
/// forgotten by itself. Sessions are not: whoever is there after a restore signs in anew. Any
/// thread.
public final class IdentityRows {
    private static final String PEOPLE = "people";
    private static final String KEYS = "api_keys";
    private static final String HOLDS = "holds";
    private static final JsonMapper JSON = new JsonMapper();

    /// One row.
    ///
    /// @param name table and identifier, `people/…`, `api_keys/…` or `holds/…`
    /// @param json its columns
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    public record Row(String name, byte[] json) {}

    private IdentityRows() {}

    /// The name of the row that an owner of content has: a person, or `key-` and a key.
    public static String nameOf(String owner) {
        return owner.startsWith("key-")
                ? KEYS + "/" + owner.substring("key-".length())
                : PEOPLE + "/" + owner;
    }

    /// The identifier in a row's name.
    public static String idOf(String name) {
        return name.substring(name.indexOf('/') + 1);
    }

    public static List<Row> all(Database database) {
        List<Row> rows = new ArrayList<>();
        rows.addAll(database.all("SELECT * FROM people ORDER BY id", IdentityRows::person));
        rows.addAll(database.all("SELECT * FROM api_keys ORDER BY id", IdentityRows::key));
        rows.addAll(database.all("SELECT * FROM holds ORDER BY item", IdentityRows::hold));
        return rows;
    }

    private static Row person(ResultSet row) throws SQLException {
        return row(
                PEOPLE,
                row.getString("id"),
                JSON.createObjectNode()
                        .put("name", row.getString("name"))
                        .put("password_hash", row.getString("password_hash"))
                        .put("roles", row.getString("roles"))
                        .put("disabled", row.getBoolean("disabled"))
                        .put("created_at", micros(Database.instant(row, "created_at"))));
    }

    // When it was last used is left out: the row would be another one each time.
    private static Row key(ResultSet row) throws SQLException {
        return row(
                KEYS,
                row.getString("id"),
                JSON.createObjectNode()
                        .put("name", row.getString("name"))
                        .put("role", row.getString("role"))
                        .put("secret_hash", row.getString("secret_hash"))
                        .put("created_at", micros(Database.instant(row, "created_at")))
                        .put("created_by", row.getString("created_by"))
                        .put("revoked_at", micros(Database.instant(row, "revoked_at")))
                        .put("owner", row.getString("owner")));
    }

    private static Row hold(ResultSet row) throws SQLException {
        return row(
                HOLDS,
                row.getString("item"),
                JSON.createObjectNode()
                        .put("reason", row.getString("reason"))
                        .put("set_at", micros(Database.instant(row, "set_at"))));
    }

    private static Row row(String table, String id, ObjectNode columns) {
        try {
            return new Row(table + "/" + id, JSON.writeValueAsBytes(columns));
        } catch (JsonProcessingException bug) {
            throw new AssertionError("columns are always JSON", bug);
        }
    }

    /// What was put into a database.
    ///
    /// @param rows their names
    /// @param keysGone keys that were not, because whoever made them was erased
    public record Restored(List<String> rows, Set<String> keysGone) {}

    /// Puts rows into a database that has none, but for what was erased since. Of the keys of a
    /// person who was, the role stays.
    ///
    /// @throws IllegalArgumentException when one is none; then nothing was put in
    public static Restored restore(Database database, List<Row> rows, Set<String> erased) {
        Set<String> names = new HashSet<>();
        for (Row row : rows)
            if (row.name().startsWith(PEOPLE + "/") && erased.contains(idOf(row.name())))
                names.add(text(columns(row), "name"));
        List<String> restored = new ArrayList<>();
        Set<String> keysGone = new HashSet<>();
        List<Database.Change> changes = new ArrayList<>();
        for (Row row : rows) {
            String id = idOf(row.name());
            boolean ofErased =
                    row.name().startsWith(KEYS + "/") && ofErased(columns(row), names, erased);
            if (ofErased) {
                keysGone.add(id);
                changes.add(FormerKeys.keep(id, role(columns(row))));
            } else if (!erased.contains(id)) {
                restored.add(row.name());
                changes.add(insertion(row));
            }
        }
        database.together(changes);
        return new Restored(restored, keysGone);
    }

    private static boolean ofErased(JsonNode key, Set<String> names, Set<String> erased) {
        String owner = key.path("owner").textValue();
        return owner == null ? names.contains(text(key, "created_by")) : erased.contains(owner);
    }

    private static JsonNode columns(Row row) {
        try {
            return JSON.readTree(new String(row.json(), StandardCharsets.UTF_8));
        } catch (JsonProcessingException malformed) {
            throw new IllegalArgumentException("no row: " + row.name(), malformed);
        }
    }

    private static Database.Change insertion(Row row) {
        String id = idOf(row.name());
        if (!id.matches("(key-)?[0-9a-f]{32}"))
            throw new IllegalArgumentException("no row: " + row.name());
        JsonNode columns = columns(row);
        return switch (row.name().substring(0, row.name().indexOf('/'))) {
            case PEOPLE -> person(id, columns);
            case KEYS -> key(id, columns);
            case HOLDS ->
                    Database.change(
                            "INSERT INTO holds(item, reason, set_at) VALUES (?, ?, ?)",
                            id,
                            text(columns, "reason"),
                            instant(columns, "set_at"));
            default -> throw new IllegalArgumentException("no row: " + row.name());
        };
    }

    private static Database.Change person(String id, JsonNode columns) {
        return Database.change(
                "INSERT INTO people VALUES (?, ?, ?, ?, ?, ?)",
                id,
                text(columns, "name"),
                text(columns, "password_hash"),
                roles(text(columns, "roles")),
                columns.path("disabled").asBoolean(true),
                instant(columns, "created_at"));
    }

    private static Database.Change key(String id, JsonNode columns) {
        String role = role(columns);
        return Database.change(
                "INSERT INTO api_keys(id, name, role, secret_hash, created_at, created_by, revoked_at, owner) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                id,
                text(columns, "name"),
                role,
                text(columns, "secret_hash"),
                instant(columns, "created_at"),
                text(columns, "created_by"),
                columns.path("revoked_at").isNumber() ? instant(columns, "revoked_at") : null,
                columns.path("owner").textValue());
    }

    private static String role(JsonNode key) {
        String role = text(key, "role");
        if (Role.of(role).isEmpty()) throw new IllegalArgumentException("no role: " + role);
        return role;
    }

    private static String roles(String text) {
        Set<Role> roles = Role.parse(text);
        if (roles.isEmpty()) throw new IllegalArgumentException("no roles: " + text);
        return Role.text(roles);
    }

    private static String text(JsonNode columns, String name) {
        return Objects.requireNonNullElseGet(
                columns.path(name).textValue(),
                () -> {
                    throw new IllegalArgumentException("a row lacks " + name);
                });
    }

    private static Instant instant(JsonNode columns, String name) {
        return Instant.EPOCH.plus(columns.path(name).asLong(), ChronoUnit.MICROS);
    }

    private static @Nullable Long micros(@Nullable Instant instant) {
        return instant == null ? null : ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }
}
