package redoubt.verifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redoubt.provenance.record.Actor;
import redoubt.provenance.record.AuditRecord;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.RecordSettings;
import redoubt.provenance.record.WitnessKey;
import redoubt.provenance.record.WitnessedNotes;

class VerifyRecordTest {
    @TempDir Path home;

    private AuditRecord open() throws Exception {
        return AuditRecord.open(
                RecordSettings.in(
                        home, "Test Site", "test", Bytes.of(new byte[32]), InstantSource.system()));
    }

    private TestSite.Said verify(Object... more) {
        Object[] words = new Object[more.length + 5];
        words[0] = "record";
        words[1] = "verify";
        words[2] = home.resolve("record");
        words[3] = "--trust";
        words[4] = home.resolve("trust");
        System.arraycopy(more, 0, words, 5, more.length);
        return TestSite.run(words);
    }

    @Test
    void a_record_holds_while_it_is_open_and_over_epochs() throws Exception {
        open().close();
        try (var record = open()) {
            record.appendDurably(new Event.SignedIn(), Actor.SYSTEM);
            var said = verify();
            assertEquals(0, said.status(), said.out());
            assertTrue(said.out().contains("2 epoch(s)"), said.out());
            assertTrue(said.out().contains("VALID-UNWITNESSED"), said.out());
        }
        assertEquals("VALID-UNWITNESSED\n", verify("--quiet").out());
    }

    /// Java writes numbers in the digits of the host's language, unless it is told not to.
    @Test
    void a_record_holds_where_the_host_counts_in_other_digits() throws Exception {
        open().close();
        var child =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-Duser.language=fa",
                                "-Duser.country=IR",
                                "-cp",
                                TestSite.classPath(),
                                Main.class.getName(),
                                "record",
                                "verify",
                                home.resolve("record").toString(),
                                "--trust",
                                home.resolve("trust").toString())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, child.waitFor(), said);
        assertTrue(said.contains("4 entries"), said);
    }

    @Test
    void a_kept_checkpoint_shows_a_record_that_was_rolled_back() throws Exception {
        open().close();
        Path backup = home.resolve("backup");
        copy(home.resolve("record"), backup);
        open().close();
        Path kept = home.resolve("kept");
        Files.copy(home.resolve("record/checkpoint"), kept);
        assertEquals(0, verify("--checkpoint", kept).status());
        delete(home.resolve("record"));
        copy(backup, home.resolve("record"));
        assertEquals(0, verify().status());
        var said = verify("--checkpoint", kept);
        assertEquals(1, said.status(), said.out());
        assertTrue(said.out().contains("rolled back"), said.out());
    }

    @Test
    void a_kept_proof_must_be_in_the_record() throws Exception {
        Path proof = home.resolve("answer.proof");
        try (var record = open()) {
            long entry = record.appendDurably(new Event.SignedIn(), Actor.SYSTEM).sequence();
            Files.write(proof, record.proof(entry));
        }
        open().close();
        var said = verify("--receipt", proof);
        assertEquals(0, said.status(), said.out());
        assertTrue(said.out().contains("are in this record, at their places"), said.out());
        said =
                TestSite.run(
                        "record", "verify", "--receipt", proof, "--trust", home.resolve("trust"));
        assertEquals(3, said.status(), said.out());
        assertTrue(said.out().contains("holds by itself"), said.out());
        Files.write(proof, new byte[] {1, 2, 3});
        assertEquals(1, verify("--receipt", proof).status());
        assertEquals(2, verify("--receipt", home.resolve("none")).status());
    }

    @Test
    void a_record_that_a_quorum_saw_is_valid_and_programs_learn_up_to_where() throws Exception {
        var witness = WitnessKey.ofSeed("anna.example/1", new byte[WitnessKey.SEED_BYTES]);
        try (var record = open()) {
            record.appendDurably(new Event.SignedIn(), Actor.SYSTEM);
            var note = record.checkpoint();
            new WitnessedNotes(home.resolve("record"))
                    .keep(note.with(witness.cosign(note, 1_763_000_000)));
        }
        Files.writeString(
                home.resolve("trust/witness-policy.txt"),
                "witness anna " + witness.witness().vkey() + "\nquorum anna\n");
        assertEquals("VALID\n", verify("--quiet").out());
        var said = verify("--json");
        assertEquals(0, said.status(), said.out());
        assertTrue(said.out().contains("\"witnessedTo\":3"), said.out());
        assertTrue(
                said.out().contains("{\"name\":\"anna\",\"size\":3,\"at\":1763000000}"),
                said.out());
        assertTrue(said.out().contains("\"disputed\":[]"), said.out());
        assertTrue(verify().out().contains("VALID: everything"), verify().out());
    }

    @Test
    void what_cannot_begin_says_what_to_write() {
        var said = TestSite.run("record", "verify", "--trust", home);
        assertEquals(2, said.status());
        assertTrue(said.err().contains("record verify DIR"), said.err());
    }

    private static void copy(Path from, Path to) throws Exception {
        Files.createDirectories(to);
        try (var files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    private static void delete(Path folder) throws Exception {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
