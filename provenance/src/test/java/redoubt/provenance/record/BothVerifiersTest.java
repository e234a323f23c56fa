package redoubt.provenance.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

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
