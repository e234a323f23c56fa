package redoubt.verifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redoubt.provenance.record.AuditRecord;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.RecordSettings;
import redoubt.provenance.record.Revocation;
import redoubt.provenance.record.RootCopy;
import redoubt.provenance.record.RootInstallation;
import redoubt.provenance.record.RootMedia;
import redoubt.provenance.record.RootVisit;

/// The machine without a network: makes the root of a site, begins its record, visits it.
class RootCommandsTest {
    @TempDir Path folder;
    private Path medium;
    private Path passphrase;
    private RecordSettings settings;

    @BeforeEach
    void a_medium() throws Exception {
        medium = Files.createDirectories(folder.resolve("medium"));
        passphrase = Files.writeString(folder.resolve("passphrase"), "correct horse battery\n");
        Path home = folder.resolve("home");
        settings =
                RecordSettings.in(
                        home,
                        "Site \u001b[2J of tests",
                        "test",
                        Bytes.of(new byte[32]),
                        InstantSource.system());
    }

    private TestSite.Said root(Object... words) {
        Object[] all = new Object[words.length + 4];
        all[0] = "record";
        all[1] = "root";
        System.arraycopy(words, 0, all, 2, words.length);
        all[all.length - 2] = "--passphrase-file";
        all[all.length - 1] = passphrase;
        return TestSite.run(all);
    }

    private Path key() throws Exception {
        return RootCopy.publicHalf(medium).resolveSibling(RootCopy.KEY_FILE);
    }

    @Test
    void a_root_is_made_begins_a_record_vouches_for_it_and_revokes() throws Exception {
        assertEquals(0, root("make", "--to", medium).status());
        RootMedia.writeRequest(
                medium, new RootInstallation(settings).begin(RootCopy.publicHalf(medium)));
        var noYes = root("sign", "--media", medium, "--key", key());
        assertEquals(1, noYes.status());
        assertTrue(noYes.err().contains("It asks      to begin a new record"), noYes.err());
        assertTrue(noYes.err().indexOf('\u001b') < 0, "a terminal was told something");
        var signed = root("sign", "--media", medium, "--key", key(), "--yes");
        assertEquals(0, signed.status(), signed.err());
        Bytes log = RootVisit.waitingLog(settings.keys()).orElseThrow();
        RootVisit.take(settings, RootMedia.answer(medium, log), List.of());
        try (AuditRecord record = AuditRecord.open(settings)) {
            RootMedia.writeRequest(medium, RootVisit.request(record, 0));
            signed = root("sign", "--media", medium, "--key", key(), "--yes");
            assertEquals(0, signed.status(), signed.err());
            assertTrue(signed.err().contains("has signed 1 times before"), signed.err());
        }
        var revoked =
                root(
                        "revoke",
                        "--to",
                        medium,
                        "--key",
                        key(),
                        "--epoch",
                        1,
                        "--from",
                        2,
                        "--reason",
                        "a disk was copied",
                        "--yes");
        assertEquals(0, revoked.status(), revoked.err());
        var revocation = Revocation.decode(RootMedia.revocations(medium, log).getFirst());
        assertEquals("a disk was copied", revocation.reason());
        assertEquals(Optional.of(log), Optional.of(revocation.logId()));
    }

    @Test
    void a_wrong_passphrase_signs_nothing() throws Exception {
        assertEquals(0, root("make", "--to", medium).status());
        RootMedia.writeRequest(
                medium, new RootInstallation(settings).begin(RootCopy.publicHalf(medium)));
        Files.writeString(passphrase, "some other words\n");
        var said = root("sign", "--media", medium, "--key", key(), "--yes");
        assertEquals(1, said.status());
        assertTrue(said.err().contains("passphrase"), said.err());
    }

    @Test
    void a_wrong_command_line_is_answered_with_what_there_is() {
        assertEquals(2, root("frob").status());
        var said = root("sign", "--key", "k");
        assertEquals(2, said.status());
        assertTrue(said.err().contains("--media must be given once"), said.err());
        assertTrue(said.err().contains("redoubt record root sign"), said.err());
        assertEquals(2, root("revoke", "--epoch", "0").status());
    }
}
