package redoubt.provenance.credentials;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// Makes the two kinds of certificate that a site needs for C2PA. Stateless, any thread.
///
/// ES256 for both: C2PA has no post-quantum algorithm, every implementation has this one, and a
/// fresh signature of the same claim differs, which the exact fit of the text form uses. Source:
/// C2PA 2.4 section 14.5.1 (certificate profile).
final class CertificateMaker {
    /// EKU `c2pa-kp-claimSigning`.
    static final String C2PA_SIGNING = "1.3.6.1.4.1.62558.2.1";

    /// EKU `id-kp-documentSigning`, RFC 9336.
    static final String DOCUMENT_SIGNING = "1.3.6.1.5.5.7.3.36";

    /// Clocks differ; a certificate made now must hold on a machine that is a little behind.
    private static final Duration CLOCK_LEEWAY = Duration.ofMinutes(5);

    private static final SecureRandom RANDOM = new SecureRandom();

    private CertificateMaker() {}

    static KeyFile authority(String siteName, Instant now, Duration life)
            throws GeneralSecurityException, IOException {
        KeyPair pair = newPair();
        X500Name name = name(siteName, "Redoubt Content Credentials Root");
        X509v3CertificateBuilder builder = builder(name, name, pair.getPublic(), now, life);
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
        builder.addExtension(
                Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
        return new KeyFile(pair.getPrivate(), signed(builder, pair.getPrivate()));
    }

    static KeyFile signer(KeyFile authority, String siteName, Instant now, Duration life)
            throws GeneralSecurityException, IOException {
        KeyPair pair = newPair();
        X500Name issuer =
                X500Name.getInstance(
                        authority.certificate().getSubjectX500Principal().getEncoded());
        X509v3CertificateBuilder builder =
                builder(
                        issuer,
                        name(siteName, "Redoubt Content Credentials Signer"),
                        pair.getPublic(),
                        now,
                        life);
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
        builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
        builder.addExtension(
                Extension.extendedKeyUsage,
                false,
                new ExtendedKeyUsage(
                        new KeyPurposeId[] {purpose(DOCUMENT_SIGNING), purpose(C2PA_SIGNING)}));
        builder.addExtension(
                Extension.authorityKeyIdentifier,
                false,
                new JcaX509ExtensionUtils()
                        .createAuthorityKeyIdentifier(authority.certificate().getPublicKey()));
        return new KeyFile(pair.getPrivate(), signed(builder, authority.key()));
    }

    private static X509v3CertificateBuilder builder(
            X500Name issuer, X500Name subject, PublicKey key, Instant now, Duration life)
            throws GeneralSecurityException, IOException {
        X509v3CertificateBuilder builder =
                new JcaX509v3CertificateBuilder(
                        issuer,
                        new BigInteger(127, RANDOM).setBit(126),
                        Date.from(now.minus(CLOCK_LEEWAY)),
                        Date.from(now.plus(life)),
                        subject,
                        key);
        builder.addExtension(
                Extension.subjectKeyIdentifier,
                false,
                new JcaX509ExtensionUtils().createSubjectKeyIdentifier(key));
        return builder;
    }

    private static X509Certificate signed(X509v3CertificateBuilder builder, PrivateKey key)
            throws GeneralSecurityException {
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(
                                    new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException(e);
        }
    }

    private static KeyPair newPair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
        return generator.generateKeyPair();
    }

    private static X500Name name(String siteName, String commonName) {
        return new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.O, siteName)
                .addRDN(BCStyle.CN, commonName)
                .build();
    }

    private static KeyPurposeId purpose(String oid) {
        return KeyPurposeId.getInstance(new ASN1ObjectIdentifier(oid));
    }
}
