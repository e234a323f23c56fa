package redoubt.appliance.conversations;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import redoubt.appliance.identity.Database;
import redoubt.appliance.record.Ledger;
import redoubt.provenance.record.Actor;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.RecordException;

/// Legal holds: what is under one is erased by nobody and by no rule, until it is lifted. A hold is
/// on a conversation, a response or an answer, or on an owner with all of theirs. Setting and
/// lifting one is recorded first. Thread safe.
public final class Holds {
    private final Database database;
    private final Ledger ledger;

    /// @param item an item's identifier or an owner's
    public record Hold(String item, String reason, Instant setAt) {}

    public Holds(Database database, Ledger ledger) {
        this.database = database;
        this.ledger = ledger;
    }

    public List<Hold> all() {
        return database.all(
                "SELECT * FROM holds ORDER BY set_at",
                row ->
                        new Hold(
                                row.getString("item"),
                                row.getString("reason"),
                                Objects.requireNonNull(Database.instant(row, "set_at"))));
    }

    public boolean on(String item) {
        return database.one("SELECT item FROM holds WHERE item = ?", _ -> true, item).isPresent();
    }

    /// @throws RecordException when it cannot be recorded; then there is none
    public synchronized void set(String item, String reason, Instant now, Actor by)
            throws RecordException {
        ledger.note(new Event.Administered("POST /api/holds", "hold on " + item), by);
        database.durably(
                "MERGE INTO holds(item, reason, set_at) KEY(item) VALUES (?, ?, ?)",
                item,
                reason,
                now);
    }

    /// @return false when there is none
    /// @throws RecordException when it cannot be recorded; then it stays
    public synchronized boolean lift(String item, Actor by) throws RecordException {
        if (!on(item)) return false;
        ledger.note(new Event.Administered("DELETE /api/holds/{id}", "hold lifted of " + item), by);
        return database.durably("DELETE FROM holds WHERE item = ?", item) > 0;
    }
}
