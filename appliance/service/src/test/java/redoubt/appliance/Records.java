package redoubt.appliance;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import redoubt.provenance.record.AuditRecord;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Entry;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.RecordSettings;

/// The record of an appliance that was stopped, for tests.
final class Records {
    private Records() {}

    /// All events, in order.
    static List<Event> events(Path home) throws Exception {
        return entries(home).stream().map(Entry::event).toList();
    }

    static List<Entry> entries(Path home) throws Exception {
        var settings =
                new RecordSettings(
                        home.resolve("record"),
                        home.resolve("keys"),
                        home.resolve("trust"),
                        "test",
                        "test",
                        Bytes.of(new byte[32]),
                        InstantSource.system());
        try (AuditRecord record = AuditRecord.open(settings)) {
            List<Entry> all = new ArrayList<>();
            for (long sequence = 0; sequence < record.size(); sequence++)
                all.add(record.entry(sequence));
            return all;
        }
    }
}
