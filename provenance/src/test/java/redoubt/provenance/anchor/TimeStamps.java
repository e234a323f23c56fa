package redoubt.provenance.anchor;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoGeneratorBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.tsp.TSPAlgorithms;
import org.bouncycastle.tsp.TimeStampRequestGenerator;
import org.bouncycastle.tsp.TimeStampResponseGenerator;
import org.bouncycastle.tsp.TimeStampTokenGenerator;

/// A time stamping authority of the tests, with a root of its own.
public final class TimeStamps {
    public static final Instant AT = Instant.parse("2026-11-22T08:00:00Z");
    private static final String ALGORITHM = "SHA256withECDSA";
    private static final X500Name ROOT = new X500Name("CN=root of time stamps");

    private final KeyPair signer = keys();
    private final X509Certificate root;
    private final X509Certificate certificate;

    public TimeStamps() throws Exception {
        KeyPair above = keys();
        var self = builder("CN=root of time stamps", above, 1);
        self.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
        root = signed(self, above);
        var below = builder("CN=stamps", signer, 2);
        below.addExtension(
                Extension.extendedKeyUsage,
                true,
                new ExtendedKeyUsage(KeyPurposeId.id_kp_timeStamping));
        certificate = signed(below, above);
    }

    /// For `tsa/` of a trust folder.
    public String rootPem() throws Exception {
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder().encodeToString(root.getEncoded())
                + "\n-----END CERTIFICATE-----\n";
    }

    public byte[] response(byte[] digest) throws Exception {
        var generator =
                new TimeStampTokenGenerator(
                        new JcaSimpleSignerInfoGeneratorBuilder()
                                .build(ALGORITHM, signer.getPrivate(), certificate),
                        new JcaDigestCalculatorProviderBuilder()
                                .build()
                                .get(new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256)),
                        new ASN1ObjectIdentifier("1.2.3.4"));
        generator.addCertificates(new JcaCertStore(List.of(certificate)));
        var request = new TimeStampRequestGenerator();
        request.setCertReq(true);
        return new TimeStampResponseGenerator(generator, TSPAlgorithms.ALLOWED)
                .generate(
                        request.generate(TSPAlgorithms.SHA256, digest),
                        BigInteger.ONE,
                        Date.from(AT))
                .getEncoded();
    }

    private static KeyPair keys() throws Exception {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        return generator.generateKeyPair();
    }

    private static JcaX509v3CertificateBuilder builder(String name, KeyPair keys, int serial) {
        return new JcaX509v3CertificateBuilder(
                ROOT,
                BigInteger.valueOf(serial),
                Date.from(AT.minusSeconds(86_400)),
                Date.from(AT.plusSeconds(86_400)),
                new X500Name(name),
                keys.getPublic());
    }

    private static X509Certificate signed(JcaX509v3CertificateBuilder builder, KeyPair by)
            throws Exception {
        return new JcaX509CertificateConverter()
                .getCertificate(
                        builder.build(
                                new JcaContentSignerBuilder(ALGORITHM).build(by.getPrivate())));
    }
}
