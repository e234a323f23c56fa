package redoubt.appliance.record;

import java.util.OptionalLong;
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

    /// Whether there is such an entry at this place or behind it.
    boolean holds(Event event, long from) throws RecordException;
}
