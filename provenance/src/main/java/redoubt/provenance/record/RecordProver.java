package redoubt.provenance.record;

import java.util.List;

/// What the open record shows to those who do not believe it. Any thread. Source:
/// docs/audit-record.md section 8; RFC 6962 section 2.1.
public interface RecordProver extends RecordHead {
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
    default byte[] consistencyFile(long from) throws RecordException {
        return consistencyFile(from, checkpoint());
    }

    /// The same, to an earlier checkpoint that is kept, such as one that witnesses saw.
    ///
    /// @param to a checkpoint of this record
    byte[] consistencyFile(long from, Checkpoint to) throws RecordException;

    /// The root of the tree of the first `size` entries, all durable.
    Bytes root(long size);

    /// How many entries the record root has countersigned, 0 for none.
    long countersignedSize();
}
