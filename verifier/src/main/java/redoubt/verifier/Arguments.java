package redoubt.verifier;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What was asked on the command line. Immutable.
sealed interface Arguments {
    String USAGE =
            """
            Checks offline; opens no connection.

              redoubt verify FILE... --trust DIR [--later CHECKPOINT] [--json | --quiet]
                  FILE: an answer (.txt, .md, or its text with the .c2pa beside it) and its proof,
                  in any order, or a zip of them. A consistency file among them leads from the
                  proof to a later checkpoint; with --later it must be this one.
              redoubt verify PACKAGE --trust DIR [--json | --quiet]
                  PACKAGE: an evidence package, its folder or its zip.
              redoubt record verify [DIR] --trust DIR [--checkpoint FILE]... [--receipt FILE]...
                      [--consistency FILE] [--json | --quiet]
                  DIR: a record folder. What you kept shows a record that was rolled back or
                  written anew: checkpoints (signed, or the three lines that are on paper and in
                  the QR code), proofs of answers, receipts (the JSON object that came with an
                  answer). Without DIR they are compared with each other, and with --consistency
                  with the later checkpoint to which that file leads.

              --trust DIR   the site's trust folder, got by a way that you believe; never from
                            the package that you check

            Exit status: 0 VALID or VALID-UNWITNESSED, 1 INVALID, 2 could not begin,
            3 INCOMPLETE, 4 FORKED.
            """;

    /// One answer with what belongs to it.
    record Answer(List<Path> files, Optional<Path> later, Path trust, Report.Style style)
            implements Arguments {}

    /// A record folder with what was kept of it, or only what was kept, perhaps with a file that
    /// leads on from there.
    record WholeRecord(
            Optional<Path> folder,
            List<Path> checkpoints,
            List<Path> receipts,
            Optional<Path> consistency,
            Path trust,
            Report.Style style)
            implements Arguments {}

    /// Nothing but the usage.
    record Help() implements Arguments {}

    static Arguments parse(String... words) throws UsageException {
        List<String> rest = new ArrayList<>(Arrays.asList(words));
        if (rest.isEmpty() || rest.contains("--help")) {
            return new Help();
        }
        String command = rest.removeFirst();
        Path trust = null;
        Path later = null;
        Path consistency = null;
        Report.Style style = Report.Style.TABLE;
        List<Path> files = new ArrayList<>();
        List<Path> checkpoints = new ArrayList<>();
        List<Path> receipts = new ArrayList<>();
        while (!rest.isEmpty()) {
            String word = rest.removeFirst();
            switch (word) {
                case "--trust" -> trust = Path.of(value(word, rest));
                case "--later" -> later = Path.of(value(word, rest));
                case "--consistency" -> consistency = Path.of(value(word, rest));
                case "--checkpoint" -> checkpoints.add(Path.of(value(word, rest)));
                case "--receipt" -> receipts.add(Path.of(value(word, rest)));
                case "--json" -> style = Report.Style.JSON;
                case "--quiet" -> style = Report.Style.QUIET;
                default -> {
                    if (word.startsWith("--")) {
                        throw new UsageException("There is no option " + word + ".");
                    }
                    files.add(Path.of(word));
                }
            }
        }
        Path trusted = trusted(trust);
        return switch (command) {
            case "verify" -> {
                if (!checkpoints.isEmpty() || !receipts.isEmpty() || consistency != null) {
                    throw new UsageException(
                            "--checkpoint, --receipt and --consistency belong to: redoubt record"
                                    + " verify. An answer's own consistency file is named without"
                                    + " any option.");
                }
                yield answer(files, Optional.ofNullable(later), trusted, style);
            }
            case "record" -> {
                if (later != null) {
                    throw new UsageException("--later belongs to: redoubt verify.");
                }
                yield record(
                        files,
                        checkpoints,
                        receipts,
                        Optional.ofNullable(consistency),
                        trusted,
                        style);
            }
            default -> throw new UsageException("There is no command " + command + ".");
        };
    }

    private static Path trusted(@Nullable Path trust) throws UsageException {
        if (trust == null) {
            throw new UsageException(
                    "--trust DIR is missing: without the site's roots nothing can be believed.");
        }
        if (!Files.isDirectory(trust)) {
            throw new UsageException("The trust folder " + trust + " is not a folder.");
        }
        return trust;
    }

    private static Arguments answer(
            List<Path> files, Optional<Path> later, Path trust, Report.Style style)
            throws UsageException {
        if (files.isEmpty()) {
            throw new UsageException("Name the answer's file and its proof.");
        }
        return new Answer(List.copyOf(files), later, trust, style);
    }

    private static Arguments record(
            List<Path> words,
            List<Path> checkpoints,
            List<Path> receipts,
            Optional<Path> consistency,
            Path trust,
            Report.Style style)
            throws UsageException {
        boolean keptOnly =
                words.size() == 1
                        && !(checkpoints.isEmpty() && receipts.isEmpty() && consistency.isEmpty());
        if (words.isEmpty()
                || !words.getFirst().equals(Path.of("verify"))
                || (words.size() != 2 && !keptOnly)) {
            throw new UsageException("Write: redoubt record verify DIR --trust DIR.");
        }
        if (!keptOnly && consistency.isPresent())
            throw new UsageException(
                    "--consistency stands in for a record: leave DIR out, or leave it out.");
        return new WholeRecord(
                words.stream().skip(1).findFirst(),
                List.copyOf(checkpoints),
                List.copyOf(receipts),
                consistency,
                trust,
                style);
    }

    private static String value(String option, List<String> rest) throws UsageException {
        if (rest.isEmpty()) {
            throw new UsageException(option + " needs a value.");
        }
        return rest.removeFirst();
    }
}
