package redoubt.verifier;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import redoubt.provenance.credentials.CredentialException;
import redoubt.provenance.credentials.TrustAnchors;
import redoubt.provenance.evidence.EvidenceProgress;
import redoubt.provenance.evidence.PackageReport;
import redoubt.provenance.evidence.PackageVerifier;
import redoubt.provenance.record.RecordTrust;

/// Checks an evidence package with what a trust folder holds. One thread. Source:
/// docs/audit-record.md section 11.7.
final class PackageCheck {
    private PackageCheck() {}

    static Findings check(Path place, Path trustFolder, EvidenceProgress progress)
            throws IOException {
        RecordTrust trust = RecordTrust.read(trustFolder);
        PackageReport report;
        try (CredentialLibrary library = CredentialLibrary.open()) {
            report =
                    new PackageVerifier(trust, library.verifier(), anchors(trustFolder))
                            .verify(place, progress);
        }
        Findings findings = new Findings();
        report.checks().forEach(findings::add);
        report.claim().ifPresent(claim -> findings.fact("log", claim.logId().hex()));
        findings.witnessing(report.witnessing(), report.disputed());
        findings.atBest(report.verdict());
        return findings;
    }

    private static TrustAnchors anchors(Path trustFolder) throws IOException {
        Path root = trustFolder.resolve("credentials-root.pem");
        try {
            return Files.exists(root) ? TrustAnchors.read(root) : TrustAnchors.none();
        } catch (CredentialException unusable) {
            throw new IOException(unusable.getMessage(), unusable);
        }
    }
}
