package redoubt.provenance.record;

import java.util.List;
import java.util.Optional;

/// What {@link RecordVerifier} found in a whole record. Immutable, any thread.
///
/// @param size entries that were read and hold
public record RecordReport(Verdict verdict, List<Check> checks, long size, Optional<Bytes> logId) {
    public RecordReport {
        checks = List.copyOf(checks);
    }
}
