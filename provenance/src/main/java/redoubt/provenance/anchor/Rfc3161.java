package redoubt.provenance.anchor;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertStore;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.EdECKey;
import java.security.interfaces.RSAKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.tsp.TSPAlgorithms;
import org.bouncycastle.tsp.TSPException;
import org.bouncycastle.tsp.TimeStampRequestGenerator;
import org.bouncycastle.tsp.TimeStampResponse;
import org.bouncycastle.tsp.TimeStampToken;
import redoubt.provenance.record.Bytes;

/// RFC 3161: an authority signs the digest and the time. Its proof is the response to the request,
/// with the authority's certificate in it; the checker brings the root above that.
///
/// Stateless, any thread. Source: RFC 3161, RFC 5816; docs/audit-record.md section 13.
final class Rfc3161 implements Anchor {
    private static final int CERTIFICATES_MAX = 32;

    @Override
    public String kind() {
        return "rfc3161";
    }

    @Override
    public String suffix() {
        return "tsr";
    }

    @Override
    public Request request(String checkpointText) {
        TimeStampRequestGenerator generator = new TimeStampRequestGenerator();
        generator.setCertReq(true);
        try {
            byte[] request =
                    generator
                            .generate(
                                    TSPAlgorithms.SHA256,
                                    AnchorChecks.digest(checkpointText).toArray())
                            .getEncoded();
            return new Request(
                    "checkpoint.tsq",
                    request,
                    "send it to a time stamping authority (curl -H 'Content-Type:"
                            + " application/timestamp-query' --data-binary @checkpoint.tsq URL -o"
                            + " checkpoint.tsr) and bring back checkpoint.tsr");
        } catch (IOException bug) {
            throw new AssertionError("a request of our own making has an encoding", bug);
        }
    }

    @Override
    public AnchorFinding check(byte[] proof, Bytes digest, AnchorTrust trust)
            throws MalformedAnchorException {
        if (proof.length > AnchorFile.BYTES_MAX)
            throw new MalformedAnchorException("The RFC 3161 response is longer than 1 MiB.");
        TimeStampToken token = token(proof);
        var info = token.getTimeStampInfo();
        if (!info.getMessageImprintAlgOID().equals(TSPAlgorithms.SHA256)
                || !Bytes.of(info.getMessageImprintDigest()).equals(digest))
            throw new MalformedAnchorException(
                    "The RFC 3161 response is about another file than this checkpoint's text.");
        List<X509Certificate> carried = certificates(token);
        X509Certificate signer = signer(token, carried);
        String name = signer.getSubjectX500Principal().getName();
        if (trust.authorities().isEmpty())
            return new AnchorFinding.Unchecked(
                    "the response is signed by %s; bring the root of that authority in tsa/ of the trust folder"
                            .formatted(name));
        if (!isUnder(trust.authorities(), signer, carried, info.getGenTime()))
            return new AnchorFinding.Unchecked(
                    "nobody in tsa/ of the trust folder vouches for the signer %s at that time"
                            .formatted(name));
        return new AnchorFinding.Proven(info.getGenTime().toInstant(), name);
    }

    private static TimeStampToken token(byte[] proof) throws MalformedAnchorException {
        AsnLengths.require(proof);
        try {
            TimeStampResponse response = new TimeStampResponse(proof);
            TimeStampToken token = response.getTimeStampToken();
            if (token == null)
                throw new MalformedAnchorException(
                        "The time stamping authority refused (status %d): ask again, or another one."
                                .formatted(response.getStatus()));
            if (!token.toCMSSignedData()
                    .toASN1Structure()
                    .getContentType()
                    .equals(CMSObjectIdentifiers.signedData))
                throw new TSPException("no signature that RFC 5652 knows");
            return token;
        } catch (TSPException | IOException | RuntimeException malformed) {
            // Bouncy Castle also tells of malformed input by exceptions that need not be declared.
            throw new MalformedAnchorException(
                    "The file is not the response of a time stamping authority (RFC 3161).",
                    malformed);
        }
    }

    private static List<X509Certificate> certificates(TimeStampToken token)
            throws MalformedAnchorException {
        JcaX509CertificateConverter converter = new JcaX509CertificateConverter();
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            for (X509CertificateHolder holder : token.getCertificates().getMatches(null)) {
                if (certificates.size() == CERTIFICATES_MAX)
                    throw new MalformedAnchorException(
                            "The RFC 3161 response carries more than 32 certificates.");
                certificates.add(bounded(converter.getCertificate(holder)));
            }
        } catch (GeneralSecurityException | RuntimeException malformed) {
            throw new MalformedAnchorException(
                    "The RFC 3161 response carries a broken certificate.", malformed);
        }
        return certificates;
    }

    /// A DSA key may have any size, and one of some hundred kilobytes takes hours to check with.
    private static X509Certificate bounded(X509Certificate certificate)
            throws MalformedAnchorException {
        PublicKey key = certificate.getPublicKey();
        if (key instanceof RSAKey
                || key instanceof ECKey
                || key instanceof EdECKey
                || key.getAlgorithm().startsWith("ML-DSA")) return certificate;
        throw new MalformedAnchorException(
                "The RFC 3161 response carries a certificate with a key of the kind %s; only RSA, EC, EdDSA and ML-DSA are read."
                        .formatted(key.getAlgorithm().replaceAll("[^A-Za-z0-9.-]", "?")));
    }

    /// The one that signed: the token's own check looks at the signature, at the signed identifier
    /// of the certificate, at its use for time stamping only, and at its validity at that time.
    private static X509Certificate signer(TimeStampToken token, List<X509Certificate> carried)
            throws MalformedAnchorException {
        for (X509Certificate certificate : carried) {
            try {
                X509CertificateHolder holder = new X509CertificateHolder(certificate.getEncoded());
                if (!token.getSID().match(holder) || !isWrittenAlike(token, holder)) continue;
                token.validate(new JcaSimpleSignerInfoVerifierBuilder().build(certificate));
                return certificate;
            } catch (TSPException
                    | OperatorCreationException
                    | GeneralSecurityException
                    | IOException
                    | RuntimeException wrong) {
                throw new MalformedAnchorException(
                        "The RFC 3161 response is not signed by the certificate that it carries.",
                        wrong);
            }
        }
        throw new MalformedAnchorException(
                "The RFC 3161 response does not carry its signer's certificate. Ask again with the"
                        + " request as it is: it asks for the certificate.");
    }

    /// Names match in more than one spelling; here it is the one of the certificate.
    private static boolean isWrittenAlike(TimeStampToken token, X509CertificateHolder holder)
            throws IOException {
        X500Name issuer = token.getSID().getIssuer();
        return issuer == null
                || Arrays.equals(issuer.getEncoded(), holder.getIssuer().getEncoded());
    }

    private static boolean isUnder(
            List<X509Certificate> authorities,
            X509Certificate signer,
            List<X509Certificate> carried,
            Date at) {
        try {
            Set<TrustAnchor> anchors =
                    authorities.stream()
                            .map(root -> new TrustAnchor(root, null))
                            .collect(Collectors.toSet());
            X509CertSelector target = new X509CertSelector();
            target.setCertificate(signer);
            PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, target);
            // Offline: lists of revoked certificates are for whoever keeps the trust folder.
            parameters.setRevocationEnabled(false);
            parameters.setDate(at);
            parameters.addCertStore(
                    CertStore.getInstance(
                            "Collection", new CollectionCertStoreParameters(carried)));
            CertPathBuilder.getInstance("PKIX").build(parameters);
            return true;
        } catch (GeneralSecurityException nobody) {
            return false;
        }
    }
}
