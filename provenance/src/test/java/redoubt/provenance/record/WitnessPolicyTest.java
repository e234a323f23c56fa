package redoubt.provenance.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.pqc.crypto.mldsa.MLDSAParameters;
import org.bouncycastle.pqc.crypto.mldsa.MLDSAPrivateKeyParameters;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WitnessPolicyTest {
    private static final Bytes LOG = Bytes.of(new byte[32]);
    private static final Bytes ROOT = Bytes.of(Hashes.sha256(new byte[] {1}));
    private static final KeyPair EPOCH = MlDsa.ML_DSA_65.generate();
    private static final KeyPair NOTE = MlDsa.ML_DSA_44.generate();
    private static final WitnessKey A = key("auditor.example/1", 1);
    private static final WitnessKey B = key("press.example/desk", 2);
    private static final WitnessKey C = key("court.example/3", 3);
    private static final WitnessKey D = key("school.example/4", 4);

    private static WitnessKey key(String name, int seed) {
        byte[] bytes = new byte[32];
        bytes[0] = (byte) seed;
        return WitnessKey.ofSeed(name, bytes);
    }

    private static String vkey(WitnessKey key) {
        return key.witness().vkey();
    }

    private static WitnessPolicy policy(String text) throws Exception {
        return WitnessPolicy.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String refusal(String text) {
        return String.valueOf(
                assertThrows(MalformedRecordException.class, () -> policy(text)).getMessage());
    }

    private static final String THREE =
            "witness a %s\nwitness b %s\nwitness c %s\n".formatted(vkey(A), vkey(B), vkey(C));

    private static Checkpoint checkpoint(long size, Bytes root) throws Exception {
        return CheckpointNote.sign(
                LOG,
                size,
                root,
                1_790_000_000,
                EPOCH.getPrivate(),
                MlDsa.ML_DSA_65.raw(EPOCH.getPublic()),
                NOTE.getPrivate(),
                MlDsa.ML_DSA_44.raw(NOTE.getPublic()));
    }

    private static Checkpoint seenBy(long size, WitnessKey... keys) throws Exception {
        Checkpoint note = checkpoint(size, ROOT);
        for (WitnessKey key : keys) {
            note = note.with(key.cosign(note, 1_790_000_100));
        }
        return Checkpoint.parse(note.note().getBytes(StandardCharsets.UTF_8));
    }

    @Nested
    class a_quorum {
        @Test
        void of_two_of_three_is_met_by_any_two() throws Exception {
            WitnessPolicy policy =
                    policy(THREE + "group all-of-them 2 a b c\nquorum all-of-them\n");
            assertFalse(policy.verdict(seenBy(9)).quorumMet());
            assertFalse(policy.verdict(seenBy(9, C)).quorumMet());
            assertTrue(policy.verdict(seenBy(9, C, A)).quorumMet());
            assertTrue(policy.verdict(seenBy(9, A, B, C)).quorumMet());
            assertEquals("2 of (a, b, c)", policy.demand());
        }

        @Test
        void of_nested_groups_counts_each_group_once() throws Exception {
            WitnessPolicy policy =
                    policy(
                            THREE
                                    + "witness d "
                                    + vkey(D)
                                    + "\ngroup x 2 a b c\ngroup both all x d\nquorum both\n");
            assertFalse(policy.verdict(seenBy(9, A, B, C)).quorumMet());
            assertFalse(policy.verdict(seenBy(9, A, D)).quorumMet());
            assertTrue(policy.verdict(seenBy(9, A, C, D)).quorumMet());
        }

        @Test
        void may_be_one_witness_or_any_of_a_group() throws Exception {
            assertTrue(policy(THREE + "quorum b\n").verdict(seenBy(9, B)).quorumMet());
            assertFalse(policy(THREE + "quorum b\n").verdict(seenBy(9, A)).quorumMet());
            assertTrue(
                    policy(THREE + "group g any a b\nquorum g\n")
                            .verdict(seenBy(9, B))
                            .quorumMet());
        }

        @Test
        void of_nobody_is_never_met_because_nobody_vouches() throws Exception {
            WitnessPolicy policy = policy("quorum none\n");
            assertTrue(policy.demandsNobody());
            assertFalse(policy.verdict(seenBy(9, A)).quorumMet());
        }

        @Test
        void over_several_visits_reaches_as_far_as_enough_witnesses_saw() throws Exception {
            WitnessPolicy policy = policy(THREE + "group g 2 a b c\nquorum g\n");
            var notes = List.of(seenBy(5, A), seenBy(9, B), seenBy(20, A), seenBy(7, C));
            WitnessVerdict verdict = policy.verdict(notes);
            assertEquals(9, verdict.size());
            assertEquals(
                    List.of(20L, 9L, 7L),
                    verdict.good().stream().map(WitnessVerdict.Seen::size).toList());
        }

        @Test
        void is_not_met_by_one_witness_who_signed_twice() throws Exception {
            Checkpoint note = seenBy(9, A);
            Checkpoint twice =
                    Checkpoint.parse(
                            (note.note() + A.cosign(note, 1_790_000_200).text())
                                    .getBytes(StandardCharsets.UTF_8));
            WitnessPolicy policy = policy(THREE + "group g 2 a b c\nquorum g\n");
            assertFalse(policy.verdict(twice).quorumMet());
            assertEquals(1, policy.verdict(twice).good().size());
        }

        @Test
        void is_not_met_for_another_log_than_the_policy_names() throws Exception {
            String other =
                    new Witness.VerifierKey("other.example/log", 0xff, Bytes.of(new byte[40]))
                            .text();
            assertFalse(
                    policy("log %s\n%squorum a\n".formatted(other, THREE))
                            .verdict(seenBy(9, A))
                            .quorumMet());
            String own =
                    new Witness.VerifierKey(CheckpointNote.origin(LOG), 0xff, Bytes.of(new byte[9]))
                            .text();
            assertTrue(
                    policy("log %s https://log.example\n%squorum a\n".formatted(own, THREE))
                            .verdict(seenBy(9, A))
                            .quorumMet());
        }
    }

    @Nested
    class a_line {
        private final WitnessPolicy policy;

        a_line() throws Exception {
            policy = policy(THREE + "quorum a\n");
        }

        @Test
        void about_another_root_spoils_the_checkpoint() throws Exception {
            Checkpoint note = seenBy(9, B);
            Cosignature other = A.cosign(checkpoint(9, Bytes.of(new byte[32])), 1_790_000_000);
            WitnessVerdict verdict = policy.verdict(note.with(other));
            assertFalse(verdict.quorumMet());
            assertTrue(verdict.good().isEmpty());
            assertEquals(1, verdict.bad().size());
            assertTrue(verdict.bad().getFirst().contains("witness a"), verdict.bad().toString());
        }

        @Test
        void about_another_size_or_time_is_bad() throws Exception {
            Cosignature line = A.cosign(checkpoint(8, ROOT), 1_790_000_000);
            assertEquals(1, policy.verdict(seenBy(9).with(line)).bad().size());
            Cosignature good = A.cosign(checkpoint(9, ROOT), 1_790_000_000);
            Cosignature moved =
                    new Cosignature(good.name(), good.keyId(), 1_790_000_001, good.signature());
            assertEquals(1, policy.verdict(seenBy(9).with(moved)).bad().size());
        }

        @Test
        void of_a_witness_that_nobody_named_is_not_looked_at() throws Exception {
            WitnessVerdict verdict = policy.verdict(seenBy(9, D));
            assertFalse(verdict.quorumMet());
            assertTrue(verdict.bad().isEmpty());
        }

        @Test
        void under_a_known_name_with_a_substituted_key_does_not_count() throws Exception {
            WitnessKey thief = key("auditor.example/1", 99);
            assertFalse(policy.verdict(seenBy(9, thief)).quorumMet());
            Cosignature forged = thief.cosign(checkpoint(9, ROOT), 1_790_000_000);
            Cosignature dressed =
                    new Cosignature(
                            forged.name(),
                            A.witness().keyId(),
                            forged.atSeconds(),
                            forged.signature());
            WitnessVerdict verdict = policy.verdict(seenBy(9).with(dressed));
            assertFalse(verdict.quorumMet());
            assertEquals(1, verdict.bad().size());
        }

        @Test
        void comes_back_as_it_left() throws Exception {
            Cosignature line = A.cosign(checkpoint(9, ROOT), 1_790_000_000);
            byte[] text = line.text().getBytes(StandardCharsets.UTF_8);
            assertEquals(line, Cosignature.parse(text));
            for (String hostile :
                    List.of(
                            "",
                            "\n",
                            line.text() + line.text(),
                            line.text().strip(),
                            line.text() + "\n",
                            line.text().replace(" ", "  "),
                            line.text().replace('\n', '\r') + "\n",
                            line.text().replace("auditor.example", "aud+itor"),
                            line.text().replace("auditor.example", "au\u00e4ditor"),
                            line.text().replace("\n", "=\n"),
                            "\u2014 auditor.example/1 AAAAAAA=\n",
                            checkpoint(9, ROOT).note(),
                            "x".repeat(5_000) + "\n"))
                assertThrows(
                        MalformedRecordException.class,
                        () -> Cosignature.parse(hostile.getBytes(StandardCharsets.UTF_8)),
                        hostile);
            assertThrows(
                    MalformedRecordException.class,
                    () -> Cosignature.parse(new byte[] {(byte) 0xC3, '\n'}));
        }

        @Test
        void stands_under_a_note_once_for_each_key() throws Exception {
            Checkpoint note = seenBy(9, A, B);
            assertEquals(note, note.with(A.cosign(note, 1_790_009_999)));
            assertEquals(2, note.cosignatures().size());
        }
    }

    @Nested
    class a_policy_text {
        @Test
        void may_have_comments_blanks_tabs_urls_and_names_of_any_octets() throws Exception {
            WitnessPolicy policy =
                    policy(
                            "# who counts\n\n \twitness\tmünchen  "
                                    + vkey(A)
                                    + " https://w.example/ \n\t \n#\nquorum münchen\n");
            assertTrue(policy.verdict(seenBy(9, A)).quorumMet());
            assertEquals(1, policy.witnesses().size());
        }

        @Test
        void is_refused_with_the_number_of_the_line() {
            assertTrue(refusal("quorum none\nwitnes a b\n").startsWith("Line 2 of"));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "#\n",
                    "quorum none",
                    "quorum none\r\n",
                    "quorum none\u0000\n",
                    "quorum none\u007f\n",
                    "quorum none\nquorum none\n",
                    "quorum\n",
                    "quorum none none\n",
                    "quorum a\n",
                    "Quorum none\n",
                    "group g any none\nquorum none\n",
                    "group g any g\nquorum none\n",
                    "log x\nquorum none\n",
                    "witness a b\nquorum none\n",
                })
        void is_refused_when_it_says_nothing_clear(String text) {
            assertThrows(MalformedRecordException.class, () -> policy(text), text);
        }

        @Test
        void is_refused_when_names_or_numbers_do_not_fit() {
            for (String lines :
                    List.of(
                            "group g 0 a b\nquorum g\n",
                            "group g 4 a b c\nquorum g\n",
                            "group g 02 a b c\nquorum g\n",
                            "group g -1 a b c\nquorum g\n",
                            "group g 99999999999 a b c\nquorum g\n",
                            "group g most a b c\nquorum g\n",
                            "group g any\nquorum none\n",
                            "group g 2 a a\nquorum g\n",
                            "group g any a\ngroup h any a\nquorum h\n",
                            "group h any g\ngroup g any a\nquorum h\n",
                            "group a any b\nquorum a\n",
                            "group none any b\nquorum none\n",
                            "quorum g\ngroup g any a\n",
                            "witness d " + vkey(A) + "\nquorum d\n",
                            "witness a " + vkey(D) + "\nquorum a\n"))
                assertThrows(MalformedRecordException.class, () -> policy(THREE + lines), lines);
        }

        @Test
        void is_refused_when_it_is_larger_than_anybody_needs() {
            assertTrue(refusal("#".repeat(300_000) + "\n").contains("256 KiB"));
            StringBuilder groups = new StringBuilder(THREE + "group g0 any a\n");
            for (int i = 1; i < 40; i++) groups.append("group g%d any g%d\n".formatted(i, i - 1));
            assertTrue(refusal(groups + "quorum g39\n").contains("more than 32 groups"));
        }

        @Test
        void lies_in_a_trust_folder_or_not(@TempDir Path trust) throws Exception {
            assertTrue(WitnessPolicy.read(trust).isEmpty());
            Files.writeString(trust.resolve(WitnessPolicy.FILE), THREE + "quorum c\n");
            assertEquals(3, WitnessPolicy.read(trust).orElseThrow().witnesses().size());
            Files.writeString(trust.resolve(WitnessPolicy.FILE), "quorum a\n");
            assertTrue(
                    assertThrows(RecordException.class, () -> WitnessPolicy.read(trust))
                            .sentence()
                            .contains("Line 1"));
        }
    }

    @Nested
    class a_verifier_key {
        @Test
        void comes_back_as_it_left() throws Exception {
            assertEquals(A.witness(), Witness.parse(vkey(A)));
            assertTrue(vkey(A).startsWith("auditor.example/1+" + A.witness().keyId().hex() + "+B"));
        }

        @Test
        void of_another_kind_name_or_shape_is_refused() {
            byte[] ed25519 = new byte[32];
            byte[] key = A.witness().publicKey().toArray();
            for (String hostile :
                    List.of(
                            "",
                            "a+b",
                            vkey(A).replace("auditor", "Auditor"),
                            vkey(A).replaceFirst("\\+[0-9a-f]{8}", "+00000000"),
                            vkey(A) + "=",
                            vkey(A) + "A".repeat(9_000),
                            new Witness.VerifierKey("a b", 6, Bytes.of(key)).text(),
                            new Witness.VerifierKey("caf\u00e9", 6, Bytes.of(key)).text(),
                            new Witness.VerifierKey("n".repeat(256), 6, Bytes.of(key)).text(),
                            new Witness.VerifierKey("ed", 4, Bytes.of(ed25519)).text(),
                            new Witness.VerifierKey("short", 6, Bytes.of(new byte[1311])).text(),
                            new Witness.VerifierKey(CheckpointNote.origin(LOG), 6, Bytes.of(key))
                                    .text()))
                assertThrows(MalformedRecordException.class, () -> Witness.parse(hostile), hostile);
        }

        @Test
        void is_the_one_that_another_implementation_makes_of_the_seed() {
            byte[] seed = new byte[32];
            seed[5] = 9;
            var other = new MLDSAPrivateKeyParameters(MLDSAParameters.ml_dsa_44, seed);
            assertEquals(
                    Base64.getEncoder().encodeToString(other.getPublicKey()),
                    Base64.getEncoder()
                            .encodeToString(
                                    WitnessKey.ofSeed("w", seed).witness().publicKey().toArray()));
        }
    }
}
