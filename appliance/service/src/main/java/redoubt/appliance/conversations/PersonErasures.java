package redoubt.appliance.conversations;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import redoubt.appliance.conversations.Erasures.Part;
import redoubt.appliance.conversations.Items.Placed;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.identity.Database;
import redoubt.appliance.identity.FormerKeys;
import redoubt.appliance.identity.Holds;
import redoubt.appliance.identity.People;
import redoubt.provenance.record.Actor;
import redoubt.provenance.record.RecordException;

/// Erases a person: the mapping from pseudonym to name, their content, and what names their keys.
/// [People#erase] has the first half, which leaves a row that says so; whatever ends the process, a
/// start that finds the row goes on with the second. All of it is recorded before the first of it
/// is removed. At last the database is written anew, so that what named somebody is in no free page
/// of it, and then the row goes.
///
/// It is an erasure like all others ([Erasures]): the only one at its time, and never of what is
/// under a legal hold. A hold on what is left of somebody who is nobody any more keeps that; it
/// goes once the hold is lifted, with the next start or the next erasure of a person. Any thread.
public final class PersonErasures {
    private final Items items;
    private final Database database;
    private final Erasures erasures;
    private final Holds holds;
    private final Forgetting forgetting;

    /// What else is to forget somebody: streams, what engines computed of their texts, keys under
    /// which backups hold them.
    public interface Forgetting {
        void forget(String owner) throws IOException;
    }

    private record Begun(String person, long from, boolean withKeys) {}

    /// All that goes with somebody.
    private record Whole(List<String> owners, List<String> keys, List<Placed> content) {
        Set<String> together() {
            Set<String> together = new HashSet<>(owners);
            content.forEach(item -> together.add(item.id()));
            return together;
        }
    }

    public PersonErasures(
            Items items, Database database, Erasures erasures, Holds holds, Forgetting forgetting) {
        this.items = items;
        this.database = database;
        this.erasures = erasures;
        this.holds = holds;
        this.forgetting = forgetting;
    }

    /// Whether such an erasure has begun and not ended.
    public boolean begun(String person) {
        return of(person).isPresent();
    }

    private Optional<Begun> of(String person) {
        return all().stream().filter(begun -> begun.person().equals(person)).findFirst();
    }

    /// Erases somebody, or ends what an earlier attempt could not.
    ///
    /// @param withKeys whether what was asked with the keys that they made goes too
    /// @return how many items were erased
    /// @throws RefusedException when something of it is under a legal hold; then nothing is erased
    /// @throws People.RefusedException when it is the last administrator
    /// @throws RecordException when it cannot be recorded; the mapping may be gone, the rest is
    ///   erased by the next attempt or start
    public int erase(People people, String person, boolean withKeys, Actor by)
            throws IOException, People.RefusedException {
        return holds.<Integer, People.RefusedException>still(() -> {
            boolean keysToo = of(person).map(Begun::withKeys).orElse(withKeys);
            if (holds.onAny(whole(person, keysToo).together()))
                throw RefusedException.conflict(
                        "legal_hold",
                        "This person, or something of theirs, is under a legal hold, so nothing was erased. `redoubt hold list` shows the holds; compliance can lift them.");
            people.erase(person, withKeys, by);
            return finish(by);
        });
    }

    /// Ends what was begun, but for what is held.
    ///
    /// @param by whose act it is where it was not recorded yet
    /// @return how many items were erased
    /// @throws RecordException when it cannot be recorded; the mapping is gone, the rest is erased
    ///   by the next attempt or start
    public int finish(Actor by) throws IOException {
        return holds.still(() -> {
            int erased = 0;
            for (Begun begun : all()) erased += finish(begun, by);
            return erased;
        });
    }

    private Whole whole(String person, boolean withKeys) {
        // The second for keys that were made before it was noted whose they are.
        List<String> keys =
                database.all(
                        """
                        SELECT id FROM api_keys WHERE owner = ?
                          OR (owner IS NULL AND created_by = (SELECT name FROM people WHERE id = ?))
                        ORDER BY id
                        """,
                        row -> row.getString("id"),
                        person,
                        person);
        List<String> owners = new ArrayList<>(List.of(person));
        if (withKeys) keys.forEach(key -> owners.add("key-" + key));
        List<Placed> content = new ArrayList<>();
        owners.forEach(owner -> content.addAll(items.of(owner)));
        return new Whole(owners, keys, content);
    }

    private int finish(Begun begun, Actor by) throws IOException {
        for (String owner : whole(begun.person(), begun.withKeys()).owners()) items.closeTo(owner);
        Whole whole = whole(begun.person(), begun.withKeys());
        if (holds.onAny(whole.together())) return 0;
        List<Part> parts = new ArrayList<>();
        for (Placed item : whole.content()) parts.add(erasures.part(item));
        for (String key : whole.keys()) parts.add(new Part(key, "key", OptionalLong.empty()));
        erasures.record(parts, begun.from(), by);
        erasures.remove(whole.content());
        for (String owner : whole.owners()) forgetting.forget(owner);
        for (String key : whole.keys()) forgetting.forget("key-" + key);
        FormerKeys.replaceOf(database, begun.person());
        database.compact();
        database.durably("DELETE FROM person_erasures WHERE person = ?", begun.person());
        return whole.content().size();
    }

    private List<Begun> all() {
        return database.all(
                "SELECT * FROM person_erasures",
                row ->
                        new Begun(
                                row.getString("person"),
                                row.getLong("from_entry"),
                                row.getBoolean("with_keys")));
    }
}
