package redoubt.appliance.conversations;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.identity.Database;
import redoubt.appliance.record.Ledger;
import redoubt.provenance.record.Actor;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.RecordException;

/// Erases conversations, responses, and single answers with their questions, all alike: whole,
/// whatever ends the process meanwhile. First a row says that an erasure has begun. Then all of it
/// is recorded. Only then content and keys are removed, and at last the row. A start that finds a
/// row asks the record: an erasure of which anything was recorded is brought to its end, one of
/// which nothing was recorded has not happened.
///
/// What later questions of a conversation keep of an earlier one (for a replay, the messages that
/// the engine was given) goes with it, and so does a title that was made of it.
///
/// The conversation must be [Occupied] by the erasure. Any thread.
public final class Erasures {
    private final Items items;
    private final Database database;
    private final Ledger ledger;
    private final Forgetting forgetting;

    /// What else is to forget a person's texts.
    public interface Forgetting {
        void forget(String owner) throws IOException;
    }

    private record Begun(String conversation, long from) {}

    private record Part(String item, String what, OptionalLong refersTo) {
        Event.Erased event(String why) {
            return new Event.Erased(item, what + why);
        }
    }

    /// @param forgetting drops what engines computed of a person's texts
    public Erasures(Items items, Database database, Ledger ledger, Forgetting forgetting) {
        this.forgetting = forgetting;
        this.items = items;
        this.database = database;
        this.ledger = ledger;
    }

    /// @param conversation identifier of a conversation or response, or of an answer that belongs
    ///   to no response
    /// @throws RecordException when it cannot be recorded; then only what could be is erased
    public void erase(String conversation, Actor by) throws IOException {
        erase(conversation, by, "");
    }

    /// @param why what the entries say behind the kind of item; empty where somebody wants it
    void erase(String conversation, Actor by, String why) throws IOException {
        if (held(conversation))
            throw RefusedException.conflict(
                    "legal_hold",
                    "This, or a part of it, is under a legal hold, so nothing was erased. Compliance can lift the hold.");
        database.durably(
                "MERGE INTO erasures(conversation, from_entry) KEY(conversation) VALUES (?, ?)",
                conversation,
                ledger.size());
        List<Part> recorded = new ArrayList<>();
        try {
            for (Part part : parts(conversation)) {
                ledger.note(part.event(why), by, part.refersTo());
                recorded.add(part);
            }
        } catch (RecordException closed) {
            // What it says is erased must be, also when it was closed in between.
            remove(conversation, recorded);
            throw closed;
        }
        remove(conversation, recorded);
    }

    /// Whether an item, what it belongs to, a part of it or its owner is under a legal hold.
    boolean held(String item) {
        return database.one(
                        """
                        SELECT item FROM holds WHERE item = ?
                          OR item IN (SELECT id FROM items WHERE conversation = ?)
                          OR item IN (SELECT owner FROM items WHERE id = ?)
                          OR item IN (SELECT conversation FROM items WHERE id = ?)
                        """,
                        _ -> true,
                        item,
                        item,
                        item,
                        item)
                .isPresent();
    }

    /// Whether somebody, or anything of theirs, is under a legal hold.
    public boolean heldOf(String owner) {
        return database.one(
                        "SELECT item FROM holds WHERE item = ? OR item IN (SELECT id FROM items WHERE owner = ?)",
                        _ -> true,
                        owner,
                        owner)
                .isPresent();
    }

    /// Ends what was begun; at the start, when all items are indexed.
    public void settle() throws IOException {
        for (Begun begun : begun()) {
            List<Part> parts = parts(begun.conversation());
            Set<String> recorded = ledger.erasedSince(begun.from());
            List<Part> unrecorded = new ArrayList<>();
            for (Part part : parts) if (!recorded.contains(part.item())) unrecorded.add(part);
            if (!parts.isEmpty() && unrecorded.size() == parts.size()) forget(begun.conversation());
            else {
                for (Part part : unrecorded)
                    ledger.note(part.event(""), Actor.SYSTEM, part.refersTo());
                remove(begun.conversation(), parts);
            }
        }
    }

    /// The conversation itself comes last: while it is there, the rest can be found.
    private List<Part> parts(String conversation) throws IOException {
        List<Part> parts = new ArrayList<>();
        Optional<Item.Answer> single = items.answer(conversation);
        if (single.isPresent()) {
            items.read(single.get().question())
                    .ifPresent(asked -> parts.add(part(asked, "question", OptionalLong.empty())));
            long output = single.get().entry().output();
            parts.add(part(single.get(), "answer", OptionalLong.of(output)));
            return parts;
        }
        // A request that got no answer.
        items.read(conversation)
                .filter(Item.Question.class::isInstance)
                .ifPresent(asked -> parts.add(part(asked, "question", OptionalLong.empty())));
        for (Item turn : items.turnsOf(conversation))
            parts.add(
                    switch (turn) {
                        case Item.Answer answer ->
                                part(answer, "answer", OptionalLong.of(answer.entry().output()));
                        case Item.Question question ->
                                part(question, "question", OptionalLong.empty());
                        case Item.Conversation other ->
                                part(other, "conversation", OptionalLong.empty());
                        case Item.Response other -> part(other, "response", OptionalLong.empty());
                    });
        items.conversation(conversation)
                .ifPresent(whole -> parts.add(part(whole, "conversation", OptionalLong.empty())));
        items.response(conversation)
                .ifPresent(whole -> parts.add(part(whole, "response", OptionalLong.empty())));
        return parts;
    }

    private static Part part(Item item, String what, OptionalLong refersTo) {
        return new Part(item.id(), what, refersTo);
    }

    private void remove(String conversation, List<Part> parts) throws IOException {
        // First, because the conversation, or the response, says whose it is.
        Optional<Item> whole = items.read(conversation);
        if (whole.isPresent()) forgetting.forget(whole.get().owner());
        if (whole.isPresent() && whole.get() instanceof Item.Answer answer) unsay(answer);
        for (Part part : parts) items.erase(part.item());
        forget(conversation);
    }

    /// Before the question itself goes, because it says what is to be looked for.
    private void unsay(Item.Answer answer) throws IOException {
        String conversation = answer.conversation();
        Optional<Item> asked = items.read(answer.question());
        if (conversation == null || !(asked.orElse(null) instanceof Item.Question question)) return;
        for (Item turn : items.turnsOf(conversation))
            if (turn instanceof Item.Question later
                    && !later.id().equals(question.id())
                    && later.asked() != null) items.rewrite(later.withoutAsked());
        Optional<Item.Conversation> whole = items.conversation(conversation);
        if (whole.isPresent() && whole.get().title().equals(Title.of(question.text())))
            items.rewrite(whole.get().withTitle("", whole.get().updatedAt()));
    }

    private void forget(String conversation) {
        database.durably("DELETE FROM erasures WHERE conversation = ?", conversation);
    }

    private List<Begun> begun() {
        return database.all(
                "SELECT * FROM erasures",
                row -> new Begun(row.getString("conversation"), row.getLong("from_entry")));
    }
}
