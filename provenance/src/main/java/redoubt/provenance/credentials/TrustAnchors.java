package redoubt.provenance.credentials;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/// The certificates that the checker trusts, brought by the checker and never taken from the thing
/// that is checked. Immutable, any thread.
public final class TrustAnchors {
    private final String pem;

    private TrustAnchors(String pem) {
        this.pem = pem;
    }

    /// Nobody is trusted: every signer is unknown.
    public static TrustAnchors none() {
        return new TrustAnchors("");
    }

    public static TrustAnchors of(X509Certificate... certificates) {
        return new TrustAnchors(pemOf(List.of(certificates)));
    }

    /// Reads certificates from a PEM file, such as `trust/credentials-root.pem`.
    ///
    /// @throws CredentialException when the file cannot be read or holds no certificate
    public static TrustAnchors read(Path file) throws CredentialException {
        try (Stream<String> lines = Files.lines(file, StandardCharsets.US_ASCII);
                var in = Files.newInputStream(file)) {
            if (lines.limit(10_000).noneMatch(line -> line.startsWith("-----BEGIN CERTIFICATE"))) {
                throw new CredentialException(
                        file + " holds no certificate. Give the site's credentials-root.pem.");
            }
            return new TrustAnchors(
                    pemOf(
                            CertificateFactory.getInstance("X.509")
                                    .generateCertificates(in)
                                    .stream()
                                    .map(X509Certificate.class::cast)
                                    .toList()));
        } catch (IOException | java.io.UncheckedIOException | CertificateException e) {
            throw new CredentialException(
                    "The trust anchor " + file + " could not be read: " + e.getMessage(), e);
        }
    }

    boolean isEmpty() {
        return pem.isEmpty();
    }

    String pem() {
        return pem;
    }

    static String pemOf(List<X509Certificate> certificates) {
        StringWriter out = new StringWriter();
        Base64.Encoder lines = Base64.getMimeEncoder(64, new byte[] {'\n'});
        for (X509Certificate certificate : certificates) {
            try {
                out.write("-----BEGIN CERTIFICATE-----\n");
                out.write(lines.encodeToString(certificate.getEncoded()));
                out.write("\n-----END CERTIFICATE-----\n");
            } catch (CertificateException e) {
                throw new IllegalArgumentException("a certificate that cannot be encoded", e);
            }
        }
        return out.toString();
    }
}
