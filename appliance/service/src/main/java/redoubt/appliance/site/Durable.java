package redoubt.appliance.site;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

/// Files that are there, whole, after a power cut: write a new file, force it, rename it over the
/// name, force the folder. Files are readable by their owner only.
public final class Durable {
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    // As [#place] names what is not whole yet.
    private static final Pattern LEFT =
            Pattern.compile("\\..+\\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\.new");

    private Durable() {}

    /// A name beside `file` for what is to take its place once it is whole.
    public static Path fresh(Path file) {
        return file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID() + ".new");
    }

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

    /// Removes what a process that was ended had written here and not renamed yet; what it holds is
    /// overwritten first, as far as a disk can. To be called while nobody writes here.
    public static void sweep(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) return;
        List<Path> left;
        try (var files = Files.list(folder)) {
            left =
                    files.filter(file -> LEFT.matcher(String.valueOf(file.getFileName())).matches())
                            .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                            .toList();
        }
        for (Path file : left) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                zero(channel);
            }
            remove(file);
        }
    }

    /// Overwrites all that a file holds.
    public static void zero(FileChannel file) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocate(1 << 16);
        for (long at = 0, end = file.size(); at < end; ) {
            zeros.clear().limit((int) Math.min(zeros.capacity(), end - at));
            at += file.write(zeros, at);
        }
        file.force(true);
    }

    private static void place(Path file, byte[] bytes, boolean force) throws IOException {
        Path folder = folderOf(file);
        Path fresh = fresh(file);
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

    /// Forces the names in a folder to the medium.
    public static void forceFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
