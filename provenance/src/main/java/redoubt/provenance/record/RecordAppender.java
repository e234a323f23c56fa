package redoubt.provenance.record;

import java.util.OptionalLong;

/// What may be added to the record: entries at its end, and nothing else. Any thread may append;
/// entries take their places in the order of the calls.
public interface RecordAppender {
    Bytes logId();

    /// Signs the event and gives it its place. It is not durable yet: see [Pending].
    ///
    /// @param refersTo an earlier entry, as the event's type says
    /// @throws RecordException when nothing can be appended; nothing that depends on it may go on
    Pending append(Event event, Actor actor, OptionalLong refersTo) throws RecordException;

    /// Appends and waits until it is durable: for whoever has nothing else to do meanwhile, because
    /// the thread is woken once and not twice.
    ///
    /// @throws RecordException when it could not be made durable
    default Pending commit(Event event, Actor actor, OptionalLong refersTo) throws RecordException {
        var pending = append(event, actor, refersTo);
        pending.awaitDurable();
        return pending;
    }

    /// Appends and waits until it is durable and a checkpoint covers it.
    default Appended appendDurably(Event event, Actor actor) throws RecordException {
        var pending = append(event, actor, OptionalLong.empty());
        pending.awaitCheckpoint();
        return pending.appended();
    }
}
