package redoubt.appliance.engines;

import java.nio.file.Path;
import java.util.Locale;

/// The model that this appliance was started with, and where engines find what they need.
///
/// @param nativeDir folder of the native libraries
/// @param modulePath module path for the engine's own Java
/// @param runDir where engines work and log
/// @param profiles where measurements of this host are remembered
public record ModelSource(
        Path file, Path nativeDir, Path javaHome, String modulePath, Path runDir, Path profiles) {

    /// The file's name without its extension and shard number, in the letters that clients accept.
    public String id() {
        return String.valueOf(file.getFileName())
                .toLowerCase(Locale.ROOT)
                .replaceAll("\\.gguf$", "")
                .replaceAll("-00001-of-\\d{5}$", "")
                .replaceAll("[^a-z0-9._-]", "-");
    }
}
