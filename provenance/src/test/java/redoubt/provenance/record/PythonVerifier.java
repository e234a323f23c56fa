package redoubt.provenance.record;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// The second verifier, `verify.py`, and other scripts of the tests, in an environment of their own
/// that is made once for a list of requirements and kept in the user's cache. Absent where that
/// cannot be had.
public final class PythonVerifier {
    private static final int INSTALL_SECONDS_MAX = 180;
    private static final Path PROVENANCE =
            Path.of(System.getProperty("redoubt.root", "..")).resolve("provenance");
    public static final Path VERIFIER =
            PROVENANCE.resolve("src/main/resources/redoubt/provenance/evidence/verify.py");
    private static final Optional<Path> PYTHON = environment();

    /// Exit status and what it printed.
    public record Said(int status, String text) {}

    private PythonVerifier() {}

    public static boolean isPresent() {
        return PYTHON.isPresent();
    }

    /// As an auditor calls it.
    public static Said run(String command, Path subject, Path trust, String... more)
            throws Exception {
        List<String> words =
                new ArrayList<>(List.of(command, subject.toString(), "--trust", trust.toString()));
        words.addAll(List.of(more));
        return script(VERIFIER, words);
    }

    /// Another script of the tests, by its name in `src/test/python/`.
    public static Said script(String name, String... words) throws Exception {
        return script(PROVENANCE.resolve("src/test/python").resolve(name), List.of(words));
    }

    private static Said script(Path script, List<String> words) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(PYTHON.orElseThrow().toString(), "-B", script.toString()));
        command.addAll(words);
        return run(command);
    }

    private static Optional<Path> environment() {
        try {
            Path wanted = PROVENANCE.resolve("src/test/python/requirements.txt");
            String cache = System.getenv("XDG_CACHE_HOME");
            Path home =
                    cache == null || cache.isEmpty()
                            ? Path.of(System.getProperty("user.home"), ".cache")
                            : Path.of(cache);
            String name = Bytes.of(Hashes.sha256(Files.readAllBytes(wanted))).hex();
            Path folder = home.resolve("redoubt/python").resolve("verify-" + name.substring(0, 16));
            Path python = folder.resolve("bin/python");
            Path done = folder.resolve("complete");
            if (Files.exists(done)) return Optional.of(python);
            Files.createDirectories(folder);
            if (run(List.of("python3", "-m", "venv", folder.toString())).status() != 0)
                return Optional.empty();
            List<String> install = new ArrayList<>(List.of(python.toString(), "-m", "pip"));
            install.addAll(List.of("-q", "install", "-r", wanted.toString()));
            if (run(install).status() != 0) return Optional.empty();
            Files.createFile(done);
            return Optional.of(python);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (IOException absent) {
            return Optional.empty();
        }
    }

    private static Said run(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("redoubt-python", ".txt");
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile())
                            .start();
            if (!process.waitFor(INSTALL_SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return new Said(-1, "took too long");
            }
            return new Said(process.exitValue(), Files.readString(output, StandardCharsets.UTF_8));
        } finally {
            Files.delete(output);
        }
    }
}
