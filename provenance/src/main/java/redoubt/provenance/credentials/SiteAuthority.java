package redoubt.provenance.credentials;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/// The site's own C2PA certificate authority, and the key under it that signs credentials.
///
/// Both are made at installation. The signing key is replaced every thirty days; its certificate
/// lives two years longer, because an appliance without a network has no time-stamp authority and a
/// certificate must still be in date when an answer is checked. Owns two files in `keys/` (mode
/// 0600) and `trust/credentials-root.pem`. Thread safe. Source: C2PA 2.4 section 14.5;
/// docs/content-credentials.md section 6.
public final class SiteAuthority {
    /// The public certificate that a site hands out.
    public static final String ROOT_FILE = "credentials-root.pem";

    static final String AUTHORITY_FILE = "credentials-authority.pem";
    static final String SIGNER_FILE = "credentials-signer.pem";

    /// How long keys are used and how long certificates are good for.
    record Lifetimes(Duration root, Duration signer, Duration signerInUse) {
        static final Lifetimes STANDARD =
                new Lifetimes(Duration.ofDays(7305), Duration.ofDays(760), Duration.ofDays(30));
    }

    private final Path signerFile;
    private final String siteName;
    private final InstantSource clock;
    private final Lifetimes lifetimes;
    private final KeyFile authority;
    private volatile KeyFile signer;

    private SiteAuthority(
            Path signerFile,
            String siteName,
            InstantSource clock,
            Lifetimes lifetimes,
            KeyFile authority)
            throws CredentialException {
        this.signerFile = signerFile;
        this.siteName = siteName;
        this.clock = clock;
        this.lifetimes = lifetimes;
        this.authority = authority;
        this.signer = readOrMakeSigner();
    }

    /// Opens the authority in `keys`, or makes it there, and sees that its certificate is published
    /// in `trust`.
    ///
    /// @throws CredentialException when a file cannot be used, when the published certificate is
    ///   another one, or when the clock is outside the authority's life
    public static SiteAuthority openOrCreate(
            Path keys, Path trust, String siteName, InstantSource clock)
            throws CredentialException {
        return openOrCreate(keys, trust, siteName, clock, Lifetimes.STANDARD);
    }

    static SiteAuthority openOrCreate(
            Path keys, Path trust, String siteName, InstantSource clock, Lifetimes lifetimes)
            throws CredentialException {
        Path file = keys.resolve(AUTHORITY_FILE);
        KeyFile authority;
        if (Files.exists(file)) {
            authority = KeyFile.read(file);
        } else {
            authority = newAuthority(siteName, clock.instant(), lifetimes);
            authority.write(file);
        }
        requireInDate(authority.certificate(), clock.instant());
        publish(authority.certificate(), trust.resolve(ROOT_FILE));
        return new SiteAuthority(keys.resolve(SIGNER_FILE), siteName, clock, lifetimes, authority);
    }

    /// The certificate by which a stranger recognises this site.
    public X509Certificate root() {
        return authority.certificate();
    }

    /// The key to sign with now; a new one when the present one has been used long enough.
    KeyFile signer() throws CredentialException {
        KeyFile current = signer;
        if (isUsable(current.certificate(), clock.instant())) {
            return current;
        }
        synchronized (this) {
            if (!isUsable(signer.certificate(), clock.instant())) {
                requireInDate(authority.certificate(), clock.instant());
                signer = makeSigner();
            }
            return signer;
        }
    }

    private KeyFile readOrMakeSigner() throws CredentialException {
        if (Files.exists(signerFile)) {
            KeyFile found = KeyFile.read(signerFile);
            if (isUsable(found.certificate(), clock.instant()) && isOurs(found.certificate())) {
                return found;
            }
        }
        return makeSigner();
    }

    private KeyFile makeSigner() throws CredentialException {
        try {
            KeyFile made =
                    CertificateMaker.signer(
                            authority, siteName, clock.instant(), lifetimes.signer());
            made.write(signerFile);
            return made;
        } catch (GeneralSecurityException | IOException e) {
            throw new CredentialException("No signing certificate could be made.", e);
        }
    }

    private static KeyFile newAuthority(String siteName, Instant now, Lifetimes lifetimes)
            throws CredentialException {
        try {
            return CertificateMaker.authority(siteName, now, lifetimes.root());
        } catch (GeneralSecurityException | IOException e) {
            throw new CredentialException("The site's credential authority could not be made.", e);
        }
    }

    private boolean isOurs(X509Certificate certificate) {
        try {
            certificate.verify(authority.certificate().getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false; // made under an authority that has been replaced since
        }
    }

    private boolean isUsable(X509Certificate certificate, Instant now) {
        Instant from = certificate.getNotBefore().toInstant();
        Instant to = certificate.getNotAfter().toInstant();
        return !now.isBefore(from)
                && now.isBefore(to)
                && now.isBefore(from.plus(lifetimes.signerInUse()));
    }

    private static void requireInDate(X509Certificate root, Instant now)
            throws CredentialException {
        Instant from = root.getNotBefore().toInstant();
        Instant to = root.getNotAfter().toInstant();
        if (now.isBefore(from) || now.isAfter(to)) {
            throw new CredentialException(
                    "The site's credential authority is good from "
                            + from
                            + " to "
                            + to
                            + ", but the clock of this machine says "
                            + now
                            + ". Set the clock right; if it is right, the site needs a new authority.");
        }
    }

    private static void publish(X509Certificate root, Path file) throws CredentialException {
        String pem = TrustAnchors.pemOf(List.of(root));
        try {
            if (!Files.exists(file)) {
                KeyFile.writeDurably(file, pem, PosixFilePermissions.fromString("rw-r--r--"));
            } else if (!Files.readString(file).equals(pem)) {
                throw new CredentialException(
                        file
                                + " is not the certificate of this site's authority. Somebody replaced one of"
                                + " the two; compare with a copy that was handed out before going on.");
            }
        } catch (IOException e) {
            throw new CredentialException(
                    "The file " + file + " cannot be read: " + e.getMessage() + ".", e);
        }
    }
}
