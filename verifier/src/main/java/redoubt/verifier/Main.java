package redoubt.verifier;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import redoubt.provenance.evidence.PackageFiles;
import redoubt.provenance.record.Checkpoint;
import redoubt.provenance.record.ConsistencyVerifier;
import redoubt.provenance.record.Kept;
import redoubt.provenance.record.RecordReport;
import redoubt.provenance.record.RecordTrust;
import redoubt.provenance.record.RecordVerifier;

/// The command line of the offline verifier: `verify FILE…` for one answer or an evidence package,
/// `record verify DIR` for a whole record. Opens no connection and writes nothing but its report
/// and, for a moment, the credential library in a private folder. Exit status: the verdict's, or 2
/// when it could not begin. Source: docs/audit-record.md section 10.
public final class Main {
    private static final int COULD_NOT_BEGIN = 2;
    private static final int PROGRESS_EVERY = 2_000;
    private static final long PROGRESS_BYTES_MIN = 16 << 20;

    private final PrintStream out;
    private final PrintStream err;

    Main(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    public static void main(String[] words) {
        Locale.setDefault(Locale.ROOT);
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        var err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        System.exit(new Main(out, err).run(words));
    }

    /// @return the exit status
    int run(String... words) {
        List<String> given = List.of(words);
        try {
            if (words.length > 0 && words[0].equals("witness")) {
                List<String> rest = Arrays.asList(words).subList(1, words.length);
                return new WitnessCommand(out, err, InstantSource.system()).run(rest);
            }
            if (given.size() > 2 && given.subList(0, 2).equals(List.of("record", "root"))) {
                if (given.contains("--help")) {
                    out.print(RootCommands.USAGE);
                    return 0;
                }
                return new RootCommands(out, err, InstantSource.system())
                        .run(given.subList(2, given.size()));
            }
            return switch (Arguments.parse(words)) {
                case Arguments.Answer answer -> answer(answer);
                case Arguments.WholeRecord whole -> record(whole);
                case Arguments.Help help -> {
                    out.print(Arguments.USAGE);
                    if (given.size() < 2) {
                        out.println();
                        out.print(RootCommands.USAGE);
                    }
                    yield 0;
                }
            };
        } catch (UsageException e) {
            err.println(Report.printable(String.valueOf(e.getMessage())));
            if (!given.isEmpty() && given.getFirst().equals("witness")) {
                err.print(WitnessCommand.USAGE);
                return COULD_NOT_BEGIN;
            }
            err.print(Arguments.USAGE);
            err.print(RootCommands.USAGE);
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
        if (arguments.files().size() == 1 && PackageFiles.isMeant(arguments.files().getFirst())) {
            if (arguments.later().isPresent()) {
                throw new UsageException(
                        "--later belongs to a proof. A package is compared with the checkpoints in"
                                + " checkpoints/ of your trust folder: put the one that you kept"
                                + " there.");
            }
            return evidence(arguments.files().getFirst(), arguments);
        }
        RecordTrust trust = RecordTrust.read(arguments.trust());
        Exhibits exhibits = Exhibits.read(arguments.files());
        Optional<Checkpoint> later = Optional.empty();
        if (arguments.later().isPresent()) {
            later = Optional.of(KeptFiles.checkpoint(arguments.later().get()));
            if (exhibits.consistency().isEmpty()) {
                throw new UsageException(
                        "--later needs the consistency file that leads there; the site hands it out"
                                + " for the size of your proof's checkpoint.");
            }
        }
        Findings findings;
        try (CredentialLibrary library = CredentialLibrary.open()) {
            findings = new AnswerCheck(trust, arguments.trust(), library, later).check(exhibits);
        }
        new Report(out, arguments.style()).print(findings);
        return findings.verdict().exitStatus();
    }

    private int evidence(Path place, Arguments.Answer arguments) throws IOException {
        boolean shows = arguments.style() == Report.Style.TABLE;
        Findings findings =
                PackageCheck.check(
                        place,
                        arguments.trust(),
                        (done, of) -> {
                            if (shows && of >= PROGRESS_BYTES_MIN) {
                                err.printf("\r%d of %d MiB hold so far", done >> 20, of >> 20);
                            }
                        });
        if (shows) {
            err.print("\r");
        }
        new Report(out, arguments.style()).print(findings);
        return findings.verdict().exitStatus();
    }

    private int record(Arguments.WholeRecord arguments) throws IOException, UsageException {
        RecordTrust trust = RecordTrust.read(arguments.trust());
        Kept kept = KeptFiles.read(arguments.checkpoints(), arguments.receipts());
        RecordReport report;
        if (arguments.consistency().isPresent())
            report =
                    new ConsistencyVerifier(trust, kept)
                            .verify(
                                    KeptFiles.bounded(
                                            arguments.consistency().get(), "a consistency file"));
        else if (arguments.folder().isEmpty()) report = new RecordVerifier(trust, kept).compare();
        else
            report =
                    whole(
                            new RecordVerifier(trust, kept),
                            arguments.folder().get(),
                            arguments.style());
        Findings findings = new Findings();
        report.checks().forEach(findings::add);
        findings.fact("entries", Long.toString(report.size()));
        report.logId().ifPresent(id -> findings.fact("log", id.hex()));
        findings.atBest(report.verdict());
        findings.witnessing(report.witnessing(), report.disputed());
        new Report(out, arguments.style()).print(findings);
        return findings.verdict().exitStatus();
    }

    /// Says how far it is, for a person, after each so many entries.
    private RecordReport whole(RecordVerifier verifier, Path folder, Report.Style style)
            throws IOException {
        if (style != Report.Style.TABLE) {
            return verifier.verify(folder, size -> {});
        }
        long[] said = {0};
        RecordReport report =
                verifier.verify(
                        folder,
                        size -> {
                            if (size - said[0] >= PROGRESS_EVERY) {
                                said[0] = size;
                                err.print("\r" + size + " entries hold so far");
                            }
                        });
        if (said[0] > 0) {
            err.println();
        }
        return report;
    }
}
