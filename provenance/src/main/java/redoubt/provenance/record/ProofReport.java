package redoubt.provenance.record;

import java.util.List;
import java.util.Optional;

/// What {@link ProofVerifier} found. Immutable, any thread.
///
/// @param checks in the order in which they were made; the last one is the first that is wrong
///   where the verdict does not hold
/// @param logId of the proof; empty where even that could not be read
/// @param entries those that were asked for, all proven; empty where the verdict does not hold
/// @param witnessing how far the checker's witnesses vouch
/// @param disputed entries of a revoked key that no quorum covers
public record ProofReport(
        Verdict verdict,
        List<Check> checks,
        Optional<Bytes> logId,
        List<ProvenEntry> entries,
        Witnessing witnessing,
        List<Disputed> disputed) {
    public ProofReport {
        checks = List.copyOf(checks);
        entries = List.copyOf(entries);
        disputed = List.copyOf(disputed);
    }

    /// Entries before this sequence are covered by a quorum of the checker's witnesses.
    public long witnessedTo() {
        return witnessing.to();
    }
}
