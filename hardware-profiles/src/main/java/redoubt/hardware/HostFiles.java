package redoubt.hardware;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// The files that a kernel describes a host with, under one root. Small text files only.
record HostFiles(Path root) {
    // /proc/cpuinfo of a large server is a few hundred KB.
    private static final int FILE_BYTES_MAX = 16 << 20;

    /// The whole text, or nothing where there is no such file.
    Optional<String> text(String path) throws IOException {
        Path file = root.resolve(path.startsWith("/") ? path.substring(1) : path);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try (InputStream in = Files.newInputStream(file)) {
            return Optional.of(
                    new String(in.readNBytes(FILE_BYTES_MAX), StandardCharsets.UTF_8).strip());
        } catch (NoSuchFileException gone) {
            return Optional.empty();
        }
    }

    /// Its lines, none where there is no such file.
    List<String> lines(String path) throws IOException {
        return text(path).map(text -> text.lines().toList()).orElse(List.of());
    }

    /// The whole file as a number; nothing where it is missing, a word such as `max`, or too large.
    OptionalLong number(String path) throws IOException {
        return text(path).map(HostFiles::parse).orElse(OptionalLong.empty());
    }

    /// A line `key value …` of a file, as a number.
    OptionalLong keyed(String path, String key) throws IOException {
        for (String line : lines(path)) {
            String[] words = line.split("[\\s:]+", 3);
            if (words.length >= 2 && words[0].equals(key)) {
                return parse(words[1]);
            }
        }
        return OptionalLong.empty();
    }

    static OptionalLong parse(String text) {
        try {
            return OptionalLong.of(Long.parseLong(text.strip()));
        } catch (NumberFormatException aWord) {
            return OptionalLong.empty();
        }
    }

    /// How many numbers a list such as `0-3,8,10-11` has; nothing where it is empty or not a list.
    static OptionalLong countList(String list) {
        if (list.isBlank()) {
            return OptionalLong.empty();
        }
        long count = 0;
        for (String range : list.strip().split(",", -1)) {
            String[] ends = range.strip().split("-", -1);
            OptionalLong from = parse(ends[0]);
            OptionalLong to = parse(ends[ends.length - 1]);
            if (from.isEmpty()
                    || to.isEmpty()
                    || ends.length > 2
                    || to.getAsLong() < from.getAsLong()) {
                return OptionalLong.empty();
            }
            count += to.getAsLong() - from.getAsLong() + 1;
        }
        return OptionalLong.of(count);
    }
}
