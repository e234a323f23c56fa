package redoubt.provenance.record;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// The folders of the corpus in which files are not what a verifier expects of a file: they are to
/// keep it busy for ever, or to take all its memory.
final class FileRecipes {
    static final Map<String, AttackRecipe> ALL =
            Map.of(
                    "a-checkpoint-without-an-end",
                    written(folder -> withoutEnd(folder.resolve(CheckpointFile.NAME))),
                    "a-segment-without-an-end",
                    written(folder -> withoutEnd(SegmentFile.name(folder, 0))));

    private FileRecipes() {}

    @FunctionalInterface
    private interface Step {
        void take(Path folder) throws Exception;
    }

    private static AttackRecipe written(Step step) {
        return folder -> {
            AttackRecipe.of(forge -> {}).make(folder);
            step.take(folder.resolve("record"));
        };
    }

    private static void withoutEnd(Path file) throws Exception {
        Files.deleteIfExists(file);
        Files.createSymbolicLink(file, Path.of("/dev/zero"));
    }
}
