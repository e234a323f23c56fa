package redoubt.appliance.identity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import redoubt.appliance.record.Ledger;
import redoubt.appliance.site.Secrets;
import redoubt.provenance.record.Actor;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.RecordException;

/// The one way to change people, keys and holds, in which no act can be lost between database and
/// record. An act is first prepared: a row that nobody reads. Then its entry is appended. Then the
/// act is done and its row removed, together. Each step is on disk before the next begins, so
/// whatever ends the process, [#settle] finds the row and asks the record: what was recorded is
/// done, what was not recorded has not happened.
///
/// One act at a time. Any thread.
public final class Acts {
    private static final JsonMapper JSON = new JsonMapper();

    private final Database database;
    private final Ledger ledger;
    private final ReentrantLock oneAtATime = new ReentrantLock();

    /// Decides what is to be done, seeing everything that was done before; empty when it is as
    /// wanted already.
    interface Decision<A extends Act, X extends Exception> {
        Optional<A> decide() throws X;
    }

    private record Prepared(String id, long from, Act act) {}

    public Acts(Database database, Ledger ledger) {
        this.database = database;
        this.ledger = ledger;
    }

    /// How many entries the record has.
    long recorded() {
        return ledger.size();
    }

    /// Done while no act is.
    public interface Still<T> {
        T run() throws IOException;
    }

    /// Does this between two acts: what the record says is done and nothing else is.
    public <T> T still(Still<T> what) throws IOException {
        oneAtATime.lock();
        try {
            settle();
            return what.run();
        } finally {
            oneAtATime.unlock();
        }
    }

    /// @throws RecordException when it cannot be recorded; then it is not done
    <A extends Act, X extends Exception> Optional<A> perform(Actor by, Decision<A, X> decision)
            throws X, RecordException {
        oneAtATime.lock();
        try {
            settle();
            Optional<A> decided = decision.decide();
            if (decided.isEmpty()) return decided;
            Prepared prepared = new Prepared(Secrets.id(), ledger.size(), decided.get());
            database.durably(
                    "INSERT INTO prepared VALUES (?, ?, ?)",
                    prepared.id(),
                    prepared.from(),
                    json(prepared.act()));
            ledger.note(prepared.act().event(), by);
            finish(prepared);
            return decided;
        } finally {
            oneAtATime.unlock();
        }
    }

    /// Ends what was prepared and not ended; at the start, before anybody can sign in.
    public void settle() throws RecordException {
        oneAtATime.lock();
        try {
            for (Prepared prepared : prepared()) {
                Event event = prepared.act().event();
                if (ledger.holds(event, prepared.from())) {
                    ledger.note(
                            new Event.Administered(
                                    "recovery",
                                    "an act that was recorded and not done is done now: " + event),
                            Actor.SYSTEM);
                    finish(prepared);
                } else database.durably("DELETE FROM prepared WHERE id = ?", prepared.id());
            }
        } finally {
            oneAtATime.unlock();
        }
    }

    private void finish(Prepared prepared) {
        List<Database.Change> changes = new ArrayList<>(prepared.act().changes());
        changes.add(Database.change("DELETE FROM prepared WHERE id = ?", prepared.id()));
        database.together(changes);
    }

    private List<Prepared> prepared() {
        return database.all(
                "SELECT * FROM prepared ORDER BY from_entry",
                row ->
                        new Prepared(
                                row.getString("id"),
                                row.getLong("from_entry"),
                                act(row.getString("act"))));
    }

    private static String json(Act act) {
        try {
            return JSON.writerFor(Act.class).writeValueAsString(act);
        } catch (JsonProcessingException bug) {
            throw new AssertionError("an act is always JSON", bug);
        }
    }

    private static Act act(String json) {
        try {
            return JSON.readValue(json, Act.class);
        } catch (JsonProcessingException altered) {
            throw new IllegalStateException(
                    "an act that this software prepared cannot be read", altered);
        }
    }
}
