package redoubt.hardware;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Puts the shards of a model together, and says what is wrong in words that name the file. Crafted
/// model files have overrun the native readers of this format (CVE-2026-27940: sizes that wrap
/// round; CVE-2026-7482: tensors beyond the file's end), which is why no native code sees one
/// before this has.
final class GgufFiles {
    private static final Pattern SHARD = Pattern.compile("(.+)-(\\d{5})-of-(\\d{5})\\.gguf");
    private static final int SHARDS_MAX = 1000;
    private static final Pattern ARCHITECTURE = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");
    private static final List<String> NEEDED =
            List.of("block_count", "embedding_length", "context_length");
    // Far beyond any model.
    private static final long FACT_MAX = 1L << 26;
    private static final int WORDS_MAX = 400;

    private GgufFiles() {}

    static GgufReading read(Path file) throws IOException {
        Path current = file;
        try {
            GgufShard first = shard(file);
            List<Path> files = new ArrayList<>(List.of(file));
            List<TensorFacts> tensors = new ArrayList<>(first.tensors());
            long bytes = Files.size(file);
            for (Path next : furtherShards(file, first)) {
                current = next;
                GgufShard shard = shard(next);
                checkPlace(shard, files.size(), first);
                files.add(next);
                tensors.addAll(shard.tensors());
                bytes += Files.size(next);
            }
            current = file;
            checkWhole(first, tensors);
            checkFacts(first.metadata());
            return new GgufHeader(files, bytes, first.metadata(), tensors);
        } catch (MalformedGguf wrong) {
            return new GgufReading.Refused(wrong.reason(), sentence(current, wrong));
        }
    }

    static GgufShard shard(Path file) throws IOException, MalformedGguf {
        if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
            throw new MalformedGguf(
                    GgufReading.Reason.UNREADABLE,
                    Files.exists(file)
                            ? "it is not a file that this process may read"
                            : "there is no such file");
        }
        try (GgufCursor in = GgufCursor.open(file)) {
            return GgufShard.read(in);
        } catch (NoSuchFileException gone) {
            throw new MalformedGguf(GgufReading.Reason.UNREADABLE, "there is no such file");
        }
    }

    private static List<Path> furtherShards(Path file, GgufShard first) throws MalformedGguf {
        long count = whole(first.metadata(), "split.count", 1);
        long number = whole(first.metadata(), "split.no", 0);
        if (count <= 1) {
            return List.of();
        }
        Matcher name = SHARD.matcher(String.valueOf(file.getFileName()));
        if (count > SHARDS_MAX || !name.matches() || Long.parseLong(name.group(3)) != count) {
            throw new MalformedGguf(
                    GgufReading.Reason.SPLIT_INCOMPLETE,
                    "it is one of %d parts, and its name does not end in 00001-of-%05d.gguf"
                            .formatted(count, count));
        }
        if (number != 0) {
            throw new MalformedGguf(
                    GgufReading.Reason.SPLIT_INCOMPLETE,
                    "it is part %d of %d; the first part is the one to name, %s"
                            .formatted(number + 1, count, shardName(name, 1, count)));
        }
        List<Path> further = new ArrayList<>();
        for (int i = 2; i <= count; i++) {
            further.add(file.resolveSibling(shardName(name, i, count)));
        }
        return further;
    }

    private static String shardName(Matcher name, int number, long count) {
        return "%s-%05d-of-%05d.gguf".formatted(name.group(1), number, count);
    }

    private static void checkPlace(GgufShard shard, int number, GgufShard first)
            throws MalformedGguf {
        if (whole(shard.metadata(), "split.no", -1) != number
                || whole(shard.metadata(), "split.count", -1)
                        != whole(first.metadata(), "split.count", 1)) {
            throw new MalformedGguf(
                    GgufReading.Reason.SPLIT_INCOMPLETE,
                    "it does not say of itself that it is part %d of this model"
                            .formatted(number + 1));
        }
    }

    private static void checkWhole(GgufShard first, List<TensorFacts> tensors)
            throws MalformedGguf {
        Set<String> names = new HashSet<>();
        for (TensorFacts tensor : tensors) {
            if (!names.add(tensor.name())) {
                throw new MalformedGguf(
                        GgufReading.Reason.DUPLICATE,
                        "the tensor %s is in two of its parts".formatted(tensor.name()));
            }
        }
        long announced = whole(first.metadata(), "split.tensors.count", tensors.size());
        if (announced != tensors.size() || tensors.isEmpty()) {
            throw new MalformedGguf(
                    tensors.isEmpty()
                            ? GgufReading.Reason.MISSING_FACT
                            : GgufReading.Reason.SPLIT_INCOMPLETE,
                    "%d tensors are announced and %d are there"
                            .formatted(Math.max(announced, 1), tensors.size()));
        }
    }

    private static void checkFacts(SortedMap<String, Object> metadata) throws MalformedGguf {
        if (!(metadata.get("general.architecture") instanceof String architecture)
                || !ARCHITECTURE.matcher(architecture).matches()) {
            throw new MalformedGguf(
                    GgufReading.Reason.MISSING_FACT,
                    "it does not say of which architecture it is (general.architecture)");
        }
        for (String fact : NEEDED) {
            String key = architecture + "." + fact;
            long value = whole(metadata, key, -1);
            if (value < 1 || value > FACT_MAX) {
                throw new MalformedGguf(
                        GgufReading.Reason.MISSING_FACT,
                        "it does not say a usable number for %s".formatted(key));
            }
        }
    }

    private static long whole(SortedMap<String, Object> metadata, String key, long otherwise) {
        return metadata.getOrDefault(key, otherwise) instanceof Long value ? value : -1;
    }

    static String sentence(Path file, MalformedGguf wrong) {
        String meaning =
                switch (wrong.reason()) {
                    case UNREADABLE -> "Nothing was loaded. Check the path and the permissions.";
                    case NOT_GGUF ->
                            "It is not a GGUF model for this kind of machine, so nothing was loaded."
                                    + " Give a .gguf file.";
                    case UNSUPPORTED_VERSION ->
                            "Nothing was loaded. Convert the model again with a current converter.";
                    case TRUNCATED, OUT_OF_BOUNDS ->
                            "The file is cut short or was altered, so nothing was loaded. Copy it"
                                    + " again and compare its SHA-256 with its publisher's.";
                    case TOO_MANY, MALFORMED, DUPLICATE, BAD_TENSOR ->
                            "The file is damaged or was made to do harm, so nothing was loaded and"
                                    + " no native code has seen it. Get it again from a source you"
                                    + " trust and compare its SHA-256.";
                    case MISSING_FACT ->
                            "Without it nobody can say what memory the model needs, so nothing was"
                                    + " loaded. Use a model for text generation made by a current"
                                    + " converter.";
                    case SPLIT_INCOMPLETE ->
                            "Nothing was loaded. Put all parts into one folder under the names they"
                                    + " came with.";
                };
        return "%s is refused: %s. %s"
                .formatted(printable(file.getFileName()), printable(wrong.what()), meaning);
    }

    // Names come out of the file: one of them must not be able to forge lines of a log.
    static String printable(@Nullable Object text) {
        String clean = String.valueOf(text).replaceAll("\\p{Cntrl}", "?");
        return clean.length() > WORDS_MAX ? clean.substring(0, WORDS_MAX) + "…" : clean;
    }
}
