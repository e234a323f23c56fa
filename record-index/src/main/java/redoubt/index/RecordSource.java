package redoubt.index;

import java.nio.file.Path;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.EntryReader;
import redoubt.provenance.record.RecordException;
import redoubt.provenance.record.RecordReader;
import redoubt.provenance.record.StoredEntry;

/// The record that is indexed: a running one. Any thread.
///
/// @param folder of its segments
public record RecordSource(RecordReader record, Path folder) {
    Bytes logId() {
        return record.logId();
    }

    /// How many entries are durable.
    long size() {
        return record.size();
    }

    /// An entry as the record's tree has it.
    StoredEntry stored(long sequence) throws RecordException {
        return record.stored(sequence);
    }

    EntryReader reader(long from) throws RecordException {
        return EntryReader.open(folder, from);
    }
}
