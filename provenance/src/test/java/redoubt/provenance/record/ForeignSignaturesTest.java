package redoubt.provenance.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.bouncycastle.crypto.params.ParametersWithContext;
import org.bouncycastle.pqc.crypto.mldsa.MLDSAParameters;
import org.bouncycastle.pqc.crypto.mldsa.MLDSAPrivateKeyParameters;
import org.bouncycastle.pqc.crypto.mldsa.MLDSAPublicKeyParameters;
import org.bouncycastle.pqc.crypto.mldsa.MLDSASigner;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// ML-DSA as we call it beside implementations that are not the JDK's: Bouncy Castle, OpenSSL (by
/// Python's cryptography), dilithium-py and noble (JavaScript). Each judges signatures of ours,
/// good and broken ones, and we judge theirs.
class ForeignSignaturesTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final Map<MlDsa, MLDSAParameters> PARAMETERS =
            Map.of(
                    MlDsa.ML_DSA_44, MLDSAParameters.ml_dsa_44,
                    MlDsa.ML_DSA_65, MLDSAParameters.ml_dsa_65,
                    MlDsa.ML_DSA_87, MLDSAParameters.ml_dsa_87);

    @TempDir Path folder;
    private final List<Boolean> expected = new ArrayList<>();
    private final ObjectNode asked = new ObjectMapper().createObjectNode();

    @BeforeEach
    void ask() throws Exception {
        ArrayNode cases = asked.putArray("cases");
        ArrayNode seeds = asked.putArray("seeds");
        for (MlDsa algorithm : MlDsa.values()) {
            KeyPair pair = algorithm.generate();
            byte[] key = algorithm.raw(pair.getPublic()).toArray();
            for (int length : new int[] {0, 1, 4_000}) {
                byte[] message = new byte[length];
                Arrays.fill(message, (byte) 0x5a);
                byte[] signature = algorithm.sign(pair.getPrivate(), message);
                add(cases, algorithm, key, message, signature, true);
                byte[] other = Arrays.copyOf(message, length + 1);
                add(cases, algorithm, key, other, signature, false);
                for (int at : new int[] {0, signature.length / 2, signature.length - 1}) {
                    byte[] broken = signature.clone();
                    broken[at] ^= 0x40;
                    add(cases, algorithm, key, message, broken, false);
                }
                byte[] cut = Arrays.copyOf(signature, signature.length - 1);
                add(cases, algorithm, key, message, cut, false);
                seeds.addObject()
                        .put("set", set(algorithm))
                        .put("seed", HEX.formatHex(Hashes.sha256(message)))
                        .put("message", HEX.formatHex(message));
            }
        }
    }

    private static int set(MlDsa algorithm) {
        return Integer.parseInt(algorithm.name().substring(7));
    }

    private void add(
            ArrayNode cases,
            MlDsa algorithm,
            byte[] key,
            byte[] message,
            byte[] signature,
            boolean isGood) {
        cases.addObject()
                .put("set", set(algorithm))
                .put("publicKey", HEX.formatHex(key))
                .put("message", HEX.formatHex(message))
                .put("signature", HEX.formatHex(signature));
        expected.add(isGood);
    }

    private static byte[] bytes(JsonNode node, String field) {
        return HEX.parseHex(node.get(field).asText());
    }

    @Test
    void we_judge_our_own_as_they_are() throws Exception {
        judged(cases());
    }

    private List<JsonNode> cases() {
        List<JsonNode> all = new ArrayList<>();
        asked.get("cases").forEach(all::add);
        return all;
    }

    private void judged(List<JsonNode> signed) throws Exception {
        for (int i = 0; i < signed.size(); i++) {
            JsonNode one = signed.get(i);
            MlDsa algorithm = MlDsa.valueOf("ML_DSA_" + one.get("set").asInt());
            boolean verifies =
                    algorithm.verifies(
                            algorithm.publicKey(Bytes.of(bytes(one, "publicKey"))),
                            bytes(one, "message"),
                            bytes(one, "signature"));
            assertEquals(expected.get(i), verifies, "case " + i);
        }
    }

    @ParameterizedTest
    @EnumSource(MlDsa.class)
    void bouncy_castle_verifies_ours_and_we_its(MlDsa algorithm) throws Exception {
        for (int i = 0; i < expected.size(); i++) {
            JsonNode one = cases().get(i);
            if (one.get("set").asInt() != set(algorithm)) continue;
            var key =
                    new MLDSAPublicKeyParameters(
                            PARAMETERS.get(algorithm), bytes(one, "publicKey"));
            assertEquals(
                    expected.get(i),
                    verifiesByBouncyCastle(key, bytes(one, "message"), bytes(one, "signature")),
                    "case " + i);
        }
        for (JsonNode one : asked.get("seeds")) {
            if (one.get("set").asInt() != set(algorithm)) continue;
            var key = new MLDSAPrivateKeyParameters(PARAMETERS.get(algorithm), bytes(one, "seed"));
            var signer = new MLDSASigner();
            signer.init(true, new ParametersWithContext(key, new byte[0]));
            byte[] message = bytes(one, "message");
            signer.update(message, 0, message.length);
            byte[] signature = signer.generateSignature();
            var ours = algorithm.publicKey(Bytes.of(key.getPublicKeyParameters().getEncoded()));
            assertTrue(algorithm.verifies(ours, message, signature));
        }
    }

    private static boolean verifiesByBouncyCastle(
            MLDSAPublicKeyParameters key, byte[] message, byte[] signature) {
        var verifier = new MLDSASigner();
        verifier.init(false, new ParametersWithContext(key, new byte[0]));
        verifier.update(message, 0, message.length);
        return verifier.verifySignature(signature);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cryptography", "dilithium-py"})
    void verify_ours_in_python_and_we_theirs(String implementation) throws Exception {
        assumeTrue(PythonVerifier.isPresent(), "python3 with its packages could not be had");
        Path in = Files.writeString(folder.resolve("in.json"), asked.toString());
        Path out = folder.resolve("out.json");
        var said = PythonVerifier.script("mldsa.py", in.toString(), out.toString(), implementation);
        assertEquals(0, said.status(), said.text());
        agrees(out);
    }

    @Test
    void noble_verifies_ours_in_javascript_and_we_its() throws Exception {
        var modules = NodeModules.installed();
        assumeTrue(modules.isPresent(), "node with @noble/post-quantum could not be had");
        Path in = Files.writeString(folder.resolve("in.json"), asked.toString());
        Path out = folder.resolve("out.json");
        NodeModules.run(modules.get(), "mldsa.mjs", in.toString(), out.toString());
        agrees(out);
    }

    private void agrees(Path out) throws Exception {
        JsonNode answer = new ObjectMapper().readTree(out.toFile());
        List<Boolean> verdicts = new ArrayList<>();
        answer.get("verdicts").forEach(verdict -> verdicts.add(verdict.asBoolean()));
        assertEquals(expected, verdicts);
        List<JsonNode> made = new ArrayList<>();
        answer.get("made").forEach(made::add);
        assertEquals(9, made.size());
        expected.clear();
        made.forEach(one -> expected.add(true));
        judged(made);
        for (int i = 0; i < made.size(); i++) {
            // A seed makes the same key everywhere.
            JsonNode seed = asked.get("seeds").get(i);
            var key =
                    new MLDSAPrivateKeyParameters(
                            PARAMETERS.get(MlDsa.valueOf("ML_DSA_" + seed.get("set").asInt())),
                            bytes(seed, "seed"));
            assertEquals(
                    HEX.formatHex(key.getPublicKeyParameters().getEncoded()),
                    made.get(i).get("publicKey").asText());
        }
    }
}
