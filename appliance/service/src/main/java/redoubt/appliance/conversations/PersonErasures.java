package redoubt.appliance.conversations;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import redoubt.appliance.identity.Database;
import redoubt.appliance.record.Ledger;
import redoubt.provenance.record.Actor;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.RecordException;

/// The second half of a person's erasure: their content, and what names their keys. The first is
/// [redoubt.appliance.identity.People#erase], which has removed the mapping from pseudonym to name
/// and left a row that says so; whatever ends the process, a start that finds the row goes on here.
/// All of it is recorded before the first of it is removed. At last the database is written anew,
/// so that what named somebody is in no free page of it, and then the row goes.
///
/// One at a time. Any thread.
public final class PersonErasures {
    private final Items items;
    private final Database database;
    private final Ledger ledger;
    private final Forgetting forgetting;

    /// What else is to forget somebody: streams, what engines computed of their texts, keys under
    /// which backups hold them.
    public interface Forgetting {
        void forget(String owner) throws IOException;
    }

    private record Begun(String person, long from, boolean withKeys) {}

    public PersonErasures(Items items, Database database, Ledger ledger, Forgetting forgetting) {
        this.items = items;
        this.database = database;
        this.ledger = ledger;
        this.forgetting = forgetting;
    }

    /// Whether such an erasure has begun and not ended.
    public boolean begun(String person) {
        return all().stream().anyMatch(begun -> begun.person().equals(person));
    }

    /// Ends what was begun.
    ///
    /// @param by whose act it is where it was not recorded yet
    /// @return how many items were erased
    /// @throws RecordException when it cannot be recorded; the mapping is gone, the rest is erased
    ///   by the next attempt or start
    public synchronized int finish(Actor by) throws IOException, RecordException {
        int erased = 0;
        for (Begun begun : all()) erased += finish(begun, by);
        return erased;
    }

    private int finish(Begun begun, Actor by) throws IOException, RecordException {
        List<String> keys =
                database.all(
                        "SELECT id FROM api_keys WHERE owner = ? ORDER BY id",
                        row -> row.getString("id"),
                        begun.person());
        List<String> owners = new ArrayList<>(List.of(begun.person()));
        if (begun.withKeys()) keys.forEach(key -> owners.add("key-" + key));
        List<Items.Named> content = new ArrayList<>();
        for (String owner : owners) {
            items.closeTo(owner);
            content.addAll(items.of(owner));
        }
        record(begun, content, keys, by);
        for (Items.Named item : content) items.erase(item.id());
        for (String owner : owners) forgetting.forget(owner);
        for (String key : keys) forgetting.forget("key-" + key);
        database.durably("DELETE FROM api_keys WHERE owner = ?", begun.person());
        database.compact();
        database.durably("DELETE FROM person_erasures WHERE person = ?", begun.person());
        return content.size();
    }

    private void record(Begun begun, List<Items.Named> content, List<String> keys, Actor by)
            throws IOException, RecordException {
        Set<String> recorded = ledger.erasedSince(begun.from());
        List<Ledger.Noted> missing = new ArrayList<>();
        for (Items.Named item : content)
            if (!recorded.contains(item.id()))
                missing.add(
                        new Ledger.Noted(new Event.Erased(item.id(), item.kind()), output(item)));
        for (String key : keys)
            if (!recorded.contains(key))
                missing.add(new Ledger.Noted(new Event.Erased(key, "key"), OptionalLong.empty()));
        ledger.noteAll(missing, by);
    }

    private OptionalLong output(Items.Named item) throws IOException {
        if (!item.kind().equals("answer")) return OptionalLong.empty();
        try {
            var answer = items.answer(item.id());
            return answer.isPresent()
                    ? OptionalLong.of(answer.get().entry().output())
                    : OptionalLong.empty();
        } catch (IOException damaged) {
            // What cannot be read must be erased all the same.
            return OptionalLong.empty();
        }
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
