package redoubt.provenance.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A disk that really has no room: a small file system of its own, where we may mount one.
class RecordFullDiskTest {
    @TempDir Path folder;
    private Path disk;
    private boolean isMounted;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectories(folder.resolve("disk"));
        isMounted = run("mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", disk.toString()) == 0;
        assumeTrue(isMounted, "a file system cannot be mounted here, it takes root");
    }

    @AfterEach
    void unmount() throws Exception {
        if (isMounted) assertEquals(0, run("umount", "-l", disk.toString()));
    }

    private static int run(String... command) throws Exception {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getInputStream().readAllBytes();
            return process.waitFor(120, TimeUnit.SECONDS) ? process.exitValue() : -1;
        } catch (IOException absent) {
            return -1;
        }
    }

    /// Takes all room that is left.
    private Path fill() throws IOException {
        Path stone = disk.resolve("stone");
        byte[] block = new byte[4096];
        try (var out = Files.newOutputStream(stone)) {
            while (true) out.write(block);
        } catch (IOException full) {
            return stone;
        }
    }

    @Test
    void is_an_alarm_in_the_record_and_no_answer_until_there_is_room() throws Exception {
        Path home = disk.resolve("home");
        long before;
        try (var record = AuditRecord.open(RecordCrashTest.settings(home))) {
            record.appendDurably(new Event.SignedIn(), Actor.SYSTEM);
            Path stone = fill();
            var refused =
                    assertThrows(
                            RecordException.class,
                            () -> {
                                for (int i = 0; i < 100; i++)
                                    record.appendDurably(new Event.SignedIn(), Actor.SYSTEM);
                            });
            assertEquals(RecordException.Reason.FULL, refused.reason(), refused.sentence());
            assertThrows(
                    RecordException.class,
                    () -> record.append(new Event.SignedIn(), Actor.SYSTEM, OptionalLong.empty()));
            before = record.size();
            Files.delete(stone);
            record.appendDurably(new Event.SignedIn(), Actor.SYSTEM);
            assertEquals(before + 1, record.size());
        }
        verifies(home);
        assertTrue(alarms(home) > 0, "no ALARM was recorded");
    }

    @Test
    void is_known_in_any_language_of_the_host() throws Exception {
        var said = new IOException("Auf dem Gerät ist kein Speicherplatz mehr verfügbar");
        Path stone = fill();
        var full = RecordFailure.explain(RecordFailure.whileWriting(said, disk, 1));
        assertEquals(RecordException.Reason.FULL, full.reason());
        Files.delete(stone);
        var other = RecordFailure.explain(RecordFailure.whileWriting(said, disk, 1));
        assertEquals(RecordException.Reason.UNREADABLE, other.reason());
    }

    /// Only a start that gets as far as its EPOCH_OPENED is of interest: how much room that takes
    /// is found out.
    @Test
    void at_the_first_entry_of_an_epoch_leaves_a_record_that_the_next_start_takes_up()
            throws Exception {
        Path home = disk.resolve("home");
        AuditRecord.open(RecordCrashTest.settings(home)).close();
        int refusedAtTheEntry = 0;
        for (int room = 0; room <= 64 << 10; room += 4 << 10) {
            Path stone = fill();
            try (var channel = FileChannel.open(stone, StandardOpenOption.WRITE)) {
                channel.truncate(Math.max(0, channel.size() - room));
            }
            long entries = entries(home).size();
            try {
                AuditRecord.open(RecordCrashTest.settings(home)).close();
            } catch (RecordException refused) {
                assertEquals(RecordException.Reason.FULL, refused.reason(), refused.sentence());
                if (Files.exists(home.resolve("keys/epoch-next.key"))
                        && entries(home).size() == entries) refusedAtTheEntry++;
            }
            Files.delete(stone);
            verifies(home);
        }
        assertTrue(refusedAtTheEntry > 0, "no start got as far as its first entry");
        try (var record = AuditRecord.open(RecordCrashTest.settings(home))) {
            record.appendDurably(new Event.SignedIn(), Actor.SYSTEM);
        }
        verifies(home);
    }

    @Test
    void that_takes_an_output_makes_its_seal_impossible() throws Exception {
        Path home = disk.resolve("home");
        try (var record = AuditRecord.open(RecordCrashTest.settings(home))) {
            var intent = record.appendDurably(Forge.intent("r1"), Actor.SYSTEM);
            Path stone = fill();
            // Longer than what is left of the last page.
            var large =
                    new Event.Output(
                            "r1",
                            "urn:c2pa:1",
                            Forge.ZEROS,
                            Forge.ZEROS,
                            1,
                            2,
                            "stop".repeat(2_000));
            var output = record.append(large, Actor.SYSTEM, OptionalLong.of(intent.sequence()));
            assertThrows(RecordException.class, output::awaitDurable);
            Files.delete(stone);
            record.appendDurably(new Event.SignedIn(), Actor.SYSTEM);
            assertTrue(
                    record.size() > output.appended().sequence(),
                    "nothing took the place of the output");
            var refused =
                    assertThrows(
                            RecordException.class,
                            () ->
                                    record.append(
                                            Forge.seal("r1"),
                                            Actor.SYSTEM,
                                            OptionalLong.of(output.appended().sequence())));
            assertTrue(refused.sentence().contains("OUTPUT"), refused.sentence());
            record.append(
                            new Event.Aborted("r1", "lost"),
                            Actor.SYSTEM,
                            OptionalLong.of(intent.sequence()))
                    .awaitDurable();
        }
        verifies(home);
    }

    static void verifies(Path home) throws Exception {
        var report =
                new RecordVerifier(RecordTrust.read(home.resolve("trust")), List.of())
                        .verify(home.resolve("record"), size -> {});
        assertEquals(Verdict.VALID_UNWITNESSED, report.verdict(), report.checks().toString());
    }

    static List<Entry> entries(Path home) throws Exception {
        var entries = new ArrayList<Entry>();
        try (var reader = SegmentReader.open(SegmentFile.name(home.resolve("record"), 0), 0)) {
            while (reader.next() instanceof SegmentReader.Frame.Whole whole)
                entries.add(SignedEntry.read(whole.cose(), "an entry").entry());
        }
        return entries;
    }

    private static long alarms(Path home) throws Exception {
        return entries(home).stream().filter(entry -> entry.event() instanceof Event.Alarm).count();
    }
}
