package redoubt.provenance.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
        if (isMounted) assertEquals(0, run("umount", disk.toString()));
    }

    private static int run(String... command) throws Exception {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getInputStream().readAllBytes();
            return process.waitFor(20, TimeUnit.SECONDS) ? process.exitValue() : -1;
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
        var report =
                new RecordVerifier(RecordTrust.read(home.resolve("trust")), List.of())
                        .verify(home.resolve("record"), size -> {});
        assertEquals(Verdict.VALID_UNWITNESSED, report.verdict(), report.checks().toString());
        assertTrue(alarms(home) > 0, "no ALARM was recorded");
    }

    private static int alarms(Path home) throws Exception {
        int alarms = 0;
        try (var reader = SegmentReader.open(SegmentFile.name(home.resolve("record"), 0), 0)) {
            while (reader.next() instanceof SegmentReader.Frame.Whole whole) {
                var entry = SignedEntry.read(whole.cose(), "an entry").entry();
                if (entry.event() instanceof Event.Alarm) alarms++;
            }
        }
        return alarms;
    }
}
