package redoubt.provenance.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an open record keeps in memory, in a process that has no more than that.
class RecordMemoryTest {
    private static final int ENTRIES = 300_000;

    @TempDir Path home;

    /// The child. Its arguments are a record to read, and how many entries to take note of.
    static final class Reading {
        private Reading() {}

        public static void main(String[] words) throws Exception {
            System.out.println(RecordScan.read(Path.of(words[0])).state().size());
            System.out.println(noted(Long.parseLong(words[1])));
        }

        /// Two in three are of answers: an OUTPUT and its SEAL.
        private static String noted(long entries) {
            var state = new RecordState();
            var tree = new MerkleTree();
            for (long i = 0; i < entries; i++) {
                var event =
                        switch ((int) (i % 3)) {
                            case 0 -> new Event.SignedIn();
                            case 1 -> Forge.output("r");
                            default -> Forge.seal("r");
                        };
                var to = i % 3 == 2 ? OptionalLong.of(i - 1) : OptionalLong.empty();
                var place = RecordState.place(i, state.previousHash(), new byte[] {(byte) i});
                state.add(entry(i, to, event), place, i % (64 << 20));
                tree.append(place.leafHash());
            }
            return state.size() + " " + state.sealsOf(entries - 2) + " " + tree.leaf(entries - 1);
        }

        private static Entry entry(long sequence, OptionalLong refersTo, Event event) {
            return new Entry(
                    Forge.ZEROS,
                    sequence,
                    Forge.ZEROS,
                    1,
                    Forge.ZEROS,
                    0,
                    0,
                    refersTo,
                    Actor.SYSTEM,
                    Forge.ZEROS,
                    event);
        }
    }

    /// Without a checkpoint each signature is verified: 64 entries of nearly 1 MiB.
    private Path longRecordWithoutCheckpoint() throws Exception {
        Map<String, String> parameters = new HashMap<>();
        for (int i = 0; i < 125; i++)
            parameters.put("%04d".formatted(i) + "k".repeat(4_000), "v".repeat(4_000));
        var forge = new Forge(home);
        var large = new Event.Intent("r", "/v1", "m", Forge.ZEROS, 0, parameters, Forge.ZEROS);
        for (int i = 0; i < 62; i++) forge.add(large);
        forge.write();
        java.nio.file.Files.delete(forge.folder().resolve(CheckpointFile.NAME));
        return forge.folder();
    }

    @Test
    void does_not_grow_with_the_bytes_of_a_record_and_little_with_its_entries() throws Exception {
        Path record = longRecordWithoutCheckpoint();
        Process child =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-XX:+UseSerialGC",
                                "-Xmx32m",
                                "-cp",
                                RecordCrashTest.classPath(),
                                Reading.class.getName(),
                                record.toString(),
                                Integer.toString(ENTRIES))
                        .redirectErrorStream(true)
                        .start();
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        var last = Merkle.leafHash(new byte[] {(byte) (ENTRIES - 1)});
        assertEquals("64\n%d [%d] %s\n".formatted(ENTRIES, ENTRIES - 1, last), said);
        assertEquals(true, child.waitFor(60, TimeUnit.SECONDS));
    }
}
