package redoubt.appliance.engines;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// The LoRA adapters of this site: GGUF files in a folder of the home, by the names with which
/// requests use them. Looked at anew each time. Any thread.
record AdapterFolder(Path folder) {
    private static final int FILES_MAX = 1000;

    /// File by name, sorted; of two files with the same name the first counts.
    Map<String, Path> adapters() throws IOException {
        Map<String, Path> adapters = new LinkedHashMap<>();
        if (!Files.isDirectory(folder)) return adapters;
        try (var all = Files.list(folder)) {
            all.filter(file ->
                            String.valueOf(file.getFileName())
                                    .toLowerCase(Locale.ROOT)
                                    .endsWith(".gguf"))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .limit(FILES_MAX)
                    .forEach(file -> adapters.putIfAbsent(KnownModel.idOf(file), file));
        }
        return adapters;
    }
}
