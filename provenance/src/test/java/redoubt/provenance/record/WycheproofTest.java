package redoubt.provenance.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
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
