package redoubt.appliance.engines;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import redoubt.appliance.site.Secrets;

/// The models of this site: the one that it was started with, and the GGUF files that somebody put
/// into the home's folder. Looked at anew each time, so that a file which was copied there can be
/// used without a restart. Files are named only; nothing is read. Any thread.
final class ModelFolder {
    private static final int FILES_MAX = 1000;
    private static final Pattern LATER_SHARD =
            Pattern.compile("-(?!00001)\\d{5}-of-\\d{5}\\.gguf$");
    private static final int SUFFIX_DIGITS = 6;

    private final Path folder;
    private final Path standard;

    /// @param standard the model that `default` means; may lie elsewhere
    ModelFolder(Path folder, Path standard) {
        this.folder = folder;
        this.standard = standard;
    }

    /// All of them, the default one first, then by name. No two have the same identifier.
    List<KnownModel> models() throws IOException {
        List<KnownModel> models = new ArrayList<>();
        Set<String> taken = new HashSet<>(Set.of(Engines.DEFAULT));
        add(models, taken, standard);
        for (Path file : files()) if (!same(file, standard)) add(models, taken, file);
        return models;
    }

    private static void add(List<KnownModel> models, Set<String> taken, Path file) {
        String id = KnownModel.idOf(file);
        if (!taken.add(id)) {
            byte[] name = String.valueOf(file.getFileName()).getBytes(StandardCharsets.UTF_8);
            id += "-" + HexFormat.of().formatHex(Secrets.sha256(name)).substring(0, SUFFIX_DIGITS);
            if (!taken.add(id)) return;
        }
        models.add(new KnownModel(id, file));
    }

    private List<Path> files() throws IOException {
        if (!Files.isDirectory(folder)) return List.of();
        try (var all = Files.list(folder)) {
            return all.filter(ModelFolder::first)
                    .filter(Files::isRegularFile)
                    .sorted()
                    .limit(FILES_MAX)
                    .toList();
        }
    }

    private static boolean first(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return name.endsWith(".gguf") && !name.startsWith(".") && !LATER_SHARD.matcher(name).find();
    }

    private static boolean same(Path one, Path other) throws IOException {
        return Files.exists(other) && Files.isSameFile(one, other);
    }
}
