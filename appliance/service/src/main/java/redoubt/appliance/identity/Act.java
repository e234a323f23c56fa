package redoubt.appliance.identity;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import redoubt.provenance.record.Event;

/// A change of people, keys or legal holds, complete in itself: what the record says of it, and
/// what it does to the database. It is kept as JSON from its preparation to its end, so that
/// whoever starts next can do what was recorded. Times are microseconds since 1970. Immutable.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "act")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Act.PersonCreated.class, name = "person created"),
    @JsonSubTypes.Type(value = Act.PersonChanged.class, name = "person changed"),
    @JsonSubTypes.Type(value = Act.PersonErased.class, name = "person erased"),
    @JsonSubTypes.Type(value = Act.KeyCreated.class, name = "key created"),
    @JsonSubTypes.Type(value = Act.KeyRevoked.class, name = "key revoked"),
    @JsonSubTypes.Type(value = Act.HoldSet.class, name = "hold set"),
    @JsonSubTypes.Type(value = Act.HoldLifted.class, name = "hold lifted")
})
sealed interface Act {
    /// The entry that stands for it; its identifiers make it unlike every other act's.
    Event event();

    /// The statements that do it, together.
    List<Database.Change> changes();

    record PersonCreated(
            String id, String name, String passwordHash, Set<Role> roles, long createdAt)
            implements Act {
        @Override
        public Event event() {
            return new Event.PersonCreated(id, words(roles));
        }

        @Override
        public List<Database.Change> changes() {
            return List.of(
                    Database.change(
                            "INSERT INTO people VALUES (?, ?, ?, ?, ?, ?)",
                            id,
                            name,
                            passwordHash,
                            Role.text(roles),
                            false,
                            instant(createdAt)));
        }

        People.Person person() {
            return new People.Person(id, name, roles, false, instant(createdAt));
        }
    }

    /// @param what was changed, in words
    /// @param passwordHash null to keep the password
    /// @param roles afterwards
    /// @param disabled afterwards
    record PersonChanged(
            String id,
            String what,
            @Nullable String passwordHash,
            Set<Role> roles,
            boolean disabled)
            implements Act {
        @Override
        public Event event() {
            return new Event.PersonChanged(id, what, words(roles));
        }

        @Override
        public List<Database.Change> changes() {
            List<Database.Change> changes = new ArrayList<>();
            changes.add(
                    Database.change(
                            "UPDATE people SET roles = ?, disabled = ? WHERE id = ?",
                            Role.text(roles),
                            disabled,
                            id));
            if (passwordHash != null)
                changes.add(
                        Database.change(
                                "UPDATE people SET password_hash = ? WHERE id = ?",
                                passwordHash,
                                id));
            // No session that the old password opened survives.
            if (passwordHash != null || disabled)
                changes.add(Database.change("DELETE FROM sessions WHERE person = ?", id));
            return changes;
        }
    }

    /// The mapping from the pseudonym to a name is gone, and nobody can come in as this person any
    /// more. What is to follow (content, the keys they made) is in a row of its own.
    ///
    /// @param fromEntry the record's size before
    /// @param withKeys whether what was asked with their keys is to be erased too
    record PersonErased(String id, long fromEntry, boolean withKeys) implements Act {
        @Override
        public Event event() {
            return new Event.Erased(id, "person");
        }

        @Override
        public List<Database.Change> changes() {
            return List.of(
                    Database.change("DELETE FROM sessions WHERE person = ?", id),
                    Database.change(
                            "UPDATE api_keys SET owner = ? WHERE owner IS NULL AND created_by = (SELECT name FROM people WHERE id = ?)",
                            id,
                            id),
                    Database.change(
                            "UPDATE api_keys SET revoked_at = COALESCE(revoked_at, CURRENT_TIMESTAMP), name = '', created_by = '' WHERE owner = ?",
                            id),
                    Database.change("DELETE FROM people WHERE id = ?", id),
                    Database.change(
                            "MERGE INTO person_erasures(person, from_entry, with_keys) KEY(person) VALUES (?, ?, ?)",
                            id,
                            fromEntry,
                            withKeys));
        }
    }

    /// @param owner pseudonym of whoever made it
    record KeyCreated(
            String id,
            String name,
            Role role,
            String secretHash,
            long createdAt,
            String createdBy,
            String owner)
            implements Act {
        @Override
        public Event event() {
            return new Event.KeyCreated(id, owner, role.word());
        }

        @Override
        public List<Database.Change> changes() {
            return List.of(
                    Database.change(
                            "INSERT INTO api_keys(id, name, role, secret_hash, created_at, created_by, owner) VALUES (?, ?, ?, ?, ?, ?, ?)",
                            id,
                            name,
                            role.word(),
                            secretHash,
                            instant(createdAt),
                            createdBy,
                            owner));
        }
    }

    /// @param by pseudonym of whoever revoked it
    record KeyRevoked(String id, long revokedAt, String by) implements Act {
        @Override
        public Event event() {
            return new Event.KeyRevoked(id, by);
        }

        @Override
        public List<Database.Change> changes() {
            return List.of(
                    Database.change(
                            "UPDATE api_keys SET revoked_at = ? WHERE id = ?",
                            instant(revokedAt),
                            id));
        }
    }

    record HoldSet(String item, String reason, long setAt) implements Act {
        @Override
        public Event event() {
            return Holds.setting(item);
        }

        @Override
        public List<Database.Change> changes() {
            return List.of(
                    Database.change(
                            "MERGE INTO holds(item, reason, set_at) KEY(item) VALUES (?, ?, ?)",
                            item,
                            reason,
                            instant(setAt)));
        }
    }

    record HoldLifted(String item) implements Act {
        @Override
        public Event event() {
            return Holds.lifting(item);
        }

        @Override
        public List<Database.Change> changes() {
            return List.of(Database.change("DELETE FROM holds WHERE item = ?", item));
        }
    }

    private static List<String> words(Set<Role> roles) {
        return roles.stream().map(Role::word).sorted().toList();
    }

    static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
