package redoubt.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The main job, end to end: a person at the page in a real Chromium (appliance/web/test), and then
/// a stranger with nothing but the downloaded files and the verifier's jar.
class PageInChromiumTest {
    private static final Path ROOT = Path.of(System.getProperty("redoubt.root", "../.."));
    private static final Path PAGE = ROOT.resolve("appliance/web").toAbsolutePath().normalize();
    private static final Path VERIFIER = ROOT.resolve("verifier/target/redoubt-verify.jar");
    private static final String CHROMIUM =
            System.getenv().getOrDefault("REDOUBT_CHROMIUM", "/usr/bin/chromium");
    private static final int INVALID = 1;

    @TempDir static Path folder;

    private static Outcome page;

    @BeforeAll
    static void a_person_uses_the_page() throws Exception {
        assumeTrue(Files.isExecutable(Path.of(CHROMIUM)), "there is no Chromium at " + CHROMIUM);
        assumeTrue(
                Files.isDirectory(PAGE.resolve("node_modules/playwright-core")),
                "the page's libraries are not there: npm ci --ignore-scripts in " + PAGE);
        RunningAppliance appliance = RunningAppliance.shared();
        page =
                run(
                        PAGE,
                        Map.of(
                                "REDOUBT_URL", appliance.url(),
                                "REDOUBT_NAME", appliance.adminName(),
                                "REDOUBT_PASSWORD", appliance.adminPassword(),
                                "REDOUBT_DOWNLOADS", folder.toString()),
                        List.of("node", "--test", "--test-reporter=spec", "test/real.test.mjs"));
    }

    @Test
    void the_page_does_the_whole_job() {
        assertEquals(0, page.status(), page.said());
    }

    @Test
    void a_stranger_verifies_what_was_downloaded_and_finds_a_changed_letter() throws Exception {
        assumeTrue(Files.exists(VERIFIER), "the verifier's jar is not built yet: mvn package");
        Path trust = unpacked(downloaded("trust"));
        for (String form : List.of("txt", "md", "detached")) {
            var verdict = verify(downloaded(form), trust);
            assertEquals(0, verdict.status(), form + ":\n" + verdict.said());
            var changed = verify(withOneLetterMore(form), trust);
            assertEquals(INVALID, changed.status(), form + ", changed:\n" + changed.said());
        }
    }

    private Outcome verify(Path answer, Path trust) throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        return run(
                folder,
                Map.of(),
                List.of(
                        java.toString(),
                        "-jar",
                        VERIFIER.toAbsolutePath().toString(),
                        "verify",
                        answer.toString(),
                        downloaded("proof").toString(),
                        "--trust",
                        trust.toString()));
    }

    private Path downloaded(String form) throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith(form + "--"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /// The same answer with one letter put before it; of a zip, in its text.
    private Path withOneLetterMore(String form) throws IOException {
        Path original = downloaded(form);
        Path into = Files.createDirectories(folder.resolve("changed-" + form));
        if (form.equals("detached")) {
            Path unpacked = unpacked(original);
            try (var files = Files.list(unpacked)) {
                for (Path file : files.toList()) {
                    if (file.toString().endsWith(".txt")) change(file, file);
                }
            }
            return zipped(unpacked, into.resolve("answer.zip"));
        }
        Path changed = into.resolve("answer." + form);
        change(original, changed);
        return changed;
    }

    private static void change(Path from, Path to) throws IOException {
        byte[] bytes = Files.readAllBytes(from);
        String text = new String(bytes, StandardCharsets.UTF_8);
        // In the answer itself: of Markdown, after the comment that holds the credential.
        int at = text.startsWith("<!--") ? text.indexOf("-->") + 4 : 0;
        int offset = text.substring(0, at).getBytes(StandardCharsets.UTF_8).length;
        byte[] changed = Arrays.copyOf(bytes, bytes.length + 1);
        System.arraycopy(bytes, offset, changed, offset + 1, bytes.length - offset);
        changed[offset] = 'X';
        Files.write(to, changed);
    }

    private Path unpacked(Path zip) throws IOException {
        Path into = Files.createTempDirectory(folder, "unpacked");
        try (var entries = new ZipInputStream(Files.newInputStream(zip))) {
            for (var entry = entries.getNextEntry();
                    entry != null;
                    entry = entries.getNextEntry()) {
                if (entry.isDirectory()) continue;
                Path name = Path.of(entry.getName()).getFileName();
                Files.copy(entries, into.resolve(name));
            }
        }
        return into;
    }

    private static Path zipped(Path from, Path zip) throws IOException {
        try (var out = new java.util.zip.ZipOutputStream(Files.newOutputStream(zip));
                var files = Files.list(from)) {
            for (Path file : files.toList()) {
                out.putNextEntry(new java.util.zip.ZipEntry(file.getFileName().toString()));
                Files.copy(file, out);
                out.closeEntry();
            }
        }
        return zip;
    }

    private record Outcome(int status, String said) {}

    private static Outcome run(Path in, Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        var builder = new ProcessBuilder(new ArrayList<>(command));
        builder.directory(in.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        try (InputStream said = process.getInputStream()) {
            String text = new String(said.readAllBytes(), StandardCharsets.UTF_8);
            return new Outcome(process.waitFor(), text);
        }
    }
}
