package redoubt.provenance.record;

import java.util.List;
import redoubt.provenance.anchor.AnchorFile;

/// A record as it stands under one checkpoint: entries and proofs for that checkpoint, one after
/// the other, however long the record has become meanwhile. Thread safe; holds nothing but the
/// checkpoint. Source: docs/audit-record.md section 11.
public interface RecordExcerpt {
    Checkpoint checkpoint();

    /// GENESIS, and every EPOCH_OPENED and EPOCH_REVOKED under the checkpoint, ascending.
    List<Long> keyEntries() throws RecordException;

    /// @throws IllegalArgumentException when the entry is not under the checkpoint
    StoredEntry entry(long sequence) throws RecordException;

    /// The hashes beside the way from the entry to the checkpoint's root, lowest first.
    List<Bytes> inclusion(long sequence);

    /// What shows that the tree of the checkpoint only adds to the one of `size`.
    List<Bytes> consistency(long size);

    /// The root of the tree when it had `size` leaves.
    Bytes root(long size);

    /// Outside anchors of sizes up to this checkpoint's, smallest first. They are not checked.
    List<AnchorFile> anchors() throws RecordException;

    /// Checkpoints of this tree, under this one, that were given to witnesses, smallest first. What
    /// cannot be read is left out.
    List<Checkpoint> witnessed() throws RecordException;

    /// Of those the newest that each witness countersigned, smallest first.
    ///
    /// @param over only those of more entries
    List<Checkpoint> newestOfEachWitness(long over, int most) throws RecordException;
}
