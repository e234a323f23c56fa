package redoubt.provenance.anchor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Hostile;
import redoubt.provenance.record.Mutations;
import redoubt.provenance.record.PythonVerifier;

/// Proofs of outside keepers of time, changed at random: read, or refused in so many words, and by
/// both verifiers alike.
class HostileAnchorTest {
    private static final int ROUNDS = Integer.getInteger("redoubt.fuzz", 1_000);
    private static final byte[] DIGEST = new byte[32];

    @TempDir Path folder;

    private static byte[] proof() {
        return OtsProof.of(DIGEST)
                .append(new byte[] {1, 2, 3})
                .hash()
                .fork()
                .pending("https://a.example")
                .prepend(new byte[20])
                .hash()
                .bitcoin(800_000)
                .toArray();
    }

    private static boolean reads(byte[] bytes) {
        try {
            new OpenTimestamps().check(bytes, Bytes.of(DIGEST), AnchorTrust.none());
            return true;
        } catch (MalformedAnchorException refused) {
            return false;
        }
    }

    @Test
    void an_opentimestamps_proof_is_read_or_refused() throws Exception {
        Hostile.is_withstood(
                "ots",
                bytes -> {
                    new OpenTimestamps().check(bytes, Bytes.of(DIGEST), AnchorTrust.none());
                    return Optional.empty();
                },
                MalformedAnchorException.class,
                Mutations::ofBytes,
                List.of(proof()));
    }

    @Test
    void both_verifiers_read_the_same_proofs() throws Exception {
        assumeTrue(PythonVerifier.isPresent(), "python3 with its packages could not be had");
        Mutations mutations = new Mutations(Hostile.SEED);
        List<String> ours = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            byte[] changed = i == 0 ? proof() : mutations.ofBytes(proof());
            lines.add(HexFormat.of().formatHex(changed));
            ours.add(reads(changed) ? "read" : "refused");
        }
        Path list = Files.write(folder.resolve("proofs"), lines);
        var said =
                PythonVerifier.script(
                        "anchors.py",
                        PythonVerifier.VERIFIER.toString(),
                        list.toString(),
                        HexFormat.of().formatHex(DIGEST));
        assertEquals(0, said.status(), said.text());
        List<String> theirs = said.text().lines().toList();
        for (int i = 0; i < ROUNDS; i++)
            assertEquals(ours.get(i), theirs.get(i).split(":")[0], lines.get(i) + theirs.get(i));
    }
}
