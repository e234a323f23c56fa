package redoubt.appliance.site;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/// Files that are there, whole, after a power cut: write a new file, force it, rename it over the
/// name, force the folder. Files are readable by their owner only.
public final class Durable {
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private Durable() {}

    /// Replaces `file` by `bytes`; when this returns, they survive a power cut.
    public static void write(Path file, byte[] bytes) throws IOException {
        place(file, bytes, true);
    }

    /// The same without forcing: survives the end of this process, not a power cut.
    public static void writeLazily(Path file, byte[] bytes) throws IOException {
        place(file, bytes, false);
    }

    /// Removes `file`; when this returns, it stays removed after a power cut.
    public static void remove(Path file) throws IOException {
        if (Files.deleteIfExists(file)) forceFolder(folderOf(file));
    }

    /// Makes a folder that only its owner can enter.
    public static void folder(Path folder) throws IOException {
        if (Files.isDirectory(folder)) return;
        Files.createDirectories(folder, OWNER_ONLY);
        forceFolder(folderOf(folder));
    }

    /// Makes the folders of these names in `parent` as far as they are not there, with one sync.
    public static void folders(Path parent, List<String> names) throws IOException {
        for (String name : names) {
            Path folder = parent.resolve(name);
            if (!Files.isDirectory(folder)) Files.createDirectory(folder, OWNER_ONLY);
        }
        forceFolder(parent);
    }

    private static void place(Path file, byte[] bytes, boolean force) throws IOException {
        Path folder = folderOf(file);
        Path fresh = folder.resolve("." + file.getFileName() + "." + UUID.randomUUID() + ".new");
        try {
            try (FileChannel channel =
                    FileChannel.open(
                            fresh,
                            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                            PosixFilePermissions.asFileAttribute(
                                    PosixFilePermissions.fromString("rw-------")))) {
                ByteBuffer rest = ByteBuffer.wrap(bytes);
                while (rest.hasRemaining()) channel.write(rest);
                if (force) channel.force(true);
            }
            Files.move(
                    fresh,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
        if (force) forceFolder(folder);
    }

    private static Path folderOf(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) throw new IllegalArgumentException("no folder holds " + file);
        return folder;
    }

    private static void forceFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
