package redoubt.provenance.record;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// Stops one program, again and again, each time at another of its system calls that change files,
/// and looks at what is left. Two programs run at a time. Any thread.
///
/// `-Dredoubt.crash.every=N` tries each Nth point only; 1 tries all.
final class CrashTrials {
    private static final int EVERY = Integer.getInteger("redoubt.crash.every", 16);

    private final Path folder;
    private final CrashPoint crash;
    private final Class<?> program;
    private final List<String> words;
    private final Aftermath aftermath;
    private final AtomicInteger runs = new AtomicInteger();
    private int every = EVERY;

    /// What must be so afterwards.
    @FunctionalInterface
    interface Aftermath {
        /// @param what to tell in front of a failure
        void holds(Path home, CrashPoint.Outcome outcome, String what) throws Exception;
    }

    /// @param program whose `main` gets the home and then these words
    CrashTrials(
            Path folder,
            CrashPoint crash,
            Class<?> program,
            List<String> words,
            Aftermath aftermath) {
        this.folder = folder;
        this.crash = crash;
        this.program = program;
        this.words = words;
        this.aftermath = aftermath;
    }

    /// Every point counts, whatever was asked for: where there are few.
    CrashTrials all() {
        every = 1;
        return this;
    }

    /// Stopped, torn, without room, with an error of the disk.
    ///
    /// @param least how many points there are to be stopped at, so that nobody counts other files
    void tryEachWay(Path before, int least) throws Exception {
        for (CrashPoint.Mode mode : CrashPoint.Mode.values()) {
            int tried = tryAll(mode, before, "");
            if (mode == CrashPoint.Mode.STOP)
                assertTrue(tried >= least / every, "only " + tried + " calls were found");
        }
    }

    /// @param before what is in the home at the start; it may be missing
    /// @param counted the folder of the home whose files are meant, empty for all
    /// @return how many points were tried
    int tryAll(CrashPoint.Mode mode, Path before, String counted) throws Exception {
        // Not the same ones in each mode.
        AtomicInteger next = new AtomicInteger(every == 1 ? 1 : 1 + 3 * mode.ordinal() % every);
        AtomicInteger tried = new AtomicInteger();
        AtomicBoolean ended = new AtomicBoolean();
        Callable<Void> worker =
                () -> {
                    while (!ended.get()) {
                        if (!isReached(mode, next.getAndAdd(every), before, counted))
                            ended.set(true);
                        else tried.incrementAndGet();
                    }
                    return null;
                };
        try (var workers = Executors.newFixedThreadPool(2)) {
            for (var done : workers.invokeAll(Collections.nCopies(2, worker))) done.get();
        }
        System.out.println(
                "CrashTrials %s %s %s: %d points"
                        .formatted(program.getSimpleName(), words, mode, tried.get()));
        return tried.get();
    }

    /// @return false when the program ended before its Nth call
    private boolean isReached(CrashPoint.Mode mode, int nth, Path before, String counted)
            throws Exception {
        Path home = folder.resolve("%s-%d-%d".formatted(mode, nth, runs.incrementAndGet()));
        Files.createDirectories(home);
        if (Files.exists(before)) RootHome.copy(before, home);
        List<String> command = new ArrayList<>(command(program, home));
        command.addAll(words);
        var outcome = crash.run(mode, nth, home.resolve(counted), command);
        aftermath.holds(
                home,
                outcome,
                "%s at call %s, which said %s: ".formatted(mode, outcome.call(), outcome.said()));
        remove(home);
        return outcome.reached();
    }

    private static void remove(Path home) throws IOException {
        try (var files = Files.walk(home)) {
            for (Path file : files.sorted(Collections.reverseOrder()).toList()) Files.delete(file);
        }
    }

    private static List<String> command(Class<?> program, Path home) throws Exception {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-cp",
                RecordCrashTest.classPath(),
                program.getName(),
                home.toString());
    }
}
