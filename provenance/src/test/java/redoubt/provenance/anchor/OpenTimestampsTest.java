package redoubt.provenance.anchor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redoubt.provenance.record.Bytes;

class OpenTimestampsTest {
    private static final byte[] DIGEST =
            OtsProof.sha256("redoubt/00\n7\nroot\n".getBytes(StandardCharsets.UTF_8));
    private static final int TIME = 1_750_000_000;
    // The first block of Bitcoin, as everybody has it.
    private static final String FIRST_BLOCK =
            "01000000"
                    + "00".repeat(32)
                    + "3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a"
                    + "29ab5f49ffff001d1dac2b7c";

    @TempDir Path trust;

    private final OpenTimestamps anchor = new OpenTimestamps();

    private OtsProof path() {
        return OtsProof.of(DIGEST)
                .append(new byte[] {1, 2, 3})
                .hash()
                .prepend(new byte[] {9, 8})
                .hash();
    }

    private AnchorTrust headers(String... lines) throws IOException {
        Files.createDirectories(trust.resolve("bitcoin-headers"));
        Files.writeString(
                trust.resolve("bitcoin-headers/headers.txt"), String.join("\n", lines) + "\n");
        return AnchorTrust.read(trust);
    }

    private AnchorFinding check(OtsProof proof, AnchorTrust by) throws MalformedAnchorException {
        return anchor.check(proof.toArray(), Bytes.of(DIGEST), by);
    }

    private void refused(String why, OtsProof proof) {
        MalformedAnchorException refusal =
                assertThrows(
                        MalformedAnchorException.class, () -> check(proof, AnchorTrust.none()));
        assertTrue(String.valueOf(refusal.getMessage()).contains(why), refusal.getMessage());
    }

    @Nested
    class A_proof_that_ends_in_a_block {
        @Test
        void proves_the_time_of_the_header_that_the_checker_brings() throws Exception {
            OtsProof proof = path();
            AnchorTrust by = headers("800000 " + OtsProof.header(proof.message(), TIME));
            var proven =
                    assertInstanceOf(AnchorFinding.Proven.class, check(proof.bitcoin(800_000), by));
            assertEquals(Instant.ofEpochSecond(TIME), proven.at());
            assertTrue(proven.by().contains("800000"), proven.by());
        }

        @Test
        void says_which_header_is_missing() throws Exception {
            var unchecked =
                    assertInstanceOf(
                            AnchorFinding.Unchecked.class,
                            check(path().bitcoin(800_000), AnchorTrust.none()));
            assertTrue(unchecked.sentence().contains("block 800000"), unchecked.sentence());
        }

        @Test
        void is_false_where_the_header_has_another_root() throws Exception {
            AnchorTrust by = headers("800000 " + OtsProof.header(new byte[32], TIME));
            assertThrows(MalformedAnchorException.class, () -> check(path().bitcoin(800_000), by));
        }

        @Test
        void counts_by_its_earliest_block() throws Exception {
            OtsProof proof = path();
            byte[] first = proof.message();
            proof.fork().bitcoin(10).fork().pending("https://a.example");
            proof.append(new byte[] {5}).hash();
            AnchorTrust by =
                    headers(
                            "10 " + OtsProof.header(first, TIME),
                            "",
                            "11 " + OtsProof.header(proof.message(), TIME + 600));
            var proven = assertInstanceOf(AnchorFinding.Proven.class, check(proof.bitcoin(11), by));
            assertEquals(Instant.ofEpochSecond(TIME), proven.at());
        }
    }

    @Nested
    class A_proof_that_is_not_finished {
        @Test
        void says_where_it_waits() throws Exception {
            var pending =
                    assertInstanceOf(
                            AnchorFinding.Pending.class,
                            check(path().pending("https://cal.example"), AnchorTrust.none()));
            assertEquals("https://cal.example", pending.where());
        }

        @Test
        void may_not_name_what_a_terminal_would_obey() {
            refused("calendar", path().pending("https://a\u001b[2J"));
        }
    }

    @Nested
    class A_file_that_is_no_proof {
        @Test
        void is_refused_at_every_cut() {
            byte[] whole = path().bitcoin(800_000).toArray();
            for (int length = 0; length < whole.length; length++) {
                byte[] cut = Arrays.copyOf(whole, length);
                assertThrows(
                        MalformedAnchorException.class,
                        () -> anchor.check(cut, Bytes.of(DIGEST), AnchorTrust.none()));
            }
        }

        @Test
        void is_refused_for_another_checkpoint() {
            refused("another file", OtsProof.of(new byte[32]).bitcoin(1));
        }

        @Test
        void is_refused_with_something_behind_it() {
            refused("follows its end", path().bitcoin(1).raw("00"));
        }

        @Test
        void is_refused_with_an_unknown_operation() {
            refused("0x44", path().operation(0x44).bitcoin(1));
        }

        @Test
        void is_refused_when_it_is_too_deep() {
            OtsProof deep = OtsProof.of(DIGEST);
            for (int i = 0; i < 256; i++) deep.hash();
            refused("deeper", deep.bitcoin(1));
        }

        @Test
        void is_refused_when_its_values_grow_without_end() {
            OtsProof growing = OtsProof.of(DIGEST);
            for (int i = 0; i < 9; i++) growing.operation(0xf3);
            refused("4,096", growing.bitcoin(1));
        }

        @Test
        void is_refused_when_it_forks_without_end() {
            OtsProof forks = OtsProof.of(DIGEST);
            for (int i = 0; i < 20_000; i++) forks.fork().bitcoin(1);
            refused("16,384", forks.bitcoin(1));
        }

        @Test
        void is_refused_with_a_number_that_is_not_in_its_shortest_form() {
            refused("shortest", path().operation(0).raw("0588960d73d71901" + "02" + "8000"));
        }

        @Test
        void is_refused_when_it_ends_in_nothing_known() {
            refused("nothing that is known", path().operation(0).raw("0102030405060708" + "00"));
        }

        @Test
        void never_proves_another_time_when_a_byte_is_changed() throws Exception {
            OtsProof proof = path();
            AnchorTrust by = headers("800000 " + OtsProof.header(proof.message(), TIME));
            byte[] whole = proof.bitcoin(800_000).toArray();
            Random random = new Random(20_261_122);
            for (int i = 0; i < 2_000; i++) {
                byte[] changed = whole.clone();
                changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
                try {
                    var finding = anchor.check(changed, Bytes.of(DIGEST), by);
                    assertTrue(!(finding instanceof AnchorFinding.Proven), "seed 20261122, " + i);
                } catch (MalformedAnchorException refused) {
                    assertTrue(String.valueOf(refused.getMessage()).endsWith("."));
                }
            }
        }
    }

    @Nested
    class Headers_of_blocks {
        @Test
        void are_read_as_bitcoin_writes_them() throws Exception {
            BlockHeader first = headers("0 " + FIRST_BLOCK).header(0).orElseThrow();
            assertEquals(
                    "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f",
                    OtsProof.HEX.formatHex(first.hash()));
            assertEquals(Instant.parse("2009-01-03T18:15:05Z"), first.time());
        }

        @Test
        void are_refused_without_the_work() {
            String idle = FIRST_BLOCK.replace("1dac2b7c", "1dac2b7d");
            IOException refused = assertThrows(IOException.class, () -> headers("0 " + idle));
            assertTrue(String.valueOf(refused.getMessage()).contains("line 1"));
        }

        @Test
        void are_refused_when_they_are_something_else() {
            assertThrows(IOException.class, () -> headers("0 abcd"));
            assertThrows(IOException.class, () -> headers("-1 " + FIRST_BLOCK));
            assertThrows(IOException.class, () -> headers(FIRST_BLOCK));
        }
    }
}
