package redoubt.provenance.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each system call with which the record changes a file is a point at which the process can end,
/// the disk can be full or fail. After every one of them the record opens, verifies, and holds what
/// was acknowledged, in its place.
///
/// `-Dredoubt.crash.every=N` tries each Nth point only, for the faults that the process survives; 1
/// tries all.
class SystemCallCrashTest {
    private static final int EVERY = Integer.getInteger("redoubt.crash.every", 6);

    @TempDir Path folder;
    private CrashPoint crash;

    @BeforeEach
    void compile() throws Exception {
        crash = CrashPoint.compiled(folder);
    }

    /// The process that is stopped: opens the record, appends from two threads, closes it, and says
    /// what was acknowledged.
    static final class Writer {
        private Writer() {}

        public static void main(String[] words) throws Exception {
            try (AuditRecord record =
                    AuditRecord.open(RecordCrashTest.settings(Path.of(words[0])))) {
                List<Thread> writers = new ArrayList<>();
                for (int i = 0; i < 2; i++)
                    writers.add(Thread.ofPlatform().start(() -> appendTo(record)));
                for (Thread writer : writers) writer.join();
            } catch (RecordException refused) {
                System.out.println("refused");
            }
        }

        private static void appendTo(AuditRecord record) {
            try {
                for (int i = 0; i < 2; i++) {
                    Pending one = record.append(Forge.intent("r"), Actor.SYSTEM, none());
                    Pending two = record.append(new Event.SignedIn(), Actor.SYSTEM, none());
                    if (i % 2 == 0) two.awaitDurable();
                    else two.awaitCheckpoint();
                    // After a full disk the second may have got a place and the first not.
                    one.awaitDurable();
                    say(one);
                    say(two);
                }
            } catch (RecordException refused) {
                System.out.println("refused");
            }
        }

        private static java.util.OptionalLong none() {
            return java.util.OptionalLong.empty();
        }

        private static void say(Pending durable) {
            Appended place = durable.appended();
            System.out.println(place.sequence() + " " + place.entrySha256());
        }
    }

    @Test
    void at_every_call_of_an_installation() throws Exception {
        tryAll(CrashPoint.Mode.STOP, 1, Path.of(""));
        tryAll(CrashPoint.Mode.TORN, 1, Path.of(""));
        tryAll(CrashPoint.Mode.ENOSPC, EVERY, Path.of(""));
        tryAll(CrashPoint.Mode.EIO, EVERY, Path.of(""));
    }

    @Test
    void at_every_call_of_a_later_start() throws Exception {
        Path before = folder.resolve("before");
        AuditRecord.open(RecordCrashTest.settings(before)).close();
        tryAll(CrashPoint.Mode.STOP, 1, before);
        tryAll(CrashPoint.Mode.TORN, 1, before);
        tryAll(CrashPoint.Mode.ENOSPC, EVERY, before);
        tryAll(CrashPoint.Mode.EIO, EVERY, before);
    }

    /// @param before what is in the home at the start; empty for nothing
    private void tryAll(CrashPoint.Mode mode, int every, Path before) throws Exception {
        AtomicInteger next = new AtomicInteger(1);
        AtomicInteger tried = new AtomicInteger();
        AtomicBoolean ended = new AtomicBoolean();
        Callable<Void> worker =
                () -> {
                    while (!ended.get()) {
                        if (!holdsAfter(mode, next.getAndAdd(every), before)) ended.set(true);
                        else tried.incrementAndGet();
                    }
                    return null;
                };
        try (var workers = Executors.newFixedThreadPool(2)) {
            for (var done : workers.invokeAll(Collections.nCopies(2, worker))) done.get();
        }
        System.out.println("SystemCallCrashTest " + mode + ": " + tried + " points");
        assertTrue(tried.get() >= 10 / every, "only " + tried + " calls were found");
    }

    /// @return false when the process ended before its Nth call
    private boolean holdsAfter(CrashPoint.Mode mode, int nth, Path before) throws Exception {
        Path home = folder.resolve(mode + "-" + nth);
        Files.createDirectories(home);
        if (!before.toString().isEmpty()) copy(before, home);
        var outcome = crash.run(mode, nth, home, command(home));
        String what =
                "%s at call %s, which said %s: ".formatted(mode, outcome.call(), outcome.said());
        try {
            AuditRecord.open(RecordCrashTest.settings(home)).close();
        } catch (RecordException refused) {
            throw new AssertionError(what + refused.sentence(), refused);
        }
        var report =
                new RecordVerifier(RecordTrust.read(home.resolve("trust")), List.of())
                        .verify(home.resolve("record"), size -> {});
        assertEquals(Verdict.VALID_UNWITNESSED, report.verdict(), what + report.checks());
        List<String> found = RecordCrashTest.hashes(home);
        acknowledged(outcome.said())
                .forEach((sequence, hash) ->
                        assertEquals(hash, found.get(sequence), what + "entry " + sequence));
        return outcome.reached();
    }

    private static Map<Integer, String> acknowledged(List<String> said) {
        Map<Integer, String> entries = new HashMap<>();
        for (String line : said) {
            String[] parts = line.split(" ");
            // The last line may be cut short.
            if (parts.length == 2 && parts[1].length() == 64)
                entries.put(Integer.parseInt(parts[0]), parts[1]);
        }
        return entries;
    }

    private static List<String> command(Path home) throws Exception {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-cp",
                RecordCrashTest.classPath(),
                Writer.class.getName(),
                home.toString());
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path copied = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) Files.createDirectories(copied);
                else Files.copy(file, copied);
            }
        }
    }
}
