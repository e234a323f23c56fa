package redoubt.provenance.credentials;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.InstantSource;

/// The site's own C2PA certificate authority and the leaf key that signs credentials.
public final class SiteAuthority {
    private SiteAuthority() {}

    /// Opens the authority in `keys`, or makes it there (files 0600) and publishes its certificate
    /// as `trust/credentials-root.pem`.
    public static SiteAuthority openOrCreate(
            Path keys, Path trust, String siteName, InstantSource clock)
            throws CredentialException {
        return Hex.pending();
    }

    public X509Certificate root() {
        return Hex.pending();
    }
}
