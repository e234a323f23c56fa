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

    /// What no signature covers, such as the words of the status, one may read and the other
    /// refuse.
    @Test
    void neither_verifier_takes_another_time_from_a_changed_time_stamp() throws Exception {
        assumeTrue(PythonVerifier.isPresent(), "python3 with its packages could not be had");
        TimeStamps stamps = new TimeStamps();
        Path trust = Files.createDirectories(folder.resolve("trust/tsa")).getParent();
        Path root = Files.writeString(trust.resolve("tsa/root.pem"), stamps.rootPem());
        AnchorTrust by = AnchorTrust.read(trust);
        byte[] good = stamps.response(DIGEST);
        Mutations mutations = new Mutations(Hostile.SEED);
        List<String> lines = new ArrayList<>();
        List<String> ours = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            byte[] changed = i == 0 ? good : mutations.ofBytes(good);
            lines.add(HexFormat.of().formatHex(changed));
            ours.add(judged(changed, by));
        }
        var said =
                PythonVerifier.script(
                        "anchors.py",
                        PythonVerifier.VERIFIER.toString(),
                        Files.write(folder.resolve("stamps"), lines).toString(),
                        HexFormat.of().formatHex(DIGEST),
                        root.toString());
        assertEquals(0, said.status(), said.text());
        List<String> theirs = said.text().lines().toList();
        assertEquals(ROUNDS, theirs.size(), said.text());
        String proven = "proven: " + TimeStamps.AT.getEpochSecond();
        assertEquals(List.of(proven, proven), List.of(ours.getFirst(), theirs.getFirst()));
        for (int i = 0; i < ROUNDS; i++) {
            String both = ours.get(i) + " / " + theirs.get(i) + " " + lines.get(i);
            if (theirs.get(i).startsWith("proven")) assertEquals(proven, theirs.get(i), both);
            if (ours.get(i).startsWith("proven")) assertEquals(proven, ours.get(i), both);
        }
    }

    private static String judged(byte[] stamp, AnchorTrust by) {
        try {
            return new Rfc3161().check(stamp, Bytes.of(DIGEST), by)
                            instanceof AnchorFinding.Proven proven
                    ? "proven: " + proven.at().getEpochSecond()
                    : "read";
        } catch (MalformedAnchorException refused) {
            return "refused";
        }
    }
}
