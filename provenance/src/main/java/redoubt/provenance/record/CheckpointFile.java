package redoubt.provenance.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// The last checkpoint, beside the segments. It is written aside and renamed over after its entries
/// are durable, without a sync of its own: after a power cut an older one, or none, is there, which
/// recovery takes as it is. It never runs ahead of the entries.
final class CheckpointFile {
    static final String NAME = "checkpoint";

    private CheckpointFile() {}

    static void write(Path folder, Checkpoint checkpoint) throws IOException {
        var aside = folder.resolve(NAME + ".new");
        try {
            Files.writeString(aside, checkpoint.note());
            Files.move(aside, folder.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failed) {
            throw RecordFailure.whileWriting(failed, folder, checkpoint.note().length());
        }
    }
}
