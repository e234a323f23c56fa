package redoubt.provenance.record;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;

/// Files on media, which came from other machines: never followed through a link, read up to a
/// bound, written durably, and nothing half is left behind on a full medium. Stateless, any thread.
final class MediaFile {
    private MediaFile() {}

    /// Whether a file of this name is there, of whatever kind.
    static boolean exists(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    static byte[] read(Path file, int bytesMax) throws IOException {
        requirePlain(file);
        try (var channel =
                FileChannel.open(
                        file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            if (channel.size() > bytesMax)
                throw new RootRefusedException(
                        "%s has %d bytes, and such a file has at most %d. It is not what it is called; nothing was read from it."
                                .formatted(file, channel.size(), bytesMax));
            var bytes = ByteBuffer.allocate((int) channel.size());
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {}
            if (bytes.hasRemaining())
                throw new RootRefusedException(
                        "%s became shorter while it was read. Is the medium still in its place?"
                                .formatted(file));
            return bytes.array();
        }
    }

    private static void requirePlain(Path file) throws IOException {
        BasicFileAttributes is;
        try {
            is = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException absent) {
            throw new RootRefusedException(
                    "There is no file %s. Is it the right medium?".formatted(file), absent);
        }
        if (!is.isRegularFile())
            throw new RootRefusedException(
                    "%s is a link or a folder where a file should be. It was not opened: what it leads to could be anything on this machine."
                            .formatted(file));
    }

    /// The folder in which the files of a medium are to lie; it must be there already.
    static void requireFolder(Path folder) throws RootRefusedException {
        if (!Files.isDirectory(folder))
            throw new RootRefusedException(
                    "%s is not a folder. Mount the medium and name the folder where it is mounted."
                            .formatted(folder));
    }

    /// Makes a folder on a medium, if it is not there.
    static void folder(Path folder) throws IOException {
        if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) return;
        if (exists(folder))
            throw new RootRefusedException(
                    "%s is a link or a file where a folder should be. Nothing was written through it."
                            .formatted(folder));
        Files.createDirectory(folder);
        var parent = folder.toAbsolutePath().getParent();
        if (parent != null) DurableFile.forceFolder(parent);
    }

    static void write(Path file, String text) throws IOException {
        written(file, () -> DurableFile.write(file, text));
    }

    static void write(Path file, byte[] bytes) throws IOException {
        written(file, () -> DurableFile.write(file, bytes));
    }

    static void writeSecret(Path file, byte[] bytes) throws IOException {
        written(file, () -> DurableFile.writeSecret(file, bytes));
    }

    private interface Writing {
        void write() throws IOException;
    }

    private static void written(Path file, Writing writing) throws IOException {
        try {
            if (exists(file)) requirePlain(file);
            writing.write();
        } catch (RootRefusedException refused) {
            throw refused;
        } catch (IOException failed) {
            Files.deleteIfExists(file.resolveSibling(file.getFileName() + ".new"));
            throw new RootRefusedException(
                    "%s could not be written (%s). The medium may be full, write-protected or gone; nothing of this file is on it."
                            .formatted(file, failed.getMessage()),
                    failed);
        }
    }
}
