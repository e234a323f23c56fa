package redoubt.appliance.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.identity.Principal;
import redoubt.appliance.site.Secrets;
import redoubt.provenance.anchor.Anchor;
import redoubt.provenance.anchor.AnchorFile;
import redoubt.provenance.anchor.AnchorFinding;
import redoubt.provenance.anchor.AnchorTrust;
import redoubt.provenance.record.AuditRecord;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.RecordSettings;
import redoubt.provenance.record.WitnessedNotes;

/// What comes back from outside, as files beside the record: it is there exactly if the record says
/// so, and what is damaged there keeps nobody from starting.
class OutsideProofsTest {
    private static final byte[] PROOF = "proof of a time".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] WAITING = "waiting".getBytes(StandardCharsets.US_ASCII);

    @TempDir Path home;
    private AuditRecord audit;
    private SiteRecord record;

    /// Judges by what the proof says of itself.
    private static final class Gullible implements Anchor {
        @Override
        public String kind() {
            return "opentimestamps";
        }

        @Override
        public String suffix() {
            return "ots";
        }

        @Override
        public Request request(String checkpointText) {
            throw new AssertionError("nothing goes out here");
        }

        @Override
        public AnchorFinding check(byte[] proof, Bytes digest, AnchorTrust trust) {
            return proof.length == WAITING.length
                    ? new AnchorFinding.Pending("a calendar")
                    : new AnchorFinding.Proven(Instant.EPOCH, "somebody");
        }
    }

    @BeforeEach
    void open() throws Exception {
        audit =
                AuditRecord.open(
                        new RecordSettings(
                                folder(),
                                home.resolve("keys"),
                                trust(),
                                "site",
                                "test",
                                Bytes.of(new byte[32]),
                                InstantSource.system()));
        record = new SiteRecord(audit);
    }

    @AfterEach
    void close() throws Exception {
        audit.close();
    }

    private Path folder() {
        return home.resolve("record");
    }

    private Path trust() {
        return home.resolve("trust");
    }

    private Anchoring anchoring() throws Exception {
        return new Anchoring(record, folder(), trust());
    }

    private long anchored() throws Exception {
        long found = 0;
        for (long at = 0; at < audit.size(); at++)
            if (audit.entry(at).event() instanceof Event.Anchored) found++;
        return found;
    }

    @Test
    void a_proof_that_is_recorded_and_not_in_its_place_is_put_there_by_the_next_start()
            throws Exception {
        var file = AnchorFile.of(folder(), 2, new Gullible());
        Files.createDirectories(AnchorFile.folder(folder()));
        Path begun = AnchorFile.folder(folder()).resolve("%016d-%016d-ots.new".formatted(2, 2));
        Files.write(begun, PROOF);
        record.noteOwn(
                new Event.Anchored(
                        "opentimestamps", 2, audit.root(2), Bytes.of(Secrets.sha256(PROOF))));
        anchoring();
        assertArrayEquals(PROOF, Files.readAllBytes(file.path()));
        assertTrue(Files.notExists(begun));
    }

    @Test
    void a_proof_that_is_not_recorded_is_not_there_and_can_be_brought_again() throws Exception {
        Files.createDirectories(AnchorFile.folder(folder()));
        Path begun = AnchorFile.folder(folder()).resolve("%016d-%016d-ots.new".formatted(2, 2));
        Files.write(begun, PROOF);
        var anchoring = anchoring();
        assertTrue(Files.notExists(begun));
        assertEquals(List.of(), AnchorFile.in(folder()));
        anchoring.take(audit.checkpoint().text(), new Gullible(), PROOF, Principal.console());
        assertEquals(1, anchored());
        anchoring.take(audit.checkpoint().text(), new Gullible(), PROOF, Principal.console());
        assertEquals(1, anchored());
    }

    @Test
    void a_proof_of_a_time_does_not_give_way_to_one_that_waits() throws Exception {
        var anchoring = anchoring();
        String text = audit.checkpoint().text();
        long size = audit.checkpoint().size();
        anchoring.take(text, new Gullible(), WAITING, Principal.console());
        anchoring.take(text, new Gullible(), PROOF, Principal.console());
        assertThrows(
                RefusedException.class,
                () -> anchoring.take(text, new Gullible(), WAITING, Principal.console()));
        assertArrayEquals(
                PROOF, Files.readAllBytes(AnchorFile.of(folder(), size, new Gullible()).path()));
        assertEquals(2, anchored());
    }

    @Test
    void a_garbled_note_of_witnesses_is_told_and_the_others_count() throws Exception {
        var notes = new WitnessedNotes(folder());
        var good = audit.checkpoint();
        notes.keep(good);
        Files.writeString(
                folder().resolve("witnessed").resolve("%016d.note".formatted(1)), "garbled\n");
        var told = new ArrayList<String>();
        var witnessing = new Witnessing(record, folder(), trust(), told::add);
        assertEquals(List.of(good.size()), witnessing.standing().given());
        assertEquals(1, told.size());
        assertTrue(told.getFirst().contains("note of 1 entries"), told.getFirst());
        assertEquals(told, witnessing.standing().verdict().bad());
    }
}
