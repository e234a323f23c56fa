package redoubt.appliance.identity;

import java.util.List;
import java.util.Set;

/// Which role a key had whose maker was erased: what was asked with it may stay, and rules of
/// retention go by roles. Nothing here names anybody. Any thread.
public final class FormerKeys {
    private FormerKeys() {}

    static Database.Change keep(String key, String role) {
        return Database.change("MERGE INTO former_keys(id, role) KEY(id) VALUES (?, ?)", key, role);
    }

    /// Forgets the keys of an erased person but for their roles.
    public static void replaceOf(Database database, String person) {
        database.together(
                List.of(
                        Database.change(
                                "MERGE INTO former_keys(id, role) KEY(id) SELECT id, role FROM api_keys WHERE owner = ?",
                                person),
                        Database.change("DELETE FROM api_keys WHERE owner = ?", person)));
    }

    /// The roles of an owner of content: of a person, of a key, or of a key that was.
    public static Set<Role> rolesOf(Database database, String owner) {
        if (!owner.startsWith("key-"))
            return first(database, "SELECT roles AS role FROM people WHERE id = ?", owner);
        String key = owner.substring("key-".length());
        Set<Role> role = first(database, "SELECT role FROM api_keys WHERE id = ?", key);
        return role.isEmpty()
                ? first(database, "SELECT role FROM former_keys WHERE id = ?", key)
                : role;
    }

    private static Set<Role> first(Database database, String query, String id) {
        return database.one(query, row -> Role.parse(row.getString("role")), id).orElse(Set.of());
    }
}
