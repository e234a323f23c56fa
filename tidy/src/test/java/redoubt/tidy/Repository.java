package redoubt.tidy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// The files of the checkout as a developer wrote them: what git tracks, or would.
final class Repository {
    static final Path ROOT = Path.of(System.getProperty("redoubt.root")).toAbsolutePath();

    private Repository() {}

    static List<Path> files(Predicate<String> name) {
        try {
            var git =
                    new ProcessBuilder(
                                    "git", "ls-files", "-z", "-co", "--exclude-standard", "--", ".")
                            .directory(ROOT.toFile())
                            .start();
            var listed = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return Stream.of(listed.split("\0"))
                    .filter(name)
                    .map(ROOT::resolve)
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("git could not list the files of the checkout", e);
        }
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }

    static String relative(Path file) {
        return ROOT.relativize(file).toString();
    }
}
