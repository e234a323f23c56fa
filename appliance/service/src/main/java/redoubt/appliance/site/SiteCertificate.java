package redoubt.appliance.site;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SignatureException;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;

/// The certificate with which the site answers over TLS: an authority of its own, made at
/// installation (`tls/ca.pem`, which a client may be given to trust), and a server certificate for
/// this host's names, made anew when it is near its end or the names have changed.
public final class SiteCertificate {
    private static final Duration AUTHORITY_VALID = Duration.ofDays(3653);
    // Browsers refuse server certificates that live longer than 398 days.
    private static final Duration SERVER_VALID = Duration.ofDays(397);
    private static final Duration RENEW_BEFORE = Duration.ofDays(60);

    private final Path folder;
    private final X509Certificate authority;
    private final X509Certificate server;
    private final PrivateKey serverKey;

    private SiteCertificate(
            Path folder, X509Certificate authority, X509Certificate server, PrivateKey serverKey) {
        this.folder = folder;
        this.authority = authority;
        this.server = server;
        this.serverKey = serverKey;
    }

    /// Opens what is in `folder`, makes what is missing or due.
    public static SiteCertificate openOrCreate(Path folder, String bindAddress, Instant now)
            throws SiteException {
        try {
            Path authorityKey = folder.resolve("ca-key.pem");
            if (!Files.exists(folder.resolve("ca.pem"))) {
                KeyPair pair = newKey();
                writeKey(authorityKey, pair.getPrivate());
                writeCertificate(folder.resolve("ca.pem"), authority(pair, now));
            }
            X509Certificate authority = readCertificate(folder.resolve("ca.pem"));
            ServerNames names = ServerNames.of(bindAddress);
            if (serverIsDue(folder, authority, names, now)) {
                requireAuthorityKey(authorityKey);
                KeyPair pair = newKey();
                writeKey(folder.resolve("server-key.pem"), pair.getPrivate());
                writeCertificate(
                        folder.resolve("server.pem"),
                        server(pair, authority, readKey(authorityKey), names, now));
                Durable.write(
                        folder.resolve("names"), names.text().getBytes(StandardCharsets.UTF_8));
            }
            return new SiteCertificate(
                    folder,
                    authority,
                    readCertificate(folder.resolve("server.pem")),
                    readKey(folder.resolve("server-key.pem")));
        } catch (IOException | GeneralSecurityException | OperatorCreationException failure) {
            throw new SiteException(
                    SiteException.SITE,
                    "The TLS certificate in %s cannot be made or read: %s. Without it nobody can reach the appliance safely, so it does not start. Restore the folder from a backup, or remove it to have a new certificate made (clients must then trust the new ca.pem)."
                            .formatted(folder, failure.getMessage()),
                    failure);
        }
    }

    /// The context for the listener; TLS 1.3 and 1.2.
    public SSLContext context() throws SiteException {
        try {
            char[] none = new char[0];
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, none);
            store.setKeyEntry("server", serverKey, none, new X509Certificate[] {server, authority});
            KeyManagerFactory keys =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(store, none);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), null, null);
            return context;
        } catch (IOException | GeneralSecurityException failure) {
            throw new SiteException(
                    SiteException.SITE,
                    "The TLS key in %s does not work: %s. Remove server.pem and server-key.pem to have new ones made."
                            .formatted(folder, failure.getMessage()),
                    failure);
        }
    }

    public Instant expiry() {
        return server.getNotAfter().toInstant();
    }

    /// The authority that clients were given is never replaced behind their backs.
    private static void requireAuthorityKey(Path file) throws SiteException {
        if (!Files.exists(file))
            throw new SiteException(
                    SiteException.SITE,
                    "The server's TLS certificate must be made anew, but the key of its authority, %s, is not there. Nothing was changed, so that clients go on trusting ca.pem. Bring the key back from a backup or from where it is kept; or remove ca.pem too to begin a new authority, which every client must then be given."
                            .formatted(file));
    }

    private static boolean serverIsDue(
            Path folder, X509Certificate authority, ServerNames names, Instant now)
            throws IOException, GeneralSecurityException {
        Path file = folder.resolve("server.pem");
        Path known = folder.resolve("names");
        if (!Files.exists(file)
                || !Files.exists(folder.resolve("server-key.pem"))
                || !Files.exists(known)) return true;
        String remembered = Files.readString(known);
        boolean canReplace = Files.exists(folder.resolve("ca-key.pem"));
        if (names.mustReplace(remembered) || (canReplace && !names.text().equals(remembered)))
            return true;
        X509Certificate server = readCertificate(file);
        return !isSignedBy(server, authority)
                || server.getNotAfter().toInstant().minus(RENEW_BEFORE).isBefore(now);
    }

    private static boolean isSignedBy(X509Certificate server, X509Certificate authority)
            throws GeneralSecurityException {
        try {
            server.verify(authority.getPublicKey());
            return true;
        } catch (SignatureException | InvalidKeyException another) {
            return false;
        }
    }

    private static KeyPair newKey() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static BigInteger serial() {
        return new BigInteger(1, Secrets.bytes(16)).setBit(120);
    }

    private static X509Certificate authority(KeyPair pair, Instant now)
            throws GeneralSecurityException, OperatorCreationException, CertIOException {
        X500Name name =
                new X500Name("CN=Redoubt site TLS authority " + Secrets.id().substring(0, 8));
        X509v3CertificateBuilder builder =
                new JcaX509v3CertificateBuilder(
                        name,
                        serial(),
                        Date.from(now.minus(Duration.ofHours(1))),
                        Date.from(now.plus(AUTHORITY_VALID)),
                        name,
                        pair.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
        builder.addExtension(
                Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        builder.addExtension(
                Extension.subjectKeyIdentifier,
                false,
                new org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils()
                        .createSubjectKeyIdentifier(pair.getPublic()));
        return sign(builder, pair.getPrivate());
    }

    private static X509Certificate server(
            KeyPair pair,
            X509Certificate authority,
            PrivateKey authorityKey,
            ServerNames names,
            Instant now)
            throws GeneralSecurityException, OperatorCreationException, CertIOException {
        X509v3CertificateBuilder builder =
                new JcaX509v3CertificateBuilder(
                        new X500Name(authority.getSubjectX500Principal().getName()),
                        serial(),
                        Date.from(now.minus(Duration.ofHours(1))),
                        Date.from(now.plus(SERVER_VALID)),
                        new X500Name("CN=Redoubt"),
                        pair.getPublic());
        var identifiers = new org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils();
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        builder.addExtension(
                Extension.extendedKeyUsage,
                false,
                new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
        builder.addExtension(Extension.subjectAlternativeName, false, names.all());
        builder.addExtension(
                Extension.authorityKeyIdentifier,
                false,
                identifiers.createAuthorityKeyIdentifier(authority));
        builder.addExtension(
                Extension.subjectKeyIdentifier,
                false,
                identifiers.createSubjectKeyIdentifier(pair.getPublic()));
        return sign(builder, authorityKey);
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
            throws GeneralSecurityException, OperatorCreationException {
        return new JcaX509CertificateConverter()
                .getCertificate(
                        builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
    }

    private static void writeKey(Path file, PrivateKey key) throws IOException {
        writePem(file, new PemObject("PRIVATE KEY", key.getEncoded()));
    }

    private static void writeCertificate(Path file, X509Certificate certificate)
            throws IOException {
        writePem(file, certificate);
    }

    private static void writePem(Path file, Object thing) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(thing);
        }
        Durable.write(file, text.toString().getBytes(StandardCharsets.US_ASCII));
    }

    static X509Certificate readCertificate(Path file) throws IOException, GeneralSecurityException {
        if (readPem(file) instanceof X509CertificateHolder holder)
            return new JcaX509CertificateConverter().getCertificate(holder);
        throw new IOException(file + " holds no certificate");
    }

    private static PrivateKey readKey(Path file) throws IOException {
        if (readPem(file) instanceof PrivateKeyInfo info)
            return new JcaPEMKeyConverter().getPrivateKey(info);
        throw new IOException(file + " holds no private key");
    }

    private static Object readPem(Path file) throws IOException {
        try (PEMParser parser = new PEMParser(new StringReader(Files.readString(file)))) {
            Object thing = parser.readObject();
            if (thing == null) throw new IOException(file + " is empty");
            return thing;
        }
    }
}
