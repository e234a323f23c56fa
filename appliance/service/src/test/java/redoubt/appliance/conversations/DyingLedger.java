package redoubt.appliance.conversations;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import redoubt.appliance.record.Ledger;
import redoubt.provenance.record.Actor;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.RecordException;

/// A record in memory, under which the process ends, or which closes, once it has taken so many
/// entries.
final class DyingLedger implements Ledger {
    /// The process ends here.
    static final class Killed extends Error {
        private static final long serialVersionUID = 1L;
    }

    record Entry(Event event, Actor actor) {}

    final List<Entry> noted = new ArrayList<>();
    int entriesLeft;
    boolean closes;
    // Whether the entry is there when the process ends.
    boolean notesFirst;

    DyingLedger(int entriesLeft) {
        this.entriesLeft = entriesLeft;
    }

    @Override
    public long size() {
        return noted.size();
    }

    @Override
    public void note(Event event, Actor actor, OptionalLong refersTo) throws RecordException {
        if (entriesLeft-- == 0) {
            if (closes) throw new RecordException(RecordException.Reason.FULL, "It is full.");
            if (notesFirst) noted.add(new Entry(event, actor));
            throw new Killed();
        }
        noted.add(new Entry(event, actor));
    }

    @Override
    public boolean holds(Event event, long from) {
        return noted.stream().skip(from).anyMatch(entry -> entry.event().equals(event));
    }

    @Override
    public Set<String> erasedSince(long from) {
        return noted.stream()
                .skip(from)
                .map(Entry::event)
                .filter(Event.Erased.class::isInstance)
                .map(event -> ((Event.Erased) event).item())
                .collect(Collectors.toSet());
    }
}
