package redoubt.appliance;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import redoubt.provenance.record.AuditRecord;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Entry;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.RecordException;
import redoubt.provenance.record.RecordSettings;

/// Records for tests: one by itself, and that of an appliance that was stopped.
public final class Records {
    private Records() {}

    /// Opens the record of this home, or makes one.
    public static AuditRecord open(Path home) throws RecordException {
        return AuditRecord.open(
                RecordSettings.in(
                        home, "Test site", "test", Bytes.of(new byte[32]), InstantSource.system()));
    }

    /// All events, in order.
    static List<Event> events(Path home) throws Exception {
        return entries(home).stream().map(Entry::event).toList();
    }

    static List<Entry> entries(Path home) throws Exception {
        try (AuditRecord record = open(home)) {
            List<Entry> all = new ArrayList<>();
            for (long sequence = 0; sequence < record.size(); sequence++)
                all.add(record.entry(sequence));
            return all;
        }
    }
}
