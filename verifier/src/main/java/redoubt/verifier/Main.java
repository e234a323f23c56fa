package redoubt.verifier;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import redoubt.provenance.record.Checkpoint;
import redoubt.provenance.record.MalformedRecordException;
import redoubt.provenance.record.RecordReport;
import redoubt.provenance.record.RecordTrust;
import redoubt.provenance.record.RecordVerifier;

/// The command line of the offline verifier: `verify FILE…` for one answer, `record verify DIR` for
/// a whole record. Opens no connection and writes nothing but its report and, for a moment, the
/// credential library in a private folder. Exit status: the verdict's, or 2 when it could not
/// begin. Source: docs/audit-record.md section 10.
public final class Main {
    private static final int COULD_NOT_BEGIN = 2;
    private static final long CHECKPOINT_BYTES_MAX = 1 << 20;

    private final PrintStream out;
    private final PrintStream err;

    Main(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    public static void main(String[] words) {
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        var err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        System.exit(new Main(out, err).run(words));
    }

    /// @return the exit status
    int run(String... words) {
        try {
            return switch (Arguments.parse(words)) {
                case Arguments.Answer answer -> answer(answer);
                case Arguments.WholeRecord whole -> record(whole);
                case Arguments.Help help -> {
                    out.print(Arguments.USAGE);
                    yield 0;
                }
            };
        } catch (UsageException e) {
            err.println(Report.printable(String.valueOf(e.getMessage())));
            err.print(Arguments.USAGE);
            return COULD_NOT_BEGIN;
        } catch (IOException e) {
            err.println("It could not be read: " + Report.printable(sentence(e)) + ".");
            return COULD_NOT_BEGIN;
        }
    }

    /// Java's own exceptions of files often have a path as their only text.
    private static String sentence(IOException failure) {
        String kind = failure.getClass().getSimpleName().replace("Exception", "");
        String text = failure.getMessage();
        return text == null ? kind : kind.equals("IO") ? text : text + " (" + kind + ")";
    }

    private int answer(Arguments.Answer arguments) throws IOException, UsageException {
        RecordTrust trust = RecordTrust.read(arguments.trust());
        Exhibits exhibits = Exhibits.read(arguments.files());
        Findings findings;
        try (CredentialLibrary library = CredentialLibrary.open()) {
            findings = new AnswerCheck(trust, arguments.trust(), library).check(exhibits);
        }
        new Report(out, arguments.style()).print(findings);
        return findings.verdict().exitStatus();
    }

    private int record(Arguments.WholeRecord arguments) throws IOException, UsageException {
        RecordTrust trust = RecordTrust.read(arguments.trust());
        List<Checkpoint> known = new ArrayList<>();
        for (Path file : arguments.checkpoints()) {
            known.add(checkpoint(file));
        }
        boolean shows = arguments.style() == Report.Style.TABLE;
        RecordReport report =
                new RecordVerifier(trust, known)
                        .verify(
                                arguments.folder(),
                                size -> {
                                    if (shows) {
                                        err.print("\r" + size + " entries hold so far");
                                    }
                                });
        if (shows && report.size() >= 1_000) {
            err.println();
        }
        Findings findings = new Findings();
        report.checks().forEach(findings::add);
        findings.fact("entries", Long.toString(report.size()));
        report.logId().ifPresent(id -> findings.fact("log", id.hex()));
        findings.atBest(report.verdict());
        new Report(out, arguments.style()).print(findings);
        return findings.verdict().exitStatus();
    }

    private static Checkpoint checkpoint(Path file) throws IOException, UsageException {
        if (Files.size(file) > CHECKPOINT_BYTES_MAX) {
            throw new UsageException(file + " is too large to be a checkpoint.");
        }
        try {
            return Checkpoint.parse(Files.readAllBytes(file));
        } catch (MalformedRecordException e) {
            throw new UsageException(file + " is not a checkpoint: " + e.getMessage());
        }
    }
}
