package redoubt.appliance.identity;

import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import redoubt.provenance.record.Actor;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.RecordException;

/// Legal holds: what is under one is erased by nobody and by no rule, until it is lifted. A hold is
/// on a conversation, a response, a question or an answer, or on an owner with all of theirs.
/// Setting and lifting one is an act ([Acts]): done exactly if it is recorded.
///
/// Owns the lock of all erasures: while one goes from its look at the holds to its end, none is set
/// or lifted. It is taken before any other lock but retention's. Thread safe. Source:
/// ARCHITECTURE.md, what erases.
public final class Holds {
    private static final String SET_ROUTE = "POST /api/holds";
    private static final String SET = "hold on ";
    private static final String LIFT_ROUTE = "DELETE /api/holds/{id}";
    private static final String LIFTED = "hold lifted of ";

    private final Database database;
    private final Acts acts;
    private final ReentrantLock erasing = new ReentrantLock();

    /// @param item an item's identifier or an owner's
    public record Hold(String item, String reason, Instant setAt) {}

    /// Done while no hold is set or lifted, and nothing else is erased.
    public interface Erasing<T, X extends Exception> {
        T run() throws IOException, X;
    }

    public Holds(Database database, Acts acts) {
        this.database = database;
        this.acts = acts;
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

    /// Does this as the only erasure, with the holds as they are.
    public <T, X extends Exception> T still(Erasing<T, X> act) throws IOException, X {
        erasing.lock();
        try {
            return act.run();
        } finally {
            erasing.unlock();
        }
    }

    /// Whether one of these items or owners is under a hold.
    public boolean onAny(Set<String> some) {
        return !held(some).isEmpty();
    }

    private Set<String> held(Set<String> some) {
        Set<String> held =
                new HashSet<>(database.all("SELECT item FROM holds", row -> row.getString("item")));
        held.retainAll(some);
        return held;
    }

    /// @return false when nothing and nobody has this identifier; then there is no hold
    /// @throws RecordException when it cannot be recorded; then there is none
    public boolean set(String item, String reason, Instant now, Actor by) throws RecordException {
        erasing.lock();
        try {
            return acts.perform(
                            by,
                            () ->
                                    isThere(item)
                                            ? Optional.of(
                                                    new Act.HoldSet(item, reason, Act.micros(now)))
                                            : Optional.empty())
                    .isPresent();
        } finally {
            erasing.unlock();
        }
    }

    private boolean isThere(String item) {
        return List.of(
                        "SELECT id FROM items WHERE id = ?",
                        "SELECT id FROM items WHERE owner = ? FETCH FIRST ROW ONLY",
                        "SELECT id FROM people WHERE id = ?",
                        "SELECT id FROM api_keys WHERE CONCAT('key-', id) = ?")
                .stream()
                .anyMatch(query -> database.one(query, _ -> true, item).isPresent());
    }

    /// @return false when there is none
    /// @throws RecordException when it cannot be recorded; then it stays
    public boolean lift(String item, Actor by) throws RecordException {
        erasing.lock();
        try {
            return acts.perform(
                            by,
                            () ->
                                    onAny(Set.of(item))
                                            ? Optional.of(new Act.HoldLifted(item))
                                            : Optional.empty())
                    .isPresent();
        } finally {
            erasing.unlock();
        }
    }

    static Event.Administered setting(String item) {
        return new Event.Administered(SET_ROUTE, SET + item);
    }

    static Event.Administered lifting(String item) {
        return new Event.Administered(LIFT_ROUTE, LIFTED + item);
    }

    /// What an entry says was put under a hold.
    static Optional<String> set(Event.Administered act) {
        return item(act, SET_ROUTE, SET);
    }

    /// What an entry says was let go of.
    static Optional<String> lifted(Event.Administered act) {
        return item(act, LIFT_ROUTE, LIFTED);
    }

    private static Optional<String> item(Event.Administered act, String route, String words) {
        if (!act.route().equals(route) || !act.what().startsWith(words)) return Optional.empty();
        String item = act.what().substring(words.length());
        return item.matches("(key-)?[0-9a-f]{32}") ? Optional.of(item) : Optional.empty();
    }
}
