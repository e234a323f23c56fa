package redoubt.provenance.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two verifiers that were written from one document have to agree on whatever they are given. Many
/// changed proofs and records are judged by both; each difference is a fault of one of them, or of
/// the document.
class BothVerifiersTest {
    private static final int ROUNDS = Integer.getInteger("redoubt.fuzz", 240);

    @TempDir Path home;
    private Forge forge;

    @BeforeEach
    void begin() throws Exception {
        assumeTrue(
                PythonVerifier.isPresent(), "python3 with cbor2 and cryptography could not be had");
        forge = new Forge(home);
        forge.add(new Event.SignedIn()).inference("r1").turn().inference("r2");
    }

    private record Judged(String kind, Path subject, Verdict verdict, String told) {}

    @Test
    void about_changed_proofs() throws Exception {
        byte[] good = forge.proof(0, 1, 3, 4, 5, 7, 8, 9, 10);
        var verifier = new ProofVerifier(RecordTrust.read(forge.trust()));
        Mutations mutations = new Mutations(Hostile.SEED);
        List<Judged> all = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            Path file = Files.write(home.resolve(i + ".proof"), mutations.ofCbor(good));
            all.add(judged("proof", file, verifier.verify(Files.readAllBytes(file))));
        }
        agree(all);
    }

    /// Payloads that were changed and then signed by the right key: what is left is the schema.
    @Test
    void about_entries_of_another_form_with_good_signatures() throws Exception {
        var verifier = new RecordVerifier(RecordTrust.read(forge.trust()), List.of());
        Mutations mutations = new Mutations(Hostile.SEED);
        List<Judged> all = new ArrayList<>();
        int size = forge.entries.size();
        byte[][] samples = {
            forge.entry(Forge.intent("r3")).encode(),
            forge.entry(new Event.Recovered(0, 9, List.of(1L, 2L))).encode(),
            forge.entry(new Event.PersonCreated("p-2", List.of("a", "b"))).encode(),
            forge.entry(new Event.SignedIn()).encode()
        };
        for (int i = 0; i < ROUNDS; i++) {
            byte[] payload = mutations.ofCbor(samples[i % samples.length]);
            forge.addPayload(payload, forge.key());
            Path folder = home.resolve("record-" + i);
            forge.write(folder, forge.checkpoint());
            all.add(judged("record", folder, verifier.verify(folder, entries -> {})));
            while (forge.entries.size() > size) forge.entries.removeLast();
        }
        agree(all);
    }

    @Test
    void about_changed_segments_and_checkpoints() throws Exception {
        forge.write();
        byte[] segment = Files.readAllBytes(SegmentFile.name(forge.folder(), 0));
        byte[] checkpoint = Files.readAllBytes(forge.folder().resolve("checkpoint"));
        var verifier = new RecordVerifier(RecordTrust.read(forge.trust()), List.of());
        Mutations mutations = new Mutations(Hostile.SEED);
        List<Judged> all = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            Path folder = Files.createDirectories(home.resolve("record-" + i));
            boolean isNote = i % 2 == 0;
            Files.write(SegmentFile.name(folder, 0), isNote ? segment : mutations.ofBytes(segment));
            Files.write(
                    folder.resolve("checkpoint"),
                    isNote ? mutations.ofText(checkpoint) : checkpoint);
            all.add(judged("record", folder, verifier.verify(folder, entries -> {})));
        }
        agree(all);
    }

    @Test
    void about_changed_consistency_files() throws Exception {
        forge.trust("checkpoints/kept", forge.checkpoint().note());
        int from = forge.entries.size();
        forge.inference("r3");
        var keys = ProofFile.decode(forge.proof(0, 1, 7));
        byte[] good =
                new ConsistencyFile(keys, from, forge.tree().consistency(from, forge.next()))
                        .encode();
        var verifier = new ConsistencyVerifier(RecordTrust.read(forge.trust()), Kept.of(List.of()));
        assertEquals(Verdict.VALID_UNWITNESSED, verifier.verify(Bytes.of(good)).verdict());
        Mutations mutations = new Mutations(Hostile.SEED);
        List<Judged> all = new ArrayList<>();
        for (int i = 0; i < ROUNDS; i++) {
            Path file = Files.write(home.resolve(i + ".way"), mutations.ofCbor(good));
            all.add(
                    judged(
                            "consistency",
                            file,
                            verifier.verify(Bytes.of(Files.readAllBytes(file)))));
        }
        agree(all);
    }

    @Test
    void about_what_is_a_paper_and_what_a_receipt() throws Exception {
        Checkpoint note = forge.checkpoint();
        String receipt =
                "{\"log_id\":\"%s\",\"intent\":3,\"output\":4,\"seal\":5,\"leaf_hash\":\"%s\",\"provenance_ms\":2.5,\"checkpoint\":\"%s\"}"
                        .formatted(
                                forge.logId().hex(),
                                forge.logId().hex(),
                                note.note().replace("\n", "\\n"));
        Mutations mutations = new Mutations(Hostile.SEED);
        List<String> lines = new ArrayList<>();
        List<Boolean> ours = new ArrayList<>();
        for (int i = 0; i < 2 * ROUNDS; i++) {
            boolean isPaper = i % 2 == 0;
            byte[] good = (isPaper ? note.text() : receipt).getBytes(StandardCharsets.UTF_8);
            byte[] bytes = i < 2 ? good : mutations.ofText(good);
            Path file = Files.write(home.resolve("kept-" + i), bytes);
            lines.add((isPaper ? "paper" : "receipt") + "\t" + file);
            ours.add(takes(isPaper, bytes));
        }
        var said =
                PythonVerifier.script(
                        "kept.py",
                        PythonVerifier.VERIFIER.toString(),
                        Files.write(home.resolve("list"), lines).toString());
        List<String> theirs = said.text().lines().toList();
        assertEquals(lines.size(), theirs.size(), said.text());
        for (int i = 0; i < lines.size(); i++)
            assertEquals(ours.get(i), theirs.get(i).equals("read"), lines.get(i) + theirs.get(i));
        assertTrue(ours.get(0) && ours.get(1), "what was not changed");
        assertTrue(ours.contains(false));
    }

    private static boolean takes(boolean isPaper, byte[] bytes) {
        try {
            Object _ = isPaper ? PaperCheckpoint.parse(bytes) : KeptReceipt.parse("it", bytes);
            return true;
        } catch (MalformedRecordException refused) {
            return false;
        }
    }

    @Test
    void nothing_where_one_is_broken_itself() throws Exception {
        forge.write();
        for (String how : List.of("cbor2", "fault")) {
            var said =
                    PythonVerifier.script(
                            "broken.py",
                            how,
                            PythonVerifier.VERIFIER.toString(),
                            "record",
                            forge.folder().toString(),
                            "--trust",
                            forge.trust().toString());
            assertEquals(2, said.status(), said.text());
            assertFalse(said.text().contains("Traceback"), said.text());
        }
    }

    private static Judged judged(String kind, Path subject, ProofReport report) {
        return new Judged(kind, subject, report.verdict(), report.checks().toString());
    }

    private static Judged judged(String kind, Path subject, RecordReport report) {
        return new Judged(kind, subject, report.verdict(), report.checks().toString());
    }

    private void agree(List<Judged> all) throws Exception {
        List<String> lines = new ArrayList<>();
        for (Judged one : all) lines.add(one.kind() + "\t" + one.subject());
        Path list = Files.write(home.resolve("list"), lines);
        var said =
                PythonVerifier.script(
                        "judge_many.py",
                        PythonVerifier.VERIFIER.toString(),
                        list.toString(),
                        forge.trust().toString());
        assertEquals(0, said.status(), said.text());
        List<String> verdicts = said.text().lines().toList();
        assertEquals(all.size(), verdicts.size(), said.text());
        int held = 0;
        for (int i = 0; i < all.size(); i++) {
            Judged one = all.get(i);
            String[] theirs = verdicts.get(i).split("\t", 2);
            assertEquals(
                    one.verdict().label(),
                    theirs[0],
                    () ->
                            "%s (seed %d): one says %s, the other %s"
                                    .formatted(one.subject(), Hostile.SEED, one.told(), theirs[1]));
            if (one.verdict().holds()) held++;
        }
        assertTrue(held < all.size() / 2, held + " of " + all.size() + " hold");
    }
}
