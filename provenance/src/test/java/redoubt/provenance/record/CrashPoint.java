package redoubt.provenance.record;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/// Runs a command whose Nth system call that changes a file fails in a chosen way: see
/// `crash/crashpoint.c`, which is compiled here. Immutable, any thread.
final class CrashPoint {
    /// What happens at the call.
    enum Mode {
        STOP,
        TORN,
        ENOSPC,
        EIO
    }

    /// @param reached false when the command ended before its Nth call
    /// @param call its number, its name, its file
    /// @param said the command's standard output, line by line
    record Outcome(boolean reached, String call, List<String> said) {}

    private static final int KILLED = 99;

    private final Path program;

    private CrashPoint(Path program) {
        this.program = program;
    }

    /// Skips the test where there is no C compiler, or a process may not look at another.
    static CrashPoint compiled(Path folder) throws Exception {
        assumeTrue(
                System.getProperty("os.arch").equals("amd64"), "skipped: this host is not x86-64");
        Path source = folder.resolve("crashpoint.c");
        try (InputStream in = CrashPoint.class.getResourceAsStream("/crash/crashpoint.c")) {
            Files.write(source, Objects.requireNonNull(in).readAllBytes());
        }
        Path program = folder.resolve("crashpoint");
        assumeTrue(
                succeeds("cc", "-O1", "-o", program.toString(), source.toString()),
                "skipped: there is no C compiler");
        assumeTrue(
                succeeds(program.toString(), "count", "1", "/", folder + "/report", "true"),
                "skipped: this host does not let a process be traced");
        return new CrashPoint(program);
    }

    private static boolean succeeds(String... command) throws InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException missing) {
            return false;
        }
    }

    /// @param folder whose files are meant
    Outcome run(Mode mode, int nth, Path folder, List<String> command) throws Exception {
        Path report = Files.createTempFile(folder.getParent(), "call", ".txt");
        List<String> words = new ArrayList<>();
        words.add(program.toString());
        words.add(mode.name().toLowerCase(java.util.Locale.ROOT));
        words.add(Integer.toString(nth));
        words.add(folder.toString());
        words.add(report.toString());
        words.addAll(command);
        Process process =
                new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        List<String> said = new ArrayList<>();
        try (var out =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) said.add(line);
        }
        if (!process.waitFor(300, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("the command did not end: " + mode + " " + nth + " " + said);
        }
        String call = Files.readString(report).strip();
        Files.delete(report);
        boolean reached = !call.contains(" none");
        boolean kills = mode == Mode.STOP || mode == Mode.TORN;
        if (kills && reached && process.exitValue() != KILLED)
            throw new AssertionError("it was not killed but ended with " + process.exitValue());
        return new Outcome(reached, call, said);
    }
}
