package redoubt.verifier;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import redoubt.provenance.credentials.AnswerText;
import redoubt.provenance.credentials.CredentialIssuer;
import redoubt.provenance.credentials.Form;
import redoubt.provenance.credentials.ModelFacts;
import redoubt.provenance.credentials.SiteAuthority;
import redoubt.provenance.inference.AnswerFacts;
import redoubt.provenance.inference.Inference;
import redoubt.provenance.inference.IntentFacts;
import redoubt.provenance.inference.OutputForms;
import redoubt.provenance.inference.SealedAnswer;
import redoubt.provenance.record.Actor;
import redoubt.provenance.record.AuditRecord;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.RecordSettings;

/// A whole site for tests: record, authority, one answer in all forms with its proof, as files.
final class TestSite implements AutoCloseable {
    static final String TEXT = "The gate is open on Tuesdays. Überprüft.\n";

    private final Path home;
    final AuditRecord record;
    private final CredentialIssuer issuer;

    TestSite(Path home) throws Exception {
        this.home = home;
        this.record =
                AuditRecord.open(
                        RecordSettings.in(
                                home,
                                "Test Site",
                                "test",
                                Bytes.of(new byte[32]),
                                InstantSource.system()));
        SiteAuthority authority =
                SiteAuthority.openOrCreate(
                        home.resolve("keys"),
                        home.resolve("trust"),
                        "Test Site",
                        InstantSource.system());
        this.issuer = CredentialIssuer.open(library(), authority, "0.1.0");
    }

    /// Of what checks a record, for a process of its own.
    static String classPath() throws Exception {
        List<String> parts = new ArrayList<>();
        for (Class<?> type : List.of(Main.class, AuditRecord.class))
            parts.add(
                    Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI())
                            .toString());
        return String.join(java.io.File.pathSeparator, parts);
    }

    static Path library() {
        String folder = System.getProperty("redoubt.native", "");
        assumeTrue(
                !folder.isEmpty() && Files.exists(Path.of(folder, "libredoubt_c2pa.so")),
                "the C2PA library is not built: run native/build and pass -Dredoubt.native");
        return Path.of(folder);
    }

    Path trust() {
        return home.resolve("trust");
    }

    Path recordFolder() {
        return home.resolve("record");
    }

    /// An answer in all its forms.
    ///
    /// Files: answer.txt, answer.c2pa, stamped.txt, stamped.md, answer.proof, first.proof.
    record Answer(Path folder, SealedAnswer sealed) {
        Path file(String name) {
            return folder.resolve(name);
        }
    }

    Answer answer(String name, String text) throws Exception {
        Path folder = Files.createDirectories(home.resolve(name));
        ModelFacts model = new ModelFacts("tiny", "ab".repeat(32), "llama");
        Bytes commitment = Bytes.of(new byte[32]);
        var intent =
                new Inference(record, issuer)
                        .begin(
                                new IntentFacts(
                                        "req-" + name,
                                        "/v1/chat/completions",
                                        new Actor("p-1", "password", "s-1", List.of("staff")),
                                        model,
                                        1,
                                        Map.of("seed", "7"),
                                        commitment));
        SealedAnswer sealed =
                intent.complete(
                        new AnswerFacts(
                                AnswerText.of(text),
                                commitment,
                                5,
                                7,
                                "stop",
                                Instant.parse("2026-11-21T10:00:00Z")),
                        (detached, output) -> {});
        List<Long> sequences = new ArrayList<>(List.of(sealed.receipt().intent()));
        sequences.add(sealed.receipt().output());
        sequences.add(sealed.receipt().seal());
        Files.write(folder.resolve("answer.txt"), sealed.detached().bytes());
        Files.write(folder.resolve("answer.c2pa"), sealed.detached().manifest());
        OutputForms.Sealed stamped = sealed.forms().further(Form.TEXT);
        Files.write(folder.resolve("stamped.txt"), stamped.stamped().bytes());
        OutputForms.Sealed markdown = sealed.forms().further(Form.MARKDOWN);
        Files.write(folder.resolve("stamped.md"), markdown.stamped().bytes());
        sequences.add(stamped.seal());
        sequences.add(markdown.seal());
        long[] wanted = sequences.stream().mapToLong(Long::longValue).toArray();
        Files.write(folder.resolve("answer.proof"), record.proof(wanted));
        Files.write(folder.resolve("first.proof"), record.proof(Arrays.copyOf(wanted, 3)));
        return new Answer(folder, sealed);
    }

    /// What the command says.
    record Said(int status, String out, String err) {}

    static Said run(Object... words) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int status =
                new Main(new PrintStream(out, true), new PrintStream(err, true))
                        .run(Arrays.stream(words).map(Object::toString).toArray(String[]::new));
        return new Said(
                status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws redoubt.provenance.record.RecordException {
        issuer.close();
        record.close();
    }
}
