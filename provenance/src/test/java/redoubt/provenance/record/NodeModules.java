package redoubt.provenance.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// The packages of `src/test/node/`, installed once for a lock file into the user's cache, without
/// running anything of theirs. Absent where that cannot be had.
final class NodeModules {
    private static final int SECONDS_MAX = 180;
    private static final Path SOURCE =
            Path.of(System.getProperty("redoubt.root", "..")).resolve("provenance/src/test/node");

    private NodeModules() {}

    static Optional<Path> installed() throws Exception {
        try {
            Path lock = SOURCE.resolve("package-lock.json");
            String cache = System.getenv().getOrDefault("XDG_CACHE_HOME", "");
            Path home =
                    cache.isEmpty()
                            ? Path.of(System.getProperty("user.home"), ".cache")
                            : Path.of(cache);
            String name = Bytes.of(Hashes.sha256(Files.readAllBytes(lock))).hex();
            Path folder = home.resolve("redoubt/node").resolve("foreign-" + name.substring(0, 16));
            Path done = folder.resolve("complete");
            if (Files.exists(done)) return Optional.of(folder);
            Files.createDirectories(folder);
            for (String file : List.of("package.json", "package-lock.json"))
                Files.copy(
                        SOURCE.resolve(file),
                        folder.resolve(file),
                        StandardCopyOption.REPLACE_EXISTING);
            List<String> install =
                    List.of(
                            "npm",
                            "--prefix",
                            folder.toString(),
                            "ci",
                            "--ignore-scripts",
                            "--no-audit",
                            "--no-fund");
            if (!run(install).isEmpty()) return Optional.empty();
            Files.createFile(done);
            return Optional.of(folder);
        } catch (IOException absent) {
            return Optional.empty();
        }
    }

    static void run(Path modules, String script, String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of("node", SOURCE.resolve(script).toString()));
        command.addAll(List.of(words));
        command.add(modules.toString());
        assertEquals("", run(command));
    }

    /// @return nothing where it went well, else what it said
    private static String run(List<String> command) throws Exception {
        Path output = Files.createTempFile("redoubt-node", ".txt");
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile())
                            .start();
            if (!process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return "took too long";
            }
            return process.exitValue() == 0 ? "" : "failed: " + Files.readString(output);
        } finally {
            Files.delete(output);
        }
    }
}
