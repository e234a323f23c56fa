package redoubt.appliance.conversations;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import redoubt.appliance.conversations.Items.Placed;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.identity.Database;
import redoubt.appliance.identity.Holds;
import redoubt.appliance.record.Ledger;
import redoubt.provenance.record.Actor;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.RecordException;

/// The one way in which content goes: conversations, responses, single answers with their
/// questions, and, by [PersonErasures], all that somebody has. Whoever wants it (whose it is, an
/// officer, a rule of retention), it is erased only
/// - while nothing is written beside it ([Occupied]), and as the only erasure ([Holds#still]);
/// - if nothing that it would change is under a legal hold: a part that is held holds the whole;
/// - whole, whatever ends the process: first a row says that an erasure has begun, then all of it
///   is recorded, then streams and engines forget it, then content and keys are removed, at last
///   the row. A start that finds a row asks the record: an erasure of which anything was recorded
///   is brought to its end, one of which nothing was recorded has not happened.
///
/// What later questions of a conversation keep of an earlier one (for a replay, the messages that
/// the engine was given) goes with it, and so does a title that was made of it. Any thread. Source:
/// ARCHITECTURE.md, what erases.
public final class Erasures {
    private final Items items;
    private final Database database;
    private final Ledger ledger;
    private final Holds holds;
    private final Forgetting forgetting;

    /// What else is to forget a person's texts.
    public interface Forgetting {
        /// @param items that are erased, and what they belonged to
        void forget(String owner, Set<String> items) throws IOException;
    }

    /// What became of it.
    public enum Outcome {
        ERASED,
        /// It, or something that belongs together with it, is under a legal hold.
        HELD,
        /// An answer is being written beside it.
        OCCUPIED
    }

    private record Begun(String item, long from) {}

    /// @param refersTo the entry that committed to it, where known
    record Part(String item, String what, OptionalLong refersTo) {
        Event.Erased event(String why) {
            return new Event.Erased(item, what + why);
        }
    }

    /// What is erased together.
    ///
    /// @param whole the conversation or response, or the item itself where there is none
    /// @param together with a hold on any of which nothing is erased: all of the conversation, and
    ///   whose it is
    /// @param parts what goes; the one that was named last, because while it is there the rest can
    ///   be found
    private record Unit(String whole, String owner, Set<String> together, List<Placed> parts) {
        static final Unit NOTHING = new Unit("", "", Set.of(), List.of());
    }

    /// @param forgetting drops streams, and what engines computed of a person's texts
    public Erasures(
            Items items, Database database, Ledger ledger, Holds holds, Forgetting forgetting) {
        this.items = items;
        this.database = database;
        this.ledger = ledger;
        this.holds = holds;
        this.forgetting = forgetting;
    }

    /// @param item identifier of a conversation or response, or of an answer
    /// @throws RefusedException when it is held, or an answer is being written beside it
    /// @throws RecordException when it cannot be recorded; then only what could be is erased
    public void erase(String item, Actor by) throws IOException {
        switch (erase(item, by, "")) {
            case ERASED -> {}
            case HELD ->
                    throw RefusedException.conflict(
                            "legal_hold",
                            "This, or something that belongs together with it, is under a legal hold, so nothing was erased. Compliance can lift the hold.");
            case OCCUPIED ->
                    throw RefusedException.conflict(
                            "answer_running",
                            "An answer is still being written beside this, so nothing was erased. Stop it or wait for its end, then erase again.");
        }
    }

    /// @param why what the entries say behind the kind of item; empty where somebody wants it
    public Outcome erase(String item, Actor by, String why) throws IOException {
        return alone(
                item,
                unit -> {
                    database.durably(
                            "MERGE INTO erasures(conversation, from_entry) KEY(conversation) VALUES (?, ?)",
                            named(unit),
                            ledger.size());
                    List<Placed> recorded = new ArrayList<>();
                    try {
                        for (Placed placed : unit.parts()) {
                            Part part = part(placed);
                            ledger.note(part.event(why), by, part.refersTo());
                            recorded.add(placed);
                        }
                    } catch (RecordException closed) {
                        // What it says is erased must be, also when it was closed in between.
                        remove(unit, recorded);
                        throw closed;
                    }
                    remove(unit, recorded);
                });
    }

    /// Removes a response whose making was refused before anything of it was in the record, so that
    /// nothing is to be said there; one that got further is erased like any other.
    public Outcome discard(String response, Actor by) throws IOException {
        return holds.still(() -> {
            if (items.around(response).size() > 1) return erase(response, by, "");
            return alone(response, unit -> remove(unit.parts()));
        });
    }

    private interface Removal {
        void of(Unit unit) throws IOException;
    }

    private Outcome alone(String item, Removal removal) throws IOException {
        Unit first = unit(item);
        if (first.parts().isEmpty()) return Outcome.ERASED;
        if (!items.occupied().beginErasure(first.whole())) return Outcome.OCCUPIED;
        try {
            return holds.still(() -> {
                // Again: something may have been answered, or erased, until now.
                Unit unit = unit(item);
                if (holds.onAny(unit.together())) return Outcome.HELD;
                if (!unit.parts().isEmpty()) removal.of(unit);
                return Outcome.ERASED;
            });
        } finally {
            items.occupied().endErasure(first.whole());
        }
    }

    private Unit unit(String item) {
        List<Placed> around = items.around(item);
        Optional<Placed> named =
                around.stream().filter(placed -> placed.id().equals(item)).findFirst();
        if (named.isEmpty()) return Unit.NOTHING;
        String whole = named.get().whole();
        Set<String> together = new HashSet<>();
        around.forEach(placed -> together.add(placed.id()));
        together.add(named.get().owner());
        together.add(whole);
        // An answer of a response goes with it, because it repeats it.
        boolean all =
                isWhole(named.get())
                        || around.stream().anyMatch(placed -> placed.kind().equals("response"));
        List<Placed> parts =
                new ArrayList<>(
                        all
                                ? around
                                : around.stream()
                                        .filter(placed -> isOf(placed, named.get()))
                                        .toList());
        if (!all && parts.remove(named.get())) parts.add(named.get());
        return new Unit(whole, named.get().owner(), together, parts);
    }

    private static boolean isWhole(Placed placed) {
        return placed.kind().equals("conversation") || placed.kind().equals("response");
    }

    /// A question and its answers.
    private static boolean isOf(Placed other, Placed named) {
        return other.id().equals(named.id())
                || other.id().equals(named.question())
                || other.question().equals(named.id());
    }

    private static String named(Unit unit) {
        return unit.parts().getLast().id();
    }

    /// Ends what was begun; at the start, when all items are indexed and nobody else is there.
    public void settle() throws IOException {
        for (Begun begun : begun()) {
            Unit unit = unit(begun.item());
            Set<String> recorded = ledger.erasedSince(begun.from());
            boolean none =
                    unit.parts().stream().noneMatch(placed -> recorded.contains(placed.id()));
            if (none) forget(begun.item());
            else {
                record(unit.parts().stream().map(this::part).toList(), begun.from(), Actor.SYSTEM);
                remove(unit, unit.parts());
            }
        }
    }

    /// Records what was not recorded yet, all of it before anything is removed.
    void record(List<Part> parts, long from, Actor by) throws RecordException {
        Set<String> recorded = ledger.erasedSince(from);
        List<Ledger.Noted> missing = new ArrayList<>();
        for (Part part : parts)
            if (!recorded.contains(part.item()))
                missing.add(new Ledger.Noted(part.event(""), part.refersTo()));
        ledger.noteAll(missing, by);
    }

    Part part(Placed item) {
        return new Part(item.id(), item.kind(), output(item));
    }

    private OptionalLong output(Placed item) {
        if (!item.kind().equals("answer")) return OptionalLong.empty();
        try {
            Optional<Item.Answer> answer = items.answer(item.id());
            return answer.isPresent()
                    ? OptionalLong.of(answer.get().entry().output())
                    : OptionalLong.empty();
        } catch (IOException damaged) {
            // What cannot be read must be erased all the same.
            return OptionalLong.empty();
        }
    }

    /// What was recorded goes.
    void remove(List<Placed> recorded) throws IOException {
        for (Placed item : recorded) items.erase(item.id());
    }

    private void remove(Unit unit, List<Placed> recorded) throws IOException {
        Set<String> gone = new LinkedHashSet<>();
        recorded.forEach(item -> gone.add(item.id()));
        gone.add(unit.whole());
        if (!recorded.isEmpty()) {
            forgetting.forget(unit.owner(), gone);
            // Before the questions go, because they say what is to be looked for.
            if (!unit.whole().equals(named(unit))) unsay(unit);
        }
        remove(recorded);
        if (!unit.parts().isEmpty()) forget(named(unit));
    }

    private void unsay(Unit unit) throws IOException {
        Set<String> titles = new HashSet<>();
        boolean unknown = false;
        for (Placed part : unit.parts())
            if (part.kind().equals("question")) {
                Optional<Item> question = Unsaid.readable(items, part.id());
                if (question.orElse(null) instanceof Item.Question asked)
                    titles.add(Title.of(asked.text()));
                else unknown = true;
            }
        Unsaid.of(items, unit.whole(), titles, unknown);
    }

    private void forget(String item) {
        database.durably("DELETE FROM erasures WHERE conversation = ?", item);
    }

    private List<Begun> begun() {
        return database.all(
                "SELECT * FROM erasures",
                row -> new Begun(row.getString("conversation"), row.getLong("from_entry")));
    }
}
