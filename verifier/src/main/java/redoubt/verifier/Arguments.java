package redoubt.verifier;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What was asked on the command line. Immutable.
sealed interface Arguments {
    String USAGE =
            """
            Checks offline; opens no connection.

              redoubt verify FILE... --trust DIR [--json | --quiet]
                  FILE: an answer (.txt, .md, or its text with the .c2pa beside it) and its proof,
                  in any order, or a zip of them.
              redoubt record verify DIR --trust DIR [--checkpoint FILE]... [--json | --quiet]
                  DIR: a record folder. A checkpoint that you kept shows a rolled back record.

              --trust DIR   the site's trust folder, got by a way that you believe; never from
                            the package that you check

            Exit status: 0 VALID or VALID-UNWITNESSED, 1 INVALID, 2 could not begin,
            3 INCOMPLETE, 4 FORKED.
            """;

    /// One answer with what belongs to it.
    record Answer(List<Path> files, Path trust, Report.Style style) implements Arguments {}

    /// A record folder.
    record WholeRecord(Path folder, List<Path> checkpoints, Path trust, Report.Style style)
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
        Report.Style style = Report.Style.TABLE;
        List<Path> files = new ArrayList<>();
        List<Path> checkpoints = new ArrayList<>();
        while (!rest.isEmpty()) {
            String word = rest.removeFirst();
            switch (word) {
                case "--trust" -> trust = Path.of(value(word, rest));
                case "--checkpoint" -> checkpoints.add(Path.of(value(word, rest)));
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
            case "verify" -> answer(files, checkpoints, trusted, style);
            case "record" -> record(files, checkpoints, trusted, style);
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
            List<Path> files, List<Path> checkpoints, Path trust, Report.Style style)
            throws UsageException {
        if (files.isEmpty()) {
            throw new UsageException("Name the answer's file and its proof.");
        }
        if (!checkpoints.isEmpty()) {
            throw new UsageException("--checkpoint belongs to: redoubt record verify.");
        }
        return new Answer(List.copyOf(files), trust, style);
    }

    private static Arguments record(
            List<Path> words, List<Path> checkpoints, Path trust, Report.Style style)
            throws UsageException {
        if (words.size() != 2 || !words.getFirst().equals(Path.of("verify"))) {
            throw new UsageException("Write: redoubt record verify DIR --trust DIR.");
        }
        return new WholeRecord(words.getLast(), List.copyOf(checkpoints), trust, style);
    }

    private static String value(String option, List<String> rest) throws UsageException {
        if (rest.isEmpty()) {
            throw new UsageException(option + " needs a value.");
        }
        return rest.removeFirst();
    }
}
