package redoubt.verifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redoubt.provenance.record.Actor;
import redoubt.provenance.record.AuditRecord;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.RecordSettings;
import redoubt.provenance.record.Witness;
import redoubt.provenance.witness.Medium;
import redoubt.provenance.witness.VisitFiles;

class WitnessCommandTest {
    @TempDir Path home;
    private Path medium;
    private Path passphrase;

    @BeforeEach
    void prepare() throws Exception {
        medium = Files.createDirectories(home.resolve("medium"));
        passphrase = Files.writeString(home.resolve("passphrase"), "correct horse battery\n");
    }

    private AuditRecord open(String site) throws Exception {
        Path at = home.resolve(site);
        return AuditRecord.open(
                RecordSettings.in(
                        at, "Test Site", "test", Bytes.of(new byte[32]), InstantSource.system()));
    }

    private TestSite.Said keygen() {
        return TestSite.run(
                "witness",
                "keygen",
                "--name",
                "auditor.example/1",
                "--to",
                home.resolve("key"),
                "--passphrase-file",
                passphrase);
    }

    private TestSite.Said visit(Object... more) {
        Object[] words = {
            "witness",
            "visit",
            "--media",
            medium,
            "--key",
            home.resolve("key/witness.key"),
            "--state",
            home.resolve("state"),
            "--passphrase-file",
            passphrase
        };
        Object[] all = java.util.Arrays.copyOf(words, words.length + more.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        return TestSite.run(all);
    }

    @Test
    void a_witness_makes_a_key_visits_and_is_told_what_it_saw() throws Exception {
        assertEquals(0, keygen().status());
        Witness.parse(Files.readString(home.resolve("key/witness.vkey")).strip());
        assertEquals(1, keygen().status(), "a key is not overwritten");
        try (AuditRecord record = open("a")) {
            VisitFiles.give(new Medium(medium), record.proof(), List.of());
            var unknown = visit();
            assertEquals(1, unknown.status());
            assertTrue(unknown.err().contains("--trust DIR"), unknown.err());
            var said = visit("--trust", home.resolve("a/trust"));
            assertEquals(0, said.status(), said.err());
            assertTrue(said.out().contains("Signed as auditor.example/1"), said.out());
            assertEquals(1, VisitFiles.brought(new Medium(medium)).size());
            var status = TestSite.run("witness", "status", "--state", home.resolve("state"));
            assertTrue(
                    status.out().startsWith(record.logId().hex() + ": 2 entries, on "),
                    status.out());
        }
    }

    @Test
    void a_fork_has_an_exit_status_of_its_own_and_shows_in_the_status() throws Exception {
        keygen();
        open("a").close();
        try (var files = Files.walk(home.resolve("a"))) {
            for (Path file : files.toList()) {
                Path to = home.resolve("b").resolve(home.resolve("a").relativize(file).toString());
                if (Files.isDirectory(file)) Files.createDirectories(to);
                else Files.copy(file, to);
            }
        }
        try (AuditRecord record = open("a")) {
            record.appendDurably(new Event.SignedIn(), Actor.SYSTEM);
            VisitFiles.give(new Medium(medium), record.proof(), List.of());
            assertEquals(0, visit("--trust", home.resolve("a/trust")).status());
        }
        try (AuditRecord fork = open("b")) {
            fork.appendDurably(new Event.SignedIn(), Actor.SYSTEM);
            VisitFiles.give(new Medium(medium), fork.proof(), List.of());
            var said = visit();
            assertEquals(4, said.status(), said.err());
            assertTrue(said.err().contains("FORK"), said.err());
            var status = TestSite.run("witness", "status", "--state", home.resolve("state"));
            assertTrue(status.out().contains("CONTRADICTIONS: 2 notes"), status.out());
        }
    }

    @Test
    void a_wrong_command_says_how_it_should_be() {
        assertEquals(0, TestSite.run("witness").status());
        assertEquals(0, TestSite.run("witness", "visit", "--help").status());
        for (Object[] words :
                new Object[][] {
                    {"witness", "dance"},
                    {"witness", "status"},
                    {"witness", "status", "--state"},
                    {"witness", "status", "--key", "k"},
                    {"witness", "visit", "--media", medium},
                    {"witness", "keygen", "--name", "a", "--name", "b"}
                }) {
            var said = TestSite.run(words);
            assertEquals(2, said.status());
            assertTrue(said.err().contains("redoubt witness visit"), said.err());
        }
    }
}
