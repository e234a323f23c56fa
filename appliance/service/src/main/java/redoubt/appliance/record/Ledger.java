package redoubt.appliance.record;

import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import redoubt.provenance.record.Actor;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.RecordException;

/// What those need of the record who must do exactly what is recorded, whatever ends the process
/// between the two. Any thread.
public interface Ledger {
    /// How many entries there are.
    long size();

    /// Appends, and returns when it is durable.
    void note(Event event, Actor actor, OptionalLong refersTo) throws RecordException;

    default void note(Event event, Actor actor) throws RecordException {
        note(event, actor, OptionalLong.empty());
    }

    /// Appends, and returns when the checkpoint in the record's folder covers it too.
    default void noteUnderCheckpoint(Event event, Actor actor) throws RecordException {
        note(event, actor);
    }

    /// Appends all of them for one actor, and returns when all are durable. One that fails may
    /// leave some of them behind.
    default void noteAll(List<Noted> all, Actor actor) throws RecordException {
        for (Noted one : all) note(one.event(), actor, one.refersTo());
    }

    /// An entry to be.
    record Noted(Event event, OptionalLong refersTo) {}

    /// Whether there is such an entry at this place or behind it.
    boolean holds(Event event, long from) throws RecordException;

    /// What was erased at this place or behind it: the items that ERASED entries name.
    Set<String> erasedSince(long from) throws RecordException;
}
