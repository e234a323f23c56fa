package redoubt.provenance.record;

/// The open record of one appliance, whole: whoever has it may end it. Who only appends, reads or
/// proves is given no more than that. Any thread.
public interface AuditRecord extends RecordAppender, RecordReader, RecordProver, AutoCloseable {
    /// Opens the record, or makes a new one with its root, and starts a new epoch.
    ///
    /// @throws RecordException when the record is not what was written, or cannot be written: the
    ///   appliance must not answer
    static AuditRecord open(RecordSettings settings) throws RecordException {
        return RecordOpening.open(settings);
    }

    @Override
    Bytes logId();

    /// What the opening found and mended.
    Recovery recovery();

    /// Appends STOPPED, closes the epoch and the files.
    @Override
    void close() throws RecordException;
}
