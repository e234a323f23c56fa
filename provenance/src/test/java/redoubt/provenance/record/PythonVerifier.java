package redoubt.provenance.record;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// The second verifier, `src/test/resources/python/`, in an environment of its own that is made
/// once for a list of requirements and kept in the user's cache. Absent where that cannot be had.
final class PythonVerifier {
    private static final int INSTALL_SECONDS_MAX = 180;
    private static final Optional<Path> PYTHON = environment();

    /// Exit status and what it printed.
    record Said(int status, String text) {}

    private PythonVerifier() {}

    static boolean isPresent() {
        return PYTHON.isPresent();
    }

    static Said run(String command, Path subject, Path trust) throws Exception {
        return run(
                List.of(
                        PYTHON.orElseThrow().toString(),
                        "-B",
                        resources().resolve("verify.py").toString(),
                        command,
                        subject.toString(),
                        trust.resolve("record-root.pem").toString(),
                        Files.readString(trust.resolve("record-log-id")).strip()));
    }

    private static Path resources() {
        return Path.of(
                System.getProperty("redoubt.root", ".."), "provenance/src/test/resources/python");
    }

    private static Optional<Path> environment() {
        try {
            Path wanted = resources().resolve("requirements.txt");
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
