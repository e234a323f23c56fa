package redoubt.provenance.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Our tree and our notes beside programs that know nothing of ours: RFC 6962 and the texts of
/// C2SP, written down in Python as they stand there.
class ForeignTreeTest {
    private static final int ALL_SIZES_MAX = 130;
    private static final int ALL_PROOFS_MAX = 40;
    private static final int LARGE_MAX = 3_000;

    @TempDir Path folder;

    @BeforeEach
    void python() {
        assumeTrue(PythonVerifier.isPresent(), "python3 with its packages could not be had");
    }

    @Test
    void roots_and_proofs_of_all_small_sizes_and_of_some_large_ones_are_those_of_rfc_6962()
            throws Exception {
        MerkleTree tree = new MerkleTree();
        for (int i = 0; i < LARGE_MAX; i++)
            tree.append(Merkle.leafHash(Integer.toString(i).getBytes(StandardCharsets.US_ASCII)));
        var random = new SplittableRandom(Hostile.SEED);
        ArrayNode trees = new ObjectMapper().createArrayNode();
        int proofs = 0;
        List<Integer> sizes = new ArrayList<>();
        IntStream.rangeClosed(0, ALL_SIZES_MAX).forEach(sizes::add);
        for (int i = 0; i < 20; i++) sizes.add(1 + random.nextInt(LARGE_MAX));
        for (int size : sizes) {
            ObjectNode one = trees.addObject().put("leaves", size);
            one.put("root", tree.root(size).hex());
            ArrayNode inclusion = one.putArray("inclusion");
            ArrayNode consistency = one.putArray("consistency");
            int[] places =
                    size <= ALL_PROOFS_MAX
                            ? IntStream.range(0, size).toArray()
                            : new int[] {
                                0, size - 1, random.nextInt(size), random.nextInt(size), size / 2
                            };
            for (int place : places) {
                add(inclusion, place, tree.inclusion(place, size));
                add(consistency, place + 1, tree.consistency(place + 1, size));
                proofs += 2;
            }
        }
        Path file = Files.writeString(folder.resolve("trees.json"), trees.toString());
        var said = PythonVerifier.script("merkle.py", file.toString());
        assertEquals(0, said.status(), "seed " + Hostile.SEED + ": " + said.text());
        assertEquals(Integer.toString(proofs + sizes.size()), said.text().strip());
    }

    private static void add(ArrayNode to, int place, List<Bytes> path) {
        ArrayNode hashes = to.addArray().add(place).addArray();
        path.forEach(hash -> hashes.add(hash.hex()));
    }

    /// The vkey and the note that the specification itself gives.
    @Test
    void the_note_of_the_specification_is_read_as_it_says() throws Exception {
        String note =
                "This is an example message.\n\n"
                        + "\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERY"
                        + "NZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n";
        String vkey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
        isGood(note, 1, vkey);
        SignedNote read = SignedNote.parse(note.getBytes(StandardCharsets.UTF_8));
        assertEquals("This is an example message.\n", read.text());
        assertEquals("example.com/foo", read.signatures().getFirst().name());
        assertEquals("530d903a", read.signatures().getFirst().keyId().hex());
        assertEquals(note, read.encoded());
        assertEquals(1, Witness.VerifierKey.parse(vkey).type());
        assertEquals(vkey, Witness.VerifierKey.parse(vkey).text());
    }

    @Test
    void checkpoints_and_the_lines_of_witnesses_are_those_of_c2sp() throws Exception {
        Forge forge = new Forge(folder.resolve("site"));
        forge.add(new Event.SignedIn());
        Checkpoint checkpoint = forge.checkpoint();
        String ours =
                new Witness.VerifierKey(checkpoint.origin(), 6, forge.key().notePublicKey()).text();
        isGood(checkpoint.note(), 2, ours);
        WitnessKey witness = WitnessKey.ofSeed("witness.example/1", new byte[32]);
        String seen = checkpoint.note() + witness.cosign(checkpoint, 1_790_000_000).text();
        isGood(seen, 3, ours, witness.witness().vkey());
        String altered = seen.replaceFirst("\n3\n", "\n4\n");
        assertTrue(!altered.equals(seen));
        assertEquals(1, said(altered, ours).status());
        assertEquals(1, said(altered, witness.witness().vkey()).status());
    }

    private void isGood(String note, int lines, String... vkeys) throws Exception {
        var said = said(note, vkeys);
        assertEquals(0, said.status(), said.text());
        assertEquals(Integer.toString(lines), said.text().strip());
    }

    private PythonVerifier.Said said(String note, String... vkeys) throws Exception {
        Path file = Files.writeString(folder.resolve("note"), note);
        String[] words = new String[vkeys.length + 1];
        words[0] = file.toString();
        System.arraycopy(vkeys, 0, words, 1, vkeys.length);
        return PythonVerifier.script("c2sp.py", words);
    }
}
