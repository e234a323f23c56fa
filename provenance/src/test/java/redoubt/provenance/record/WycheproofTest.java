package redoubt.provenance.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.util.HexFormat;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.crypto.params.ParametersWithContext;
import org.bouncycastle.pqc.crypto.mldsa.MLDSAParameters;
import org.bouncycastle.pqc.crypto.mldsa.MLDSAPrivateKeyParameters;
import org.bouncycastle.pqc.crypto.mldsa.MLDSASigner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The verification of ML-DSA as we call it, against the vectors of Project Wycheproof. They are
/// looked for beside the checkout and are not part of it.
class WycheproofTest {
    private static final Path VECTORS =
            Path.of(System.getProperty("redoubt.root", ".."), "../shared/vectors/wycheproof");

    @ParameterizedTest
    @EnumSource(MlDsa.class)
    void each_vector_is_judged_as_it_should_be(MlDsa algorithm) throws Exception {
        String name =
                algorithm.name().toLowerCase(java.util.Locale.ROOT).replace("ml_dsa", "mldsa");
        Path file = VECTORS.resolve(name + "_verify_test.json");
        assumeTrue(Files.exists(file), "no vectors at " + file);
        int judged = 0;
        for (JsonNode group : new ObjectMapper().readTree(file.toFile()).get("testGroups")) {
            Bytes key = Bytes.ofHex(group.get("publicKey").asText());
            for (JsonNode test : group.get("tests")) {
                // We sign and verify with an empty context only.
                if (test.hasNonNull("ctx") && !test.get("ctx").asText().isEmpty()) continue;
                assertEquals(
                        test.get("result").asText().equals("valid"),
                        verifies(algorithm, key, test),
                        test.get("tcId") + " " + test.get("comment"));
                judged++;
            }
        }
        assertTrue(judged > 50, "only " + judged + " vectors");
    }

    /// A key from a seed is made by Bouncy Castle and loaded here in its expanded form, the only
    /// one that the JDK reads. It has to be the key of the vector, and what it signs has to verify;
    /// the vector's own deterministic signature has to be the one that Bouncy Castle makes of the
    /// seed.
    @Test
    void each_seed_makes_the_key_and_the_signature_of_its_vector() throws Exception {
        Path file = VECTORS.resolve("mldsa_65_sign_seed_test.json");
        assumeTrue(Files.exists(file), "no vectors at " + file);
        int signed = 0;
        for (JsonNode group : new ObjectMapper().readTree(file.toFile()).get("testGroups")) {
            byte[] seed = HexFormat.of().parseHex(group.get("privateSeed").asText());
            if (seed.length != 32) {
                assertThrows(
                        RuntimeException.class,
                        () -> new MLDSAPrivateKeyParameters(MLDSAParameters.ml_dsa_65, seed));
                continue;
            }
            var key = new MLDSAPrivateKeyParameters(MLDSAParameters.ml_dsa_65, seed);
            Bytes publicKey = Bytes.of(key.getPublicKeyParameters().getEncoded());
            assertEquals(group.get("publicKey").asText(), publicKey.hex());
            PrivateKey ours = expanded(key);
            for (JsonNode test : group.get("tests")) {
                if (!test.hasNonNull("msg") || !test.get("result").asText().equals("valid"))
                    continue;
                if (test.hasNonNull("ctx") && !test.get("ctx").asText().isEmpty()) continue;
                byte[] message = HexFormat.of().parseHex(test.get("msg").asText());
                var verifying = MlDsa.ML_DSA_65.publicKey(publicKey);
                byte[] theirs = HexFormat.of().parseHex(test.get("sig").asText());
                assertTrue(MlDsa.ML_DSA_65.verifies(verifying, message, theirs));
                byte[] made = MlDsa.ML_DSA_65.sign(ours, message);
                assertTrue(MlDsa.ML_DSA_65.verifies(verifying, message, made));
                if (!test.get("flags").toString().contains("Randomized")) {
                    var signer = new MLDSASigner();
                    signer.init(true, new ParametersWithContext(key, new byte[0]));
                    signer.update(message, 0, message.length);
                    assertEquals(
                            test.get("sig").asText(),
                            HexFormat.of().formatHex(signer.generateSignature()),
                            test.get("tcId") + " " + test.get("comment"));
                }
                signed++;
            }
        }
        assertTrue(signed > 50, "only " + signed + " vectors");
    }

    /// PKCS #8 with the expanded key of FIPS 204 as an OCTET STRING (RFC 9881).
    private static PrivateKey expanded(MLDSAPrivateKeyParameters key) throws Exception {
        var algorithm = new AlgorithmIdentifier(NISTObjectIdentifiers.id_ml_dsa_65);
        var info = new PrivateKeyInfo(algorithm, new DEROctetString(key.getEncoded()));
        return MlDsa.ML_DSA_65.privateKey(info.getEncoded());
    }

    private static boolean verifies(MlDsa algorithm, Bytes key, JsonNode test) {
        try {
            return algorithm.verifies(
                    algorithm.publicKey(key),
                    HexFormat.of().parseHex(test.get("msg").asText()),
                    HexFormat.of().parseHex(test.get("sig").asText()));
        } catch (GeneralSecurityException refused) {
            return false;
        }
    }
}
