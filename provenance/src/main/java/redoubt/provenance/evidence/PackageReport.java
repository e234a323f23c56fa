package redoubt.provenance.evidence;

import java.util.List;
import java.util.Optional;
import redoubt.provenance.record.Check;
import redoubt.provenance.record.Verdict;

/// What {@link PackageVerifier} found. Immutable, any thread.
///
/// @param checks in the order in which they were made; the last one is the first that is wrong
///   where the verdict does not hold
/// @param claim what the package is, where all of it holds
public record PackageReport(Verdict verdict, List<Check> checks, Optional<Claim> claim) {
    public PackageReport {
        checks = List.copyOf(checks);
    }
}
