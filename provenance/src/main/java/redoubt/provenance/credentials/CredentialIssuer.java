package redoubt.provenance.credentials;

import java.nio.file.Path;

/// Stamps answers with Content Credentials. Thread safe.
public final class CredentialIssuer implements AutoCloseable {
    private CredentialIssuer() {}

    /// Opens the library in `nativeDir`.
    ///
    /// @param version of Redoubt, named in every manifest
    public static CredentialIssuer open(Path nativeDir, SiteAuthority authority, String version)
            throws CredentialException {
        return Hex.pending();
    }

    public Stamped stamp(Form form, AnswerText text, ManifestFacts facts)
            throws CredentialException {
        return Hex.pending();
    }

    @Override
    public void close() {}
}
