package redoubt.provenance.credentials;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Our credentials in front of verifiers that we did not write: c2pa-python for the detached form
/// and encypher-c2pa, which shares no code with the library that we sign with, for the embedded
/// ones.
///
/// They are installed once, pinned with hashes, into a virtual environment under the user's cache.
/// Where that cannot be done the tests are skipped and say so.
class ForeignVerifierTest {
    private static final String ANSWER = "An answer, naïve and 漢字.\n";

    @TempDir Path folder;
    private Site site;

    @BeforeEach
    void makeSite() throws Exception {
        site = Site.in(folder);
    }

    @AfterEach
    void close() {
        site.close();
    }

    @ParameterizedTest
    @EnumSource
    void trusts_an_answer_under_the_sites_root(Form form) throws Exception {
        Stamped stamped = site.stamp(form, ANSWER);
        assertEquals("Trusted", verdict(form, stamped.bytes(), stamped.manifest()));
    }

    @ParameterizedTest
    @EnumSource
    void refuses_an_answer_with_one_letter_changed(Form form) throws Exception {
        Stamped stamped = site.stamp(form, ANSWER);
        byte[] changed =
                new String(stamped.bytes(), StandardCharsets.UTF_8)
                        .replace("An answer", "No answer")
                        .getBytes(StandardCharsets.UTF_8);
        String verdict = verdict(form, changed, stamped.manifest());
        assertTrue(verdict.startsWith("Invalid"), verdict);
        assertTrue(verdict.contains("assertion.dataHash.mismatch"), verdict);
    }

    private String verdict(Form form, byte[] file, byte[] manifest) throws Exception {
        Path python = python();
        Path asset = Files.write(folder.resolve("answer." + form.extension()), file);
        Path store = Files.write(folder.resolve("answer.manifest"), manifest);
        List<String> command =
                new ArrayList<>(
                        List.of(
                                python.toString(),
                                script("verify.py").toString(),
                                site.trust().resolve(SiteAuthority.ROOT_FILE).toString(),
                                form.name(),
                                asset.toString()));
        if (form == Form.DETACHED) {
            command.add(store.toString());
        }
        Outcome outcome = run(folder, command, 300);
        assertEquals(0, outcome.exit(), outcome.output());
        return outcome.output().strip();
    }

    /// The interpreter that has the verifiers, made on first use.
    private Path python() throws Exception {
        Path requirements = script("requirements.txt");
        String base = System.getenv().getOrDefault("XDG_CACHE_HOME", "");
        Path cache =
                base.isEmpty() ? Path.of(System.getProperty("user.home"), ".cache") : Path.of(base);
        String hash = Hex.sha256(Files.readAllBytes(requirements)).substring(0, 16);
        Path venv = cache.resolve("redoubt").resolve("test-venv-" + hash);
        Path python = venv.resolve("bin").resolve("python");
        if (!Files.exists(venv.resolve("ready"))) {
            Files.createDirectories(venv);
            require(run(folder, List.of("python3", "-m", "venv", venv.toString()), 120));
            require(
                    run(
                            folder,
                            List.of(
                                    python.toString(),
                                    "-m",
                                    "pip",
                                    "install",
                                    "--quiet",
                                    "--no-deps",
                                    "--require-hashes",
                                    "--disable-pip-version-check",
                                    "-r",
                                    requirements.toString()),
                            180));
            Files.createFile(venv.resolve("ready"));
        }
        return python;
    }

    private static void require(Outcome outcome) {
        assumeTrue(
                outcome.exit() == 0,
                () -> "the foreign verifiers could not be installed: " + outcome.output());
    }

    private static Path script(String name) {
        return Path.of(System.getProperty("redoubt.root"), "provenance/src/test/foreign", name);
    }

    private record Outcome(int exit, String output) {}

    private static Outcome run(Path folder, List<String> command, int seconds) throws Exception {
        Path output = Files.createTempFile(folder, "run", ".txt");
        Process process;
        try {
            process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile())
                            .start();
        } catch (IOException e) {
            return new Outcome(127, String.valueOf(e.getMessage()));
        }
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            return new Outcome(124, "it took longer than " + seconds + " s");
        }
        return new Outcome(process.exitValue(), Files.readString(output));
    }
}
