package redoubt.provenance.credentials;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import redoubt.foreign.c2pa.C2pa;

/// A site with an authority and an issuer, for tests. Close it at the end.
final class Site implements AutoCloseable {
    static final String MODEL_SHA256 = "ab".repeat(32);
    static final String LOG_ID = "01".repeat(32);
    static final String LEAF_HASH = "02".repeat(32);
    static final String PREVIOUS_HASH = "03".repeat(32);

    private final Path trust;
    private final SiteAuthority authority;
    private final CredentialIssuer issuer;

    private Site(Path trust, SiteAuthority authority, CredentialIssuer issuer) {
        this.trust = trust;
        this.authority = authority;
        this.issuer = issuer;
    }

    static Site in(Path folder) throws CredentialException {
        return in(folder, SiteAuthority.Lifetimes.STANDARD);
    }

    static Site in(Path folder, SiteAuthority.Lifetimes lifetimes) throws CredentialException {
        SiteAuthority authority =
                SiteAuthority.openOrCreate(
                        folder.resolve("keys"),
                        folder.resolve("trust"),
                        "Test Site",
                        InstantSource.system(),
                        lifetimes);
        return new Site(
                folder.resolve("trust"),
                authority,
                CredentialIssuer.open(library(), authority, "0.1.0"));
    }

    /// The folder of the native library, or the test is skipped.
    static Path library() {
        String folder = System.getProperty("redoubt.native", "");
        assumeTrue(
                !folder.isEmpty() && Files.exists(Path.of(folder, C2pa.LIBRARY)),
                "the C2PA library is not built: run native/build and pass -Dredoubt.native");
        return Path.of(folder);
    }

    static CredentialVerifier verifier() throws CredentialException {
        return CredentialVerifier.open(library());
    }

    static ManifestFacts facts(AnswerText text) {
        return new ManifestFacts(
                ManifestFacts.newUrn(),
                Instant.parse("2026-11-21T10:00:00Z"),
                new ModelFacts("tiny", MODEL_SHA256, "llama"),
                new AuditEntryClaim(
                        LOG_ID, 42, LEAF_HASH, PREVIOUS_HASH, "ML-DSA-65", text.sha256(), "req-1"));
    }

    Stamped stamp(Form form, String text) throws CredentialException {
        AnswerText answer = AnswerText.of(text);
        return issuer.stamp(form, answer, facts(answer));
    }

    CredentialVerdict verify(Stamped stamped) throws CredentialException {
        return verifier().verify(stamped.form(), stamped.bytes(), beside(stamped), anchors());
    }

    /// The manifest as a file of its own, where the form has one.
    static byte @org.jspecify.annotations.Nullable [] beside(Stamped stamped) {
        return stamped.form() == Form.DETACHED ? stamped.manifest() : null;
    }

    TrustAnchors anchors() throws CredentialException {
        return TrustAnchors.read(trust.resolve(SiteAuthority.ROOT_FILE));
    }

    Path trust() {
        return trust;
    }

    SiteAuthority authority() {
        return authority;
    }

    CredentialIssuer issuer() {
        return issuer;
    }

    @Override
    public void close() {
        issuer.close();
    }
}
