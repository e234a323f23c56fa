package redoubt.appliance.backup;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Where a backup may go.
final class Media {
    private Media() {}

    /// @throws BackupException when backup, keys and home are not apart from each other
    static void require(Path home, Path medium, Optional<Path> keys)
            throws BackupException, IOException {
        Path own = real(home);
        Path to = real(medium);
        if (to.startsWith(own))
            throw new BackupException(
                    "%s is within the home %s: a backup there would be lost with it. Nothing was written. Give a folder on another medium."
                            .formatted(medium, home));
        if (own.startsWith(to) && Files.isDirectory(to.resolve("objects")))
            throw new BackupException(
                    "The home %s is within %s. Nothing was written. Give a folder on another medium."
                            .formatted(home, medium));
        if (keys.isEmpty()) return;
        requireKeys(home, keys.get());
        if (Files.exists(medium.resolve(KeyRing.FILE)))
            throw new BackupException(
                    "%s holds a file of keys. Whoever found it beside backups could read all of them. Nothing was written. Give the backup a medium of its own, or move the keys to theirs."
                            .formatted(medium));
        Path ring = real(keys.get());
        if (ring.startsWith(to) || to.startsWith(ring))
            throw new BackupException(
                    "%s and %s are not apart. Whoever found the one would have the other, and what is erased later would stay readable there. Nothing was written. Give the keys a medium of their own."
                            .formatted(medium, keys.get()));
    }

    /// The same for the file of keys alone.
    static void requireKeys(Path home, Path keys) throws BackupException, IOException {
        if (real(keys).startsWith(real(home)))
            throw new BackupException(
                    "%s is within the home %s. Nothing was written. Keys belong on a medium that is locked away."
                            .formatted(keys, home));
        if (holdsBackups(keys))
            throw new BackupException(
                    "%s holds backups. Whoever found the keys beside them could read all of it, and what is erased later would stay readable there. Nothing was written. Give the keys a medium of their own."
                            .formatted(keys));
    }

    private static boolean holdsBackups(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) return false;
        if (Files.exists(folder.resolve("objects"))) return true;
        try (Stream<Path> files = Files.list(folder)) {
            return files.anyMatch(file -> String.valueOf(file).endsWith(BackupList.SUFFIX));
        }
    }

    /// Which of these folders, that are there, lie on the disk of the home: a medium that was to be
    /// there, and is not mounted, looks like that.
    static List<String> onDiskOf(Path home, Stream<Path> folders) throws IOException {
        FileStore own = Files.getFileStore(home);
        List<String> same = new ArrayList<>();
        for (Path folder : folders.toList())
            if (Files.getFileStore(folder).equals(own)) same.add(folder.toString());
        return same;
    }

    /// Without links, also where the last names do not exist yet.
    static Path real(Path path) throws IOException {
        Path absolute = path.toAbsolutePath().normalize();
        for (Path there = absolute; there != null; there = there.getParent())
            if (Files.exists(there))
                return there.toRealPath().resolve(there.relativize(absolute)).normalize();
        return absolute;
    }
}
