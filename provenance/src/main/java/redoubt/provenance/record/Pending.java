package redoubt.provenance.record;

/// An entry that is signed and has its place, but may not be on disk yet. Any thread may wait.
public interface Pending {
    Appended appended();

    /// Waits until this entry and all before it are durable.
    ///
    /// @throws RecordException when they could not be written; the record then accepts nothing more
    void awaitDurable() throws RecordException;

    /// Waits until this entry is durable and a published checkpoint covers it.
    ///
    /// @throws RecordException when that cannot be had; the record then accepts nothing more
    Checkpoint awaitCheckpoint() throws RecordException;
}
