package redoubt.appliance.identity;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import redoubt.provenance.record.Entry;
import redoubt.provenance.record.Event;

/// What the record says was done to people, keys and legal holds after a backup: done again to the
/// rows that come out of it, so that nobody gets back what was taken from them, and nothing is
/// erased that is held. What the record cannot give (a name, a password, a key's secret, a hold's
/// reason) does not come back. One thread.
public final class RecordedActs {
    private static final String REASON =
            "Set after the backup that was restored; its reason was in the database only.";

    private final long since;
    private final Map<String, Instant> revoked = new HashMap<>();
    private final Map<String, Person> people = new HashMap<>();
    private final Map<String, Optional<Instant>> holds = new HashMap<>();
    private final Map<String, String> roleOfKey = new HashMap<>();
    private final Set<String> formerKeys = new HashSet<>();

    private static final class Person {
        private Set<Role> roles = Set.of();
        private Optional<Boolean> disabled = Optional.empty();
        private boolean password;
    }

    /// @param since how many entries the record had when the rows were read
    public RecordedActs(long since) {
        this.since = since;
    }

    /// Reads one entry of the record; all are to be read, in order.
    public void read(Entry entry) {
        Instant at = Instant.EPOCH.plus(entry.wallClockUs(), ChronoUnit.MICROS);
        if (entry.event() instanceof Event.KeyCreated made) roleOfKey.put(made.key(), made.role());
        if (entry.event() instanceof Event.Erased gone && roleOfKey.containsKey(gone.item()))
            formerKeys.add(gone.item());
        if (entry.sequence() < since) return;
        if (entry.event() instanceof Event.KeyRevoked key) revoked.putIfAbsent(key.key(), at);
        if (entry.event() instanceof Event.PersonChanged changed) read(changed);
        if (entry.event() instanceof Event.Administered act) {
            Holds.set(act).ifPresent(item -> holds.put(item, Optional.of(at)));
            Holds.lifted(act).ifPresent(item -> holds.put(item, Optional.empty()));
        }
    }

    private void read(Event.PersonChanged changed) {
        Person person = people.computeIfAbsent(changed.person(), _ -> new Person());
        for (String what : changed.what().split(", ", -1))
            switch (what) {
                case "password" -> person.password = true;
                case "disabled" -> person.disabled = Optional.of(true);
                case "enabled" -> person.disabled = Optional.of(false);
                default -> {}
            }
        person.roles = Role.parse(String.join(" ", changed.roles()));
    }

    /// Does all of it again.
    public void apply(Database database) {
        List<Database.Change> changes = new ArrayList<>();
        revoked.forEach((key, at) ->
                changes.add(
                        Database.change(
                                "UPDATE api_keys SET revoked_at = COALESCE(revoked_at, ?) WHERE id = ?",
                                at,
                                key)));
        people.forEach((id, person) -> add(changes, id, person));
        holds.forEach((item, at) -> add(changes, item, at));
        for (String key : formerKeys) {
            String role = roleOfKey.getOrDefault(key, "");
            if (Role.of(role).isPresent()) changes.add(FormerKeys.keep(key, role));
        }
        database.together(changes);
    }

    private static void add(List<Database.Change> changes, String id, Person person) {
        if (!person.roles.isEmpty())
            changes.add(
                    Database.change(
                            "UPDATE people SET roles = ? WHERE id = ?",
                            Role.text(person.roles),
                            id));
        if (person.disabled.isPresent())
            changes.add(
                    Database.change(
                            "UPDATE people SET disabled = ? WHERE id = ?",
                            person.disabled.get(),
                            id));
        // The old one may have been changed because somebody else knew it.
        if (person.password)
            changes.add(
                    Database.change(
                            "UPDATE people SET password_hash = ? WHERE id = ?",
                            Passwords.nobodys(),
                            id));
    }

    private static void add(List<Database.Change> changes, String item, Optional<Instant> at) {
        if (at.isEmpty()) changes.add(Database.change("DELETE FROM holds WHERE item = ?", item));
        else
            changes.add(
                    Database.change(
                            "MERGE INTO holds(item, reason, set_at) KEY(item) VALUES (?, ?, ?)",
                            item,
                            REASON,
                            at.get()));
    }
}
