package redoubt.provenance.record;

import java.util.List;
import java.util.OptionalLong;

/// The durable entries of the open record. Any thread.
public interface RecordReader extends RecordHead {
    /// A durable entry, as it stands on disk.
    default Entry entry(long sequence) throws RecordException {
        return stored(sequence).entry();
    }

    /// The same with its bytes, which are those of the record's tree.
    StoredEntry stored(long sequence) throws RecordException;

    /// Sequence of the EPOCH_OPENED of the epoch that signs now.
    long epochOpened();

    /// How often the clock was found to jump.
    ClockJumps clockJumps();

    /// CLOCK_JUMPED entries.
    ///
    /// @param last sequence of the last one; empty where there is none
    record ClockJumps(long count, OptionalLong last) {}

    /// Sequences of the SEAL entries of an OUTPUT, first one first, that are durable and under a
    /// checkpoint.
    List<Long> sealsOf(long outputSequence);

    /// The record as it stands under its last checkpoint, to take entries out of it.
    RecordExcerpt excerpt();
}
