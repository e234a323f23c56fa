package redoubt.provenance.record;

/// An entry that is signed and has its place, but may not be on disk yet. Any thread may wait.
public interface Pending {
    Appended appended();

    /// Waits until this entry and all before it are durable.
    ///
    /// @return a signed checkpoint that covers this entry
    /// @throws RecordException when they could not be written; the record then accepts nothing more
    Checkpoint awaitDurable() throws RecordException;
}
