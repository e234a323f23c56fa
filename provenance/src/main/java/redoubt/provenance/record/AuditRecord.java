package redoubt.provenance.record;

import java.util.List;
import java.util.OptionalLong;

/// The open record of one appliance: the only way to append. Any thread may append; entries take
/// their places in the order of the calls.
public interface AuditRecord extends AutoCloseable {
    /// Opens the record, or makes a new one with its root, and starts a new epoch.
    ///
    /// @throws RecordException when the record is not what was written, or cannot be written: the
    ///   appliance must not answer
    static AuditRecord open(RecordSettings settings) throws RecordException {
        return RecordOpening.open(settings);
    }

    /// Signs the event and gives it its place. It is not durable yet: see [Pending].
    ///
    /// @param refersTo an earlier entry, as the event's type says
    /// @throws RecordException when nothing can be appended; nothing that depends on it may go on
    Pending append(Event event, Actor actor, OptionalLong refersTo) throws RecordException;

    /// Appends and waits until it is durable and a checkpoint covers it.
    default Appended appendDurably(Event event, Actor actor) throws RecordException {
        var pending = append(event, actor, OptionalLong.empty());
        pending.awaitCheckpoint();
        return pending.appended();
    }

    Bytes logId();

    /// How many entries are durable.
    long size();

    /// Bytes of all segments.
    long bytesOnDisk();

    long epoch();

    Recovery recovery();

    /// The SEAL entries of an OUTPUT, first one first, that are durable and under a checkpoint.
    List<Appended> sealsOf(long outputSequence);

    /// A durable entry, as it stands on disk.
    default Entry entry(long sequence) throws RecordException {
        return stored(sequence).entry();
    }

    /// The same with its bytes, which are those of the record's tree.
    StoredEntry stored(long sequence) throws RecordException;

    /// A self-contained file with which a stranger checks these entries: docs/audit-record.md
    /// section 8.
    byte[] proof(long... sequences) throws RecordException;

    /// What shows that the tree of `size` entries only adds to the tree of `from`, lowest hash
    /// first (RFC 6962 section 2.1.2). Nothing is needed from 0, or where both are the same.
    List<Bytes> consistency(long from, long size);

    /// A self-contained file that leads from a checkpoint of `from` entries, which somebody kept,
    /// to the last one: docs/audit-record.md section 8.1.
    ///
    /// @param from at least 1 and not beyond the last checkpoint
    byte[] consistencyFile(long from) throws RecordException;

    /// The root of the tree of the first `size` entries, all durable.
    Bytes root(long size);

    /// How many entries the record root has countersigned, 0 for none.
    long countersignedSize();

    /// The last signed checkpoint.
    Checkpoint checkpoint();

    /// The record as it stands under its last checkpoint, to take entries out of it.
    RecordExcerpt excerpt();

    /// Appends STOPPED, closes the epoch and the files.
    @Override
    void close() throws RecordException;
}
