package redoubt.provenance.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `kill -9` at a random moment, again and again: whatever was acknowledged is there, in its place.
class RecordCrashTest {
    private static final int KILLS = 6;
    private static final int ALIVE_MS_MAX = 600;

    @TempDir Path home;

    static RecordSettings settings(Path home) {
        return RecordSettings.in(home, "site", "test", Forge.ZEROS, InstantSource.system());
    }

    /// The child: four threads append and say on standard output what was acknowledged.
    static final class Writer {
        private Writer() {}

        public static void main(String[] words) throws Exception {
            AuditRecord record = AuditRecord.open(settings(Path.of(words[0])));
            System.out.println("open");
            for (int i = 0; i < 4; i++)
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                while (true) {
                                    var place =
                                            record.appendDurably(Forge.intent("r"), Actor.SYSTEM);
                                    System.out.println(
                                            place.sequence() + " " + place.entrySha256());
                                }
                            } catch (RecordException e) {
                                throw new IllegalStateException(e);
                            }
                        });
        }
    }

    @Test
    void whatever_was_acknowledged_survives() throws Exception {
        long seed = Long.getLong("redoubt.seed", 20261121L);
        System.out.println("RecordCrashTest seed " + seed);
        Random random = new Random(seed);
        Map<Long, String> acknowledged = new HashMap<>();
        for (int i = 0; i < KILLS; i++)
            acknowledged.putAll(killed(random.nextInt(ALIVE_MS_MAX), i == 0));
        assertTrue(!acknowledged.isEmpty(), "nothing was acknowledged; seed " + seed);
        AuditRecord.open(settings(home)).close();
        var report =
                new RecordVerifier(RecordTrust.read(home.resolve("trust")), List.of())
                        .verify(home.resolve("record"), size -> {});
        assertEquals(Verdict.VALID_UNWITNESSED, report.verdict(), report.checks() + " " + seed);
        List<String> found = hashes(home);
        acknowledged.forEach((sequence, hash) ->
                assertEquals(
                        hash,
                        found.get(Math.toIntExact(sequence)),
                        "entry " + sequence + ", seed " + seed));
    }

    /// @param onceSaid lives on for so long after its first acknowledgement, not after its start
    private Map<Long, String> killed(int afterMs, boolean onceSaid) throws Exception {
        Process child =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                classPath(),
                                Writer.class.getName(),
                                home.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        Map<Long, String> said = new HashMap<>();
        try (var out =
                new BufferedReader(
                        new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            assertEquals("open", out.readLine());
            if (onceSaid) keep(out.readLine(), said);
            Thread killer =
                    Thread.ofPlatform()
                            .start(() -> {
                                try {
                                    Thread.sleep(afterMs);
                                } catch (InterruptedException e) {
                                    Thread.currentThread().interrupt();
                                }
                                // By its handle: Process.destroyForcibly closes the pipe that
                                // is being read here.
                                child.toHandle().destroyForcibly();
                            });
            for (String line = out.readLine(); line != null; line = out.readLine())
                keep(line, said);
            killer.join();
        }
        assertTrue(child.waitFor(300, TimeUnit.SECONDS));
        return said;
    }

    private static void keep(String line, Map<Long, String> said) {
        String[] parts = line.split(" ");
        // The last line may be cut short.
        if (parts.length == 2 && parts[1].length() == 64)
            said.put(Long.parseLong(parts[0]), parts[1]);
    }

    /// Classes of this module and its tests, with what they need.
    static String classPath() throws Exception {
        List<String> parts = new ArrayList<>();
        for (Class<?> type : List.of(RecordCrashTest.class, AuditRecord.class, Test.class))
            parts.add(
                    Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                            .toString());
        parts.add(System.getProperty("java.class.path"));
        parts.add(Path.of("target/classes").toAbsolutePath().toString());
        parts.add(Path.of("target/test-classes").toAbsolutePath().toString());
        return String.join(java.io.File.pathSeparator, parts);
    }

    /// SHA-256 of every entry of a record, by sequence.
    static List<String> hashes(Path home) throws Exception {
        List<String> hashes = new ArrayList<>();
        for (Path segment : SegmentFile.in(home.resolve("record"))) {
            try (var reader = SegmentReader.open(segment, hashes.size())) {
                while (reader.next() instanceof SegmentReader.Frame.Whole whole)
                    hashes.add(Bytes.of(Hashes.sha256(whole.cose().toArray())).hex());
            }
        }
        assertTrue(Files.exists(home.resolve("record/checkpoint")));
        return hashes;
    }
}
