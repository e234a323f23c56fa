package redoubt.appliance.engines;

import java.nio.file.Path;
import java.util.Locale;

/// A model that can be loaded: a GGUF file (the first shard where there are several) and how
/// requests name it.
public record KnownModel(String id, Path file) {

    /// The file's name without its extension and shard number, in the letters that clients accept.
    static String idOf(Path file) {
        return String.valueOf(file.getFileName())
                .toLowerCase(Locale.ROOT)
                .replaceAll("\\.gguf$", "")
                .replaceAll("-00001-of-\\d{5}$", "")
                .replaceAll("[^a-z0-9._-]", "-");
    }
}
