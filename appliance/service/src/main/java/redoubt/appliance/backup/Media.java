package redoubt.appliance.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

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
