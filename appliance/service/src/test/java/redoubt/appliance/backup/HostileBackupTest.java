package redoubt.appliance.backup;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The files that head a backup and its keys, changed at random on the shelf: read as they were
/// written, or refused.
class HostileBackupTest {
    private static final long SEED = Long.getLong("redoubt.seed", 20_261_122);
    private static final int ROUNDS = Integer.getInteger("redoubt.fuzz", 1_000);
    private static final String LOG = "ab".repeat(32);

    @TempDir Path medium;

    @FunctionalInterface
    private interface Reading {
        byte[] again() throws Exception;
    }

    private void isWithstood(Path file, Reading reading) throws Exception {
        byte[] good = Files.readAllBytes(file);
        assertArrayEquals(good, reading.again());
        Random random = new Random(SEED);
        int refused = 0;
        for (int i = 0; i < ROUNDS; i++) {
            byte[] changed = changed(good, random);
            Files.write(file, changed);
            try {
                assertArrayEquals(changed, reading.again(), () -> told(changed));
            } catch (BackupException as_it_should_be) {
                refused++;
            } catch (RuntimeException crash) {
                fail(told(changed), crash);
            }
        }
        assertTrue(refused > ROUNDS / 2, refused + " were refused");
    }

    private static String told(byte[] changed) {
        return "seed %d: %s".formatted(SEED, new String(changed, StandardCharsets.ISO_8859_1));
    }

    private static byte[] changed(byte[] good, Random random) {
        String text = new String(good, StandardCharsets.ISO_8859_1);
        int at = random.nextInt(text.length());
        int to = Math.min(text.length(), at + 1 + random.nextInt(80));
        String some = List.of("\n", " ", "/", "..", "9", "\u00e4", "").get(random.nextInt(7));
        String made =
                switch (random.nextInt(4)) {
                    case 0 -> text.substring(0, at) + some + text.substring(at);
                    case 1 -> text.substring(0, at) + some + text.substring(at + 1);
                    case 2 -> text.substring(0, at) + text.substring(to);
                    default -> text.substring(0, to) + text.substring(at);
                };
        return made.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void a_list_is_read_as_it_was_written_or_refused() throws Exception {
        var list =
                new BackupList(
                        LOG,
                        7,
                        List.of(
                                new BackupList.Entry("record/0000000000000000.seg", LOG, 12),
                                new BackupList.Entry("trust/record-log-id", LOG, 65)));
        Path file = medium.resolve("a" + BackupList.SUFFIX);
        Files.write(file, written(list));
        isWithstood(file, () -> written(BackupList.read(file)));
    }

    private static byte[] written(BackupList list) {
        StringBuilder text = new StringBuilder("redoubt-backup/1\n");
        text.append("log ").append(list.logId()).append("\nsize ").append(list.size());
        for (BackupList.Entry entry : list.entries())
            text.append("\nobject %s %d %s".formatted(entry.sha256(), entry.bytes(), entry.path()));
        text.append("\nend ").append(list.entries().size()).append('\n');
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void keys_are_read_as_they_were_written_or_refused() throws Exception {
        Path again = medium.resolve("again");
        write(medium, new KeyRing(LOG, Map.of("content/a", new byte[60], "rows/b", new byte[32])));
        isWithstood(
                medium.resolve(KeyRing.FILE),
                () -> {
                    write(again, KeyRing.read(medium));
                    return Files.readAllBytes(again.resolve(KeyRing.FILE));
                });
    }

    private static void write(Path to, KeyRing ring) throws Exception {
        try (FreshKeys fresh = FreshKeys.on(to, ring.logId())) {
            for (var key : ring.keys().entrySet()) fresh.add(key.getKey(), key.getValue());
            fresh.end();
            fresh.replace();
        }
    }

    @Test
    void keys_without_an_end_of_their_line_are_refused_before_they_fill_the_memory()
            throws Exception {
        byte[] line = new byte[2 << 20];
        Arrays.fill(line, (byte) 'A');
        Files.write(medium.resolve(KeyRing.FILE), line);
        assertTrue(
                String.valueOf(
                                assertThrows(BackupException.class, () -> KeyRing.read(medium))
                                        .getMessage())
                        .contains("too long"));
    }

    @Test
    void a_row_with_a_key_that_is_none_is_refused() {
        for (int length : new int[] {0, 1, 16, 33})
            assertThrows(
                    BackupException.class,
                    () -> SealedRows.open("rows/a", new byte[64], new byte[length]));
    }
}
