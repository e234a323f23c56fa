package redoubt.provenance.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// A forged record, and an auditor with a trust folder who counts two of three witnesses.
final class Auditor {
    static final WitnessKey ANNA = witness("anna.example/1", 1);
    static final WitnessKey BEN = witness("ben.example/1", 2);
    static final WitnessKey CLARA = witness("clara.example/1", 3);
    static final WitnessKey STRANGER = witness("stranger.example/1", 4);

    private final Forge forge;

    Auditor(Forge forge) throws Exception {
        this.forge = forge;
        Files.writeString(
                forge.trust().resolve("witness-policy.txt"),
                "witness anna %s\nwitness ben %s\nwitness clara %s\ngroup g 2 anna ben clara\nquorum g\n"
                        .formatted(
                                ANNA.witness().vkey(),
                                BEN.witness().vkey(),
                                CLARA.witness().vkey()));
    }

    private static WitnessKey witness(String name, int seed) {
        byte[] bytes = new byte[WitnessKey.SEED_BYTES];
        Arrays.fill(bytes, (byte) seed);
        return WitnessKey.ofSeed(name, bytes);
    }

    RecordTrust trust() throws Exception {
        return RecordTrust.read(forge.trust());
    }

    RecordReport verify(RecordVerifier.KeptProof... proofs) throws Exception {
        return new RecordVerifier(
                        trust(), new Kept(List.of(), List.of(), List.of(proofs), List.of()))
                .verify(forge.folder(), size -> {});
    }

    void keep(Checkpoint note) throws Exception {
        Files.createDirectories(forge.folder());
        new WitnessedNotes(forge.folder()).keep(note);
    }

    void bring(String name, Checkpoint note) throws Exception {
        Path folder = Files.createDirectories(forge.trust().resolve("checkpoints"));
        Files.writeString(folder.resolve(name), note.note());
    }

    static void is(Verdict verdict, String saying, RecordReport report) {
        assertEquals(verdict, report.verdict(), report.checks().toString());
        assertTrue(report.checks().toString().contains(saying), report.checks().toString());
    }

    static void is(Verdict verdict, String saying, ProofReport report) {
        assertEquals(verdict, report.verdict(), report.checks().toString());
        assertTrue(report.checks().toString().contains(saying), report.checks().toString());
    }
}
