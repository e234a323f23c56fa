package redoubt.provenance.record;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A power cut while a batch is written: of its blocks any may be on the disk and any may not. The
/// batch was never acknowledged, so the record opens without it; what was acknowledged before it is
/// never touched. One sync with four entries is taken apart here.
class PowerCutTest {
    private static final int ENTRIES = 4;

    @TempDir Path folder;
    private Path home;
    private Path before;
    private byte[] acknowledged;
    private byte[] whole;

    @BeforeEach
    void record_and_then_write_one_batch_more() throws Exception {
        home = folder.resolve("home");
        before = folder.resolve("before");
        var record = AuditRecord.open(RecordCrashTest.settings(home));
        for (int i = 0; i < 3; i++) record.appendDurably(Forge.intent("r" + i), Actor.SYSTEM);
        acknowledged = Files.readAllBytes(segment());
        copy(home, before);
        for (int i = 1; i < ENTRIES; i++) append(record);
        append(record).awaitCheckpoint();
        whole = Files.readAllBytes(segment());
        assertEquals(
                1,
                (int) batches(whole, acknowledged.length),
                "the entries were not written as one batch");
    }

    private static Pending append(AuditRecord record) throws RecordException {
        return record.append(new Event.SignedIn(), Actor.SYSTEM, OptionalLong.empty());
    }

    private Path segment() {
        return SegmentFile.name(home.resolve("record"), 0);
    }

    private static long batches(byte[] segment, int from) {
        long batches = 0;
        for (int at = from; at < segment.length; ) {
            int word = java.nio.ByteBuffer.wrap(segment).getInt(at);
            if (word > 0) batches++;
            at += (word & ~SegmentFile.CONTINUES) + SegmentFile.FRAME_EXTRA_BYTES;
        }
        return batches;
    }

    private static void copy(Path from, Path to) throws IOException {
        if (Files.exists(to))
            try (var old = Files.walk(to)) {
                for (Path file : old.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
            }
        try (var files = Files.walk(from)) {
            for (Path file : files.toList())
                Files.copy(
                        file,
                        to.resolve(from.relativize(file)),
                        StandardCopyOption.COPY_ATTRIBUTES);
        }
    }

    /// The disk as it was when the last checkpoint was written, with this segment.
    private void restart(byte[] segment) throws IOException {
        copy(before, home);
        Files.write(segment(), segment);
    }

    private void opens(String what) throws Exception {
        try (var record = AuditRecord.open(RecordCrashTest.settings(home))) {
            assertTrue(!record.recovery().orderly(), what);
        } catch (RecordException refused) {
            throw new AssertionError(what + ": " + refused.sentence(), refused);
        }
        byte[] now = Files.readAllBytes(segment());
        assertArrayEquals(acknowledged, Arrays.copyOf(now, acknowledged.length), what);
        var report =
                new RecordVerifier(RecordTrust.read(home.resolve("trust")), List.of())
                        .verify(home.resolve("record"), size -> {});
        assertEquals(Verdict.VALID_UNWITNESSED, report.verdict(), what + report.checks());
    }

    private void isRefusedUntouched(byte[] segment, String what) throws Exception {
        var refused =
                assertThrows(
                        RecordException.class,
                        () -> AuditRecord.open(RecordCrashTest.settings(home)),
                        what);
        assertEquals(RecordException.Reason.TAMPERED, refused.reason(), refused.sentence());
        assertArrayEquals(segment, Files.readAllBytes(segment()), what + ": evidence was changed");
    }

    private void lose(byte[] segment, int from, int to) {
        Arrays.fill(
                segment,
                Math.max(from, acknowledged.length),
                Math.min(to, segment.length),
                (byte) 0);
    }

    @Nested
    class Of_a_batch_that_was_not_acknowledged {
        @Test
        void any_one_block_may_be_lost() throws Exception {
            for (int block : new int[] {512, 4096}) {
                int first = acknowledged.length / block * block;
                for (int at = first; at < whole.length; at += block) {
                    byte[] segment = whole.clone();
                    lose(segment, at, at + block);
                    restart(segment);
                    opens("lost %d bytes from %d on; ".formatted(block, at));
                }
            }
        }

        @Test
        void the_file_may_end_anywhere() throws Exception {
            for (int at = acknowledged.length; at < whole.length; at += 512) {
                restart(Arrays.copyOf(whole, at));
                opens("the file ends at %d; ".formatted(at));
            }
        }

        @Test
        void any_blocks_may_be_lost_together() throws Exception {
            long seed = Long.getLong("redoubt.seed", 20261121L);
            System.out.println("PowerCutTest seed " + seed);
            Random random = new Random(seed);
            for (int i = 0; i < 30; i++) {
                byte[] segment = whole.clone();
                for (int at = acknowledged.length / 512 * 512; at < whole.length; at += 512)
                    if (random.nextBoolean()) lose(segment, at, at + 512);
                restart(segment);
                opens("seed %d, turn %d; ".formatted(seed, i));
            }
        }

        @Test
        void both_verifiers_note_it_before_the_next_start() throws Exception {
            byte[] segment = whole.clone();
            lose(segment, acknowledged.length + 1000, acknowledged.length + 1500);
            restart(segment);
            var report =
                    new RecordVerifier(RecordTrust.read(home.resolve("trust")), List.of())
                            .verify(home.resolve("record"), size -> {});
            assertEquals(Verdict.VALID_UNWITNESSED, report.verdict(), report.checks().toString());
            assertTrue(
                    report.checks().stream().anyMatch(check -> check.name().equals("tail")),
                    report.checks().toString());
            if (PythonVerifier.isPresent()) {
                var said =
                        PythonVerifier.run("record", home.resolve("record"), home.resolve("trust"));
                assertEquals(0, said.status(), said.text());
            }
        }
    }

    @Nested
    class Damage_that_a_power_cut_cannot_do {
        @Test
        void under_the_last_checkpoint_is_refused_and_left_as_it_is() throws Exception {
            for (int at = acknowledged.length - 512; at > SegmentFile.HEAD_BYTES; at -= 1024) {
                byte[] segment = acknowledged.clone();
                Arrays.fill(segment, at, at + 512, (byte) 0);
                restart(segment);
                isRefusedUntouched(segment, "damage at " + at);
            }
        }

        @Test
        void before_a_later_batch_is_refused_even_without_a_checkpoint() throws Exception {
            restart(acknowledged);
            Path checkpoint = home.resolve("record/checkpoint");
            for (int at = acknowledged.length / 2; at > SegmentFile.HEAD_BYTES; at -= 2048) {
                Files.deleteIfExists(checkpoint);
                byte[] segment = acknowledged.clone();
                Arrays.fill(segment, at, at + 512, (byte) 0);
                Files.write(segment(), segment);
                isRefusedUntouched(segment, "damage at " + at);
                if (PythonVerifier.isPresent() && at == acknowledged.length / 2)
                    assertEquals(
                            1,
                            PythonVerifier.run(
                                            "record", home.resolve("record"), home.resolve("trust"))
                                    .status());
            }
        }
    }
}
