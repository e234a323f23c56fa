package redoubt.provenance.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redoubt.provenance.cbor.CborException;

/// Every parser of the record in front of bytes that were changed at random, though not blindly.
class HostileBytesTest {
    private static final int SIGNED_ROUNDS = Integer.getInteger("redoubt.fuzz", 600);

    @TempDir Path home;
    private Forge forge;

    @BeforeEach
    void begin() throws Exception {
        forge = new Forge(home);
        forge.add(new Event.SignedIn()).inference("r1").turn().inference("r2");
    }

    @Nested
    class A_parser_reads_one_encoding_or_refuses {
        @Test
        void of_the_payload_of_an_entry() throws Exception {
            List<byte[]> payloads = new ArrayList<>();
            for (byte[] cose : forge.entries)
                payloads.add(CoseSign1.decode(cose).payload().toArray());
            Hostile.is_withstood(
                    "payload",
                    bytes -> Optional.of(Entry.decode(bytes).encode()),
                    CborException.class,
                    Mutations::ofCbor,
                    payloads);
        }

        @Test
        void of_an_entry_with_its_envelope() throws Exception {
            Hostile.is_withstood(
                    "entry",
                    bytes -> Optional.of(CoseSign1.decode(bytes).encode()),
                    CborException.class,
                    Mutations::ofCbor,
                    forge.entries);
        }

        @Test
        void of_a_proof_file() throws Exception {
            Hostile.is_withstood(
                    "proof",
                    bytes -> Optional.of(ProofFile.decode(bytes).encode()),
                    Refusal.class,
                    Mutations::ofCbor,
                    List.of(forge.proof(0, 1, 3, 4, 5, 7)));
        }

        @Test
        void of_a_signed_note() throws Exception {
            Hostile.is_withstood(
                    "note",
                    bytes ->
                            Optional.of(
                                    SignedNote.parse(bytes)
                                            .encoded()
                                            .getBytes(StandardCharsets.UTF_8)),
                    MalformedRecordException.class,
                    Mutations::ofText,
                    List.of(note()));
        }

        @Test
        void of_a_checkpoint() throws Exception {
            Hostile.is_withstood(
                    "checkpoint",
                    bytes -> {
                        Checkpoint read = Checkpoint.parse(bytes);
                        assertTrue(read.size() > 0);
                        return Optional.of(read.note().getBytes(StandardCharsets.UTF_8));
                    },
                    MalformedRecordException.class,
                    Mutations::ofText,
                    List.of(note()));
        }
    }

    private byte[] note() throws Exception {
        return forge.checkpoint().note().getBytes(StandardCharsets.UTF_8);
    }

    @Nested
    class What_was_signed_is_not_taken_with_other_content {
        @Test
        void as_a_checkpoint() throws Exception {
            byte[] good = note();
            var epoch = forge.key();
            Checkpoint signed = forge.checkpoint();
            Mutations mutations = new Mutations(Hostile.SEED);
            int taken = 0;
            for (int i = 0; i < SIGNED_ROUNDS; i++) {
                byte[] changed = mutations.ofText(good);
                try {
                    Checkpoint read = Checkpoint.parse(changed);
                    if (!read.isSignedBy(epoch.publicKey(), epoch.notePublicKey())) continue;
                    String told = Hostile.told("checkpoint", changed);
                    assertEquals(signed.origin(), read.origin(), told);
                    assertEquals(signed.size(), read.size(), told);
                    assertEquals(signed.root(), read.root(), told);
                    taken++;
                } catch (MalformedRecordException refused) {
                    // As it should be.
                }
            }
            assertTrue(taken < SIGNED_ROUNDS / 10, taken + " were taken");
        }

        @Test
        void as_a_proof() throws Exception {
            byte[] good = forge.proof(0, 1, 3, 4, 5, 7);
            Set<ProofFile.Item> items = new HashSet<>(ProofFile.decode(good).items());
            var verifier = new ProofVerifier(RecordTrust.read(forge.trust()));
            Mutations mutations = new Mutations(Hostile.SEED);
            for (int i = 0; i < SIGNED_ROUNDS; i++) {
                byte[] changed = mutations.ofCbor(good);
                if (!verifier.verify(changed).verdict().holds()) continue;
                // To leave an item out that was asked for is allowed; to bring another is not.
                for (ProofFile.Item item : ProofFile.decode(changed).items())
                    assertTrue(items.contains(item), () -> Hostile.told("proof", changed));
            }
        }

        @Test
        void as_a_record() throws Exception {
            forge.write();
            Path segment = SegmentFile.name(forge.folder(), 0);
            byte[] good = Files.readAllBytes(segment);
            var verifier = new RecordVerifier(RecordTrust.read(forge.trust()), List.of());
            Mutations mutations = new Mutations(Hostile.SEED);
            for (int i = 0; i < SIGNED_ROUNDS; i++) {
                byte[] changed = mutations.ofBytes(good);
                Files.write(segment, changed);
                if (!verifier.verify(forge.folder(), size -> {}).verdict().holds()) continue;
                // Only behind all that the checkpoint covers may anything else stand: a torn frame.
                assertEquals(
                        -1,
                        java.util.Arrays.mismatch(
                                java.util.Arrays.copyOf(changed, good.length), good),
                        () -> Hostile.told("segment", changed));
            }
        }
    }

    @Test
    void a_record_of_any_bytes_at_all_is_judged() throws Exception {
        Files.createDirectories(forge.folder());
        Path segment = SegmentFile.name(forge.folder(), 0);
        var verifier = new RecordVerifier(RecordTrust.read(forge.trust()), List.of());
        Mutations mutations = new Mutations(Hostile.SEED);
        for (int i = 0; i < SIGNED_ROUNDS; i++) {
            byte[] made = new byte[mutations.next(64)];
            for (int at = 0; at < made.length; at++) made[at] = (byte) mutations.next(256);
            Files.write(segment, mutations.ofBytes(made));
            assertEquals(Verdict.INVALID, verifier.verify(forge.folder(), size -> {}).verdict());
        }
    }

    @Test
    void a_trust_folder_of_changed_files_is_used_or_refused() throws Exception {
        Path pem = forge.trust().resolve("record-root.pem");
        Path id = forge.trust().resolve("record-log-id");
        byte[] goodPem = Files.readAllBytes(pem);
        byte[] goodId = Files.readAllBytes(id);
        RecordTrust good = RecordTrust.read(forge.trust());
        Mutations mutations = new Mutations(Hostile.SEED);
        int used = 0;
        for (int i = 0; i < SIGNED_ROUNDS; i++) {
            boolean isPem = mutations.next(2) == 0;
            Files.write(pem, isPem ? mutations.ofText(goodPem) : goodPem);
            Files.write(id, isPem ? goodId : mutations.ofText(goodId));
            try {
                RecordTrust.read(forge.trust());
                used++;
            } catch (RecordException refused) {
                assertEquals(RecordException.Reason.UNREADABLE, refused.reason());
            }
        }
        assertTrue(used < SIGNED_ROUNDS / 2, used + " were used");
        Files.write(pem, goodPem);
        Files.write(id, goodId);
        assertEquals(good, RecordTrust.read(forge.trust()));
    }
}
