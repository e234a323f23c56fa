package redoubt.provenance.evidence;

import java.util.List;
import java.util.Optional;
import redoubt.provenance.record.Check;
import redoubt.provenance.record.Disputed;
import redoubt.provenance.record.Verdict;
import redoubt.provenance.record.Witnessing;

/// What {@link PackageVerifier} found. Immutable, any thread.
///
/// @param checks in the order in which they were made; the last one is the first that is wrong
///   where the verdict does not hold
/// @param claim what the package is, where all of it holds
/// @param disputed what a revocation says of entries in it
public record PackageReport(
        Verdict verdict,
        List<Check> checks,
        Optional<Claim> claim,
        Witnessing witnessing,
        List<Disputed> disputed) {
    public PackageReport {
        checks = List.copyOf(checks);
        disputed = List.copyOf(disputed);
    }
}
