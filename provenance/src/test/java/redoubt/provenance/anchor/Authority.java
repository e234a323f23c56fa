package redoubt.provenance.anchor;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoGeneratorBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.tsp.TSPAlgorithms;
import org.bouncycastle.tsp.TimeStampRequestGenerator;
import org.bouncycastle.tsp.TimeStampResponseGenerator;
import org.bouncycastle.tsp.TimeStampTokenGenerator;
import redoubt.provenance.record.Bytes;

/// A time stamping authority within the tests, honest or not.
final class Authority {
    static final Instant AT = Instant.parse("2026-11-22T10:00:00Z");
    private static final String EC = "SHA256withECDSA";

    final KeyPair root = ec();
    final X509Certificate rootCertificate = certificate("root", "root", root, root, true, EC);

    static KeyPair ec() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (java.security.GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /// @param isAuthority it may certify others; otherwise it may stamp times
    static X509Certificate certificate(
            String subject,
            String issuer,
            KeyPair of,
            KeyPair by,
            boolean isAuthority,
            String algorithm) {
        try {
            var builder =
                    new JcaX509v3CertificateBuilder(
                            new X500Name("CN=" + issuer),
                            BigInteger.valueOf(System.nanoTime()),
                            Date.from(AT.minusSeconds(86_400)),
                            Date.from(AT.plusSeconds(86_400)),
                            new X500Name("CN=" + subject),
                            of.getPublic());
            builder.addExtension(
                    Extension.basicConstraints, true, new BasicConstraints(isAuthority));
            if (!isAuthority)
                builder.addExtension(
                        Extension.extendedKeyUsage,
                        true,
                        new ExtendedKeyUsage(KeyPurposeId.id_kp_timeStamping));
            byte[] der =
                    builder.build(new JcaContentSignerBuilder(algorithm).build(by.getPrivate()))
                            .getEncoded();
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(der));
        } catch (Exception bug) {
            throw new AssertionError(bug);
        }
    }

    /// A response that this authority's own stamp signed.
    byte[] response(Bytes digest) throws Exception {
        KeyPair stamps = ec();
        return response(
                digest,
                stamps,
                certificate("stamps", "root", stamps, root, false, EC),
                List.of(),
                EC);
    }

    static byte[] response(
            Bytes digest,
            KeyPair key,
            X509Certificate signer,
            List<X509Certificate> others,
            String algorithm)
            throws Exception {
        var digests = new JcaDigestCalculatorProviderBuilder().build();
        var tokens =
                new TimeStampTokenGenerator(
                        new JcaSimpleSignerInfoGeneratorBuilder()
                                .build(algorithm, key.getPrivate(), signer),
                        digests.get(
                                new org.bouncycastle.asn1.x509.AlgorithmIdentifier(
                                        TSPAlgorithms.SHA256)),
                        new ASN1ObjectIdentifier("1.2.3.4.1"));
        tokens.setAccuracySeconds(1);
        var carried = new ArrayList<>(others);
        carried.add(signer);
        tokens.addCertificates(new JcaCertStore(carried));
        var requests = new TimeStampRequestGenerator();
        requests.setCertReq(true);
        return new TimeStampResponseGenerator(tokens, TSPAlgorithms.ALLOWED)
                .generate(
                        requests.generate(TSPAlgorithms.SHA256, digest.toArray()),
                        BigInteger.TWO,
                        Date.from(AT))
                .getEncoded();
    }

    /// A trust folder with the root in it.
    AnchorTrust trusted(Path folder) throws Exception {
        Path tsa = Files.createDirectories(folder.resolve("tsa"));
        Files.write(tsa.resolve("root.pem"), pem());
        return AnchorTrust.read(folder);
    }

    byte[] pem() throws Exception {
        return ("-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'})
                                .encodeToString(rootCertificate.getEncoded())
                        + "\n-----END CERTIFICATE-----\n")
                .getBytes(StandardCharsets.US_ASCII);
    }
}
