package redoubt.provenance.record;

import java.util.List;
import java.util.Optional;

/// What {@link RecordVerifier} found in a whole record. Immutable, any thread.
///
/// @param size entries that were read and hold
/// @param witnessing how far the checker's witnesses vouch
/// @param disputed entries of a revoked key that no quorum covers
public record RecordReport(
        Verdict verdict,
        List<Check> checks,
        long size,
        Optional<Bytes> logId,
        Witnessing witnessing,
        List<Disputed> disputed) {
    public RecordReport {
        checks = List.copyOf(checks);
        disputed = List.copyOf(disputed);
    }

    /// Entries before this sequence are covered by a quorum of the checker's witnesses.
    public long witnessedTo() {
        return witnessing.to();
    }
}
