package redoubt.hardware;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// The header of a model file (all shards of it), after every count, length and offset in it was
/// checked against the size of the file. Only [#read] makes one.
public final class GgufHeader implements GgufReading {
    private static final int NAME_MAX = 200;
    private static final Pattern NOT_SHOWN = Pattern.compile("[\\p{Cntrl}\\p{Cf}\\p{Zl}\\p{Zp}]+");

    private final List<Path> shards;
    private final long fileBytes;
    private final SortedMap<String, Object> metadata;
    private final List<TensorFacts> tensors;

    GgufHeader(
            List<Path> shards,
            long fileBytes,
            SortedMap<String, Object> metadata,
            List<TensorFacts> tensors) {
        this.shards = List.copyOf(shards);
        this.fileBytes = fileBytes;
        this.metadata = new TreeMap<>(metadata);
        this.tensors = List.copyOf(tensors);
    }

    /// Reads the header of the model in `file`; where that is one of several shards, of all of
    /// them.
    ///
    /// @throws IOException only when the medium fails; what is wrong with the file is a
    ///   [GgufReading.Refused]
    public static GgufReading read(Path file) throws IOException {
        return GgufFiles.read(file);
    }

    /// All files of the model, in order; one where it is not split.
    public List<Path> shards() {
        return shards;
    }

    /// Bytes of all shards together.
    public long fileBytes() {
        return fileBytes;
    }

    /// Every tensor of every shard.
    public List<TensorFacts> tensors() {
        return tensors;
    }

    /// The value of a text key.
    public Optional<String> text(String key) {
        return metadata.get(key) instanceof String text ? Optional.of(text) : Optional.empty();
    }

    /// The value of a whole number key.
    public OptionalLong number(String key) {
        return metadata.get(key) instanceof Long number
                ? OptionalLong.of(number)
                : OptionalLong.empty();
    }

    /// The values of a key that is an array of whole numbers, empty where it is not one.
    public List<Long> numbers(String key) {
        return metadata.get(key) instanceof List<?> list
                ? list.stream().map(Long.class::cast).toList()
                : List.of();
    }

    /// For example `llama`, `gemma3` or `qwen2`.
    public String architecture() {
        return text("general.architecture").orElseThrow();
    }

    /// What the model calls itself, as far as it can be shown, or its file's name.
    public String name() {
        return shownName(metadata).orElseGet(() -> String.valueOf(shards.getFirst().getFileName()));
    }

    // It is shown on terminals and pages, and comes from whoever made the file.
    static Optional<String> shownName(SortedMap<String, Object> metadata) {
        return Optional.ofNullable(metadata.get("general.name"))
                .filter(String.class::isInstance)
                .map(name -> NOT_SHOWN.matcher((String) name).replaceAll(" ").strip())
                .map(name -> name.length() > NAME_MAX ? name.substring(0, NAME_MAX) : name)
                .filter(name -> !name.isBlank());
    }

    /// Tokens of context that the model was trained with.
    public long contextTokensTrained() {
        return number(architecture() + ".context_length").orElse(0);
    }

    /// The number formats of its matrices, which are what an engine multiplies with; vectors such
    /// as norms are not counted.
    public SortedSet<GgmlType> types() {
        SortedSet<GgmlType> types = new TreeSet<>();
        for (TensorFacts tensor : tensors) {
            if (tensor.dimensions().size() > 1) {
                types.add(tensor.type());
            }
        }
        return types;
    }

    /// The format that most of the weights' bytes are in, for example `Q4_K`.
    public String quantisation() {
        TreeMap<GgmlType, Long> bytes = new TreeMap<>();
        tensors.forEach(tensor -> bytes.merge(tensor.type(), tensor.bytes(), Long::sum));
        return bytes.entrySet().stream()
                .max(Map.Entry.comparingByValue())
                .map(entry -> entry.getKey().name())
                .orElse("none");
    }
}
