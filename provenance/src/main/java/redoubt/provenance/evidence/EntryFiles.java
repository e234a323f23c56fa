package redoubt.provenance.evidence;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import redoubt.provenance.record.StoredEntry;

/// The contents of `entries/N.cose` and `entries/N.json`. Stateless. Source: docs/audit-record.md
/// sections 11.3 and 11.4.
final class EntryFiles {
    static final int ENTRIES_MAX = 1_024;

    private EntryFiles() {}

    static byte[] cose(List<StoredEntry> entries) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        entries.forEach(entry -> out.writeBytes(entry.cose().toArray()));
        return out.toByteArray();
    }

    static byte[] json(List<StoredEntry> entries) {
        StringBuilder out = new StringBuilder();
        entries.forEach(entry -> out.append(EntryView.of(entry)));
        return out.toString().getBytes(StandardCharsets.US_ASCII);
    }
}
