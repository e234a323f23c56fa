package redoubt.provenance.record;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One folder of `src/test/corpus/attacks/`: what its README says. Immutable.
///
/// @param how it is checked, with the verdict that it must get; empty where it is no folder
/// @param shownBy the tests that show what no folder can
record Attack(String name, Path readme, Optional<Judgement> how, List<String> shownBy) {
    private static final Pattern LINE =
            Pattern.compile("^- \\*\\*(.+?)\\*\\*: (.+)$", Pattern.MULTILINE);
    private static final Pattern VERDICT = Pattern.compile("([A-Z-]+), told under `([a-z ]+)`");

    /// @param kind `record`, `proof` or `package`
    /// @param told the check that names it
    record Judgement(String kind, String verdict, String told) {}

    static Path corpus() {
        return Path.of(System.getProperty("redoubt.root", ".."))
                .resolve("provenance/src/test/corpus/attacks");
    }

    static List<Attack> all() {
        try (var folders = Files.list(corpus())) {
            return folders.filter(Files::isDirectory)
                    .sorted(Comparator.naturalOrder())
                    .map(Attack::of)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Attack of(Path folder) {
        Path readme = folder.resolve("README.md");
        String kind = "";
        String verdict = "";
        var shownBy = new java.util.ArrayList<String>();
        try {
            Matcher line = LINE.matcher(Files.readString(readme));
            while (line.find()) {
                switch (line.group(1)) {
                    case "Checked as" -> kind = line.group(2).replace("`", "");
                    case "Verdict" -> verdict = line.group(2);
                    case "Shown by" -> shownBy.add(line.group(2).replace("`", ""));
                    default -> {}
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        String name = String.valueOf(folder.getFileName());
        Matcher said = VERDICT.matcher(verdict);
        return new Attack(
                name,
                readme,
                said.matches()
                        ? Optional.of(new Judgement(kind, said.group(1), said.group(2)))
                        : Optional.empty(),
                List.copyOf(shownBy));
    }
}
