package redoubt.provenance.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Where a record ends, for both verifiers: while the appliance goes on writing it, and after it
/// stopped in the middle.
class RecordEndTest {
    @TempDir Path home;
    private Forge forge;
    private Path segment;

    @BeforeEach
    void begin() throws Exception {
        forge = AttackRecipe.honest(home);
        forge.write();
        segment = SegmentFile.name(forge.folder(), 0);
    }

    private RecordReport verify() throws Exception {
        return new RecordVerifier(RecordTrust.read(forge.trust()), List.of())
                .verify(forge.folder(), size -> {});
    }

    private void isJudged(Verdict verdict, String told) throws Exception {
        RecordReport report = verify();
        assertEquals(verdict, report.verdict(), report.checks().toString());
        assertTrue(
                report.checks().stream().anyMatch(check -> check.name().equals(told)),
                report.checks().toString());
        if (!PythonVerifier.isPresent()) return;
        var said = PythonVerifier.run("record", forge.folder(), forge.trust());
        assertEquals(verdict.exitStatus(), said.status(), said.text());
        assertTrue(said.text().contains(" " + told + " "), said.text());
    }

    @Nested
    class A_record_that_grows_while_it_is_read {
        private Path later;

        /// The same record with one entry more, its checkpoint, and a note for witnesses.
        @BeforeEach
        void grow() throws Exception {
            later = Files.createDirectories(home.resolve("later"));
            forge.add(new Event.SignedIn()).write(later, forge.checkpoint());
            new WitnessedNotes(later).keep(forge.checkpoint());
        }

        @Test
        void holds_as_far_as_it_was_when_the_reading_began() throws Exception {
            var report =
                    new RecordVerifier(RecordTrust.read(forge.trust()), List.of())
                            .verify(forge.folder(), holding -> replace());
            assertEquals(Verdict.VALID_UNWITNESSED, report.verdict(), report.checks().toString());
        }

        private void replace() {
            try {
                AttackCorpusTest.replace(forge.folder(), later);
                AttackCorpusTest.replace(
                        forge.folder().resolve("witnessed"), later.resolve("witnessed"));
            } catch (Exception failed) {
                throw new UncheckedIOException(new IOException(failed));
            }
        }

        @Test
        void holds_for_the_second_verifier_too() throws Exception {
            assumeTrue(
                    PythonVerifier.isPresent(),
                    "python3 with cbor2 and cryptography could not be had");
            var said =
                    PythonVerifier.script(
                            "growing.py",
                            PythonVerifier.VERIFIER.toString(),
                            forge.folder().toString(),
                            forge.trust().toString(),
                            later.toString());
            assertTrue(said.text().startsWith("VALID-UNWITNESSED "), said.text());
        }

        @Test
        void is_not_damaged_by_a_batch_that_was_written_since() throws Exception {
            long opened = Files.size(segment);
            byte[] frame = SegmentFile.frame(forge.entries.getLast(), false).array();
            Files.write(segment, new byte[] {0, 0, 0, 9}, StandardOpenOption.APPEND);
            Files.write(segment, frame, StandardOpenOption.APPEND);
            assertTrue(SegmentTail.hasBatchAfter(segment, opened));
            assertFalse(SegmentTail.hasBatchAfter(segment, opened, opened + 4));
        }
    }

    @Test
    void a_segment_that_was_about_to_be_begun_is_noted() throws Exception {
        Path next = SegmentFile.name(forge.folder(), forge.next());
        for (byte[] bytes : List.of(new byte[0], new byte[] {'R', 'D'}, new byte[16])) {
            Files.write(next, bytes);
            isJudged(Verdict.VALID_UNWITNESSED, "tail");
        }
    }

    @Test
    void a_segment_that_was_about_to_be_begun_before_others_is_refused() throws Exception {
        Path next = SegmentFile.name(forge.folder(), forge.next());
        Files.write(next, new byte[3]);
        Files.write(SegmentFile.name(forge.folder(), forge.next() + 1), new byte[3]);
        isJudged(Verdict.INVALID, "segments");
    }

    @Test
    void a_segment_that_is_longer_than_any_is_refused() throws Exception {
        try (var file = new RandomAccessFile(segment.toFile(), "rw")) {
            file.setLength(SegmentFile.READ_BYTES_MAX + 1);
        }
        isJudged(Verdict.INVALID, "segments");
    }

    @Test
    void a_batch_far_behind_the_damage_is_seen() throws Exception {
        long opened = Files.size(segment);
        byte[] frame = SegmentFile.frame(forge.entries.getLast(), false).array();
        try (var file = new RandomAccessFile(segment.toFile(), "rw")) {
            file.seek(opened + 3L * SegmentFile.ENTRY_BYTES_MAX);
            file.write(frame);
        }
        isJudged(Verdict.INVALID, "segments");
    }

    @Test
    void a_stranger_in_the_folder_of_notes_is_refused() throws Exception {
        Path notes = Files.createDirectories(forge.folder().resolve("witnessed"));
        Files.write(notes.resolve("0000000000000003.note.new"), new byte[1]);
        isJudged(Verdict.VALID_UNWITNESSED, "witnesses");
        Files.write(notes.resolve("notes.txt"), new byte[1]);
        isJudged(Verdict.INVALID, "witnessed");
    }
}
