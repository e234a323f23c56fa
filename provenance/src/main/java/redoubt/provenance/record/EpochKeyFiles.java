package redoubt.provenance.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// The files of epoch keys: `epoch.key` of the epoch in force and, while one epoch gives way to the
/// next, `epoch-next.key`. The order of a turn is that a crash between any two steps is found and
/// finished by the next start:
///
/// 1. the new key is written to `epoch-next.key`, synced ([#storeNext]);
/// 2. the old key signs EPOCH_CLOSED, the new one EPOCH_OPENED, both durable;
/// 3. the old key's file is overwritten, and replaced by the new one's ([#replace]).
///
/// Whoever opened the record owns them. Source: docs/adr/0002.
final class EpochKeyFiles {
    private final Path folder;
    private final Path current;
    private final Path next;

    EpochKeyFiles(Path keys) {
        this.folder = keys;
        this.current = keys.resolve("epoch.key");
        this.next = keys.resolve("epoch-next.key");
    }

    Path folder() {
        return folder;
    }

    void storeFirst(EpochKey key) throws IOException {
        key.store(current);
    }

    void storeNext(EpochKey key) throws IOException {
        key.store(next);
    }

    /// Step 3. May be tried again.
    void replace() throws IOException {
        if (Files.exists(next)) {
            EpochKey.destroy(current);
            Files.move(next, current, StandardCopyOption.ATOMIC_MOVE);
        }
        DurableFile.forceFolder(folder);
    }
}
