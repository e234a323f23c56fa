package redoubt.provenance.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/// The last checkpoint, beside the segments. It is written aside and renamed over after its entries
/// are durable, without a sync of its own: after a power cut an older one, or none, is there, which
/// recovery takes as it is. It never runs ahead of the entries.
final class CheckpointFile {
    static final String NAME = "checkpoint";

    private CheckpointFile() {}

    /// The bytes of the file, which in a record from elsewhere may be a pipe, a device or have no
    /// end; empty where there is none.
    ///
    /// @throws MalformedRecordException when it is not a plain file of at most 512 KiB
    static Optional<byte[]> read(Path folder) throws IOException, MalformedRecordException {
        Path file = folder.resolve(NAME);
        if (!Files.exists(file)) return Optional.empty();
        if (!Files.isRegularFile(file))
            throw new MalformedRecordException("The checkpoint is not a plain file.");
        try (var in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(SignedNote.NOTE_BYTES_MAX + 1);
            if (bytes.length > SignedNote.NOTE_BYTES_MAX)
                throw new MalformedRecordException("The checkpoint file is longer than 512 KiB.");
            return Optional.of(bytes);
        }
    }

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
