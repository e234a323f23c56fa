package redoubt.provenance.record;

/// How far the open record has come. Any thread.
public interface RecordHead {
    Bytes logId();

    /// How many entries are durable.
    long size();

    /// Bytes of all segments.
    long bytesOnDisk();

    /// Whose key signs now.
    long epoch();

    /// The last signed checkpoint.
    Checkpoint checkpoint();
}
