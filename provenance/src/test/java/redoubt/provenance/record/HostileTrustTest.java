package redoubt.provenance.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The parsers of what witnesses, the record root and the keepers of old proofs bring, in front of
/// bytes that were changed at random.
class HostileTrustTest {
    private static final int SIGNED_ROUNDS = Integer.getInteger("redoubt.fuzz", 600);
    private static final WitnessKey A = WitnessKey.ofSeed("a.example/1", seed(1));
    private static final WitnessKey B = WitnessKey.ofSeed("b.example/1", seed(2));
    private static final WitnessKey C = WitnessKey.ofSeed("c.example/1", seed(3));

    @TempDir Path home;
    private Forge forge;

    private static byte[] seed(int number) {
        byte[] seed = new byte[32];
        seed[0] = (byte) number;
        return seed;
    }

    @BeforeEach
    void begin() throws Exception {
        forge = new Forge(home);
        forge.add(new Event.SignedIn()).inference("r1").turn().inference("r2");
    }

    private static byte[] policy() {
        return """
        # whom we believe
        log %s
        witness a %s https://a.example
        witness b %s
        witness c %s
        group two 2 a b
        group all all two c
        quorum all
        """
                .formatted(
                        new Witness.VerifierKey("redoubt/x", 6, A.witness().publicKey()).text(),
                        A.witness().vkey(),
                        B.witness().vkey(),
                        C.witness().vkey())
                .getBytes(UTF_8);
    }

    @Test
    void a_policy_is_read_or_refused() throws Exception {
        Hostile.is_withstood(
                "policy",
                bytes -> {
                    WitnessPolicy.parse(bytes);
                    return Optional.empty();
                },
                MalformedRecordException.class,
                Mutations::ofText,
                List.of(policy()));
    }

    @Test
    void a_changed_policy_never_has_a_witness_that_nobody_wrote_into_it() throws Exception {
        Set<Witness> known = Set.of(A.witness(), B.witness(), C.witness());
        Mutations mutations = new Mutations(Hostile.SEED);
        for (int i = 0; i < SIGNED_ROUNDS; i++) {
            byte[] changed = mutations.ofText(policy());
            try {
                for (Witness witness : WitnessPolicy.parse(changed).witnesses())
                    assertTrue(known.contains(witness), () -> Hostile.told("policy", changed));
            } catch (MalformedRecordException refused) {
                // As it should be.
            }
        }
    }

    @Test
    void the_line_of_a_witness_is_read_or_refused() throws Exception {
        Hostile.is_withstood(
                "cosignature",
                bytes -> Optional.of(Cosignature.parse(bytes).text().getBytes(UTF_8)),
                MalformedRecordException.class,
                Mutations::ofText,
                List.of(line()));
    }

    private byte[] line() throws Exception {
        return A.cosign(forge.checkpoint(), 1_790_000_000).text().getBytes(UTF_8);
    }

    @Test
    void the_line_of_a_witness_is_not_taken_with_another_time_or_name() throws Exception {
        Checkpoint note = forge.checkpoint();
        Mutations mutations = new Mutations(Hostile.SEED);
        byte[] good = line();
        for (int i = 0; i < SIGNED_ROUNDS; i++) {
            byte[] changed = mutations.ofText(good);
            try {
                Cosignature read = Cosignature.parse(changed);
                if (A.witness().signed(read, note.origin(), note.size(), note.root()))
                    assertEquals(Cosignature.parse(good), read);
            } catch (MalformedRecordException refused) {
                // As it should be.
            }
        }
    }

    @Test
    void a_verifier_key_is_read_or_refused() throws Exception {
        Hostile.is_withstood(
                "vkey",
                bytes -> {
                    String text = new String(bytes, StandardCharsets.ISO_8859_1);
                    return Optional.of(
                            Witness.parse(text).vkey().getBytes(StandardCharsets.ISO_8859_1));
                },
                MalformedRecordException.class,
                Mutations::ofBytes,
                List.of(A.witness().vkey().getBytes(StandardCharsets.US_ASCII)));
    }

    @Test
    void a_revocation_is_read_or_refused_and_not_taken_with_other_content() throws Exception {
        byte[] good = KeyRecipes.revocation(forge, 2, 8, "stolen");
        Hostile.is_withstood(
                "revocation",
                bytes -> Optional.of(Revocation.decode(bytes).encode()),
                MalformedRecordException.class,
                Mutations::ofCbor,
                List.of(good));
        Bytes root = RecordTrust.read(forge.trust()).rootPublicKey();
        assertTrue(Revocation.decode(good).isSignedBy(root));
        Mutations mutations = new Mutations(Hostile.SEED);
        for (int i = 0; i < SIGNED_ROUNDS; i++) {
            byte[] changed = mutations.ofCbor(good);
            try {
                Revocation read = Revocation.decode(changed);
                if (read.isSignedBy(root)) assertEquals(Revocation.decode(good), read);
            } catch (MalformedRecordException refused) {
                // As it should be.
            }
        }
    }

    @Test
    void a_checkpoint_on_paper_is_read_or_refused() throws Exception {
        Hostile.is_withstood(
                "paper",
                bytes -> {
                    byte[] again = PaperCheckpoint.parse(bytes).text().getBytes(UTF_8);
                    // Some who read QR codes drop the last newline.
                    boolean isCut = bytes.length > 0 && bytes[bytes.length - 1] != '\n';
                    return Optional.of(isCut ? Arrays.copyOf(again, bytes.length) : again);
                },
                MalformedRecordException.class,
                Mutations::ofText,
                List.of(forge.checkpoint().text().getBytes(UTF_8)));
    }

    @Test
    void a_receipt_of_an_answer_is_read_or_refused() throws Exception {
        byte[] receipt =
                """
                {"log_id": "%s",
                "intent": 3,
                "output": 4,
                "seal": 5,
                "leaf_hash": "%s",
                "provenance_ms": 1.5,
                "proof_url": "/x",
                "checkpoint": "%s"}
                """
                        .formatted(
                                forge.logId().hex(),
                                "ab".repeat(32),
                                forge.checkpoint().note().replace("\n", "\\n"))
                        .getBytes(UTF_8);
        Hostile.is_withstood(
                "receipt",
                bytes -> {
                    KeptReceipt.parse("r", bytes);
                    return Optional.empty();
                },
                MalformedRecordException.class,
                Mutations::ofText,
                List.of(receipt));
    }

    private ConsistencyFile growth(long from) throws Exception {
        var proof = ProofFile.decode(forge.proof(0, 1, 7));
        return new ConsistencyFile(proof, from, forge.tree().consistency(from, forge.next()));
    }

    @Test
    void a_consistency_file_is_read_or_refused() throws Exception {
        Hostile.is_withstood(
                "consistency file",
                bytes -> Optional.of(ConsistencyFile.decode(bytes).encode()),
                Refusal.class,
                Mutations::ofCbor,
                List.of(growth(5).encode(), growth(forge.next()).encode()));
    }

    @Test
    void a_changed_consistency_file_leads_nowhere_else() throws Exception {
        byte[] proof = forge.proof(0, 1, 3, 4, 5, 7);
        long from = forge.next();
        forge.add(new Event.SignedOut()).add(new Event.SignedIn());
        ConsistencyFile growth = growth(from);
        byte[] good = growth.encode();
        var items = new HashSet<>(growth.later().items());
        var verifier = new ProofVerifier(RecordTrust.read(forge.trust()));
        Mutations mutations = new Mutations(Hostile.SEED);
        int held = 0;
        for (int i = 0; i < SIGNED_ROUNDS; i++) {
            byte[] changed = i == 0 ? good : mutations.ofCbor(good);
            var later = new ProofVerifier.Later(Bytes.of(changed), Optional.empty());
            if (!verifier.verify(proof, Optional.of(later)).verdict().holds()) continue;
            held++;
            ConsistencyFile read = ConsistencyFile.decode(changed);
            String told = Hostile.told("consistency file", changed);
            assertEquals(
                    growth.later().checkpoint().root(), read.later().checkpoint().root(), told);
            assertEquals(from, read.from(), told);
            assertTrue(items.containsAll(read.later().items()), told);
        }
        assertTrue(held > 0, "not even the good one leads on");
    }
}
