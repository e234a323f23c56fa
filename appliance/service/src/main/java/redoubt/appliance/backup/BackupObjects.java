package redoubt.appliance.backup;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.UUID;
import redoubt.appliance.site.Durable;

/// The bytes of all backups of a medium, each once: `objects/ab/<SHA-256>`. An object has its name
/// only when it is whole and forced to the medium; so what was interrupted leaves nothing that
/// could be taken for one. One thread.
final class BackupObjects {
    private static final int BUFFER_BYTES = 1 << 16;

    private final Path folder;
    private long written;
    private int count;
    // Which of those that were kept were not there yet, in order.
    private final BitSet fresh = new BitSet();

    /// Opens a stream of the bytes that are to be kept.
    interface Source {
        InputStream open() throws IOException;
    }

    private BackupObjects(Path folder) {
        this.folder = folder;
    }

    /// @param medium the folder that was named
    static BackupObjects at(Path medium) throws BackupException {
        Path folder = medium.resolve("objects");
        if (Files.isSymbolicLink(medium) || Files.isSymbolicLink(folder))
            throw new BackupException(
                    "%s leads elsewhere by a link. Nothing was written or restored. Give the folder itself."
                            .formatted(Files.isSymbolicLink(medium) ? medium : folder));
        return new BackupObjects(folder);
    }

    /// How many bytes were not there yet.
    long written() {
        return written;
    }

    /// Whether the bytes that were kept as this one, counted from 0, were not there yet.
    boolean fresh(int number) {
        return fresh.get(number);
    }

    /// How many were kept.
    int count() {
        return count;
    }

    /// Keeps these bytes unless they are there, whole; what is damaged there is written anew.
    BackupList.Entry keep(String path, Source source) throws IOException {
        MessageDigest hash = Sha256.digest();
        long bytes = 0;
        try (InputStream in = source.open()) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                hash.update(buffer, 0, read);
                bytes += read;
            }
        }
        String sha256 = HexFormat.of().formatHex(hash.digest());
        BackupList.Entry entry = new BackupList.Entry(path, sha256, bytes);
        Path object = object(sha256);
        if (!isThere(object, entry)) {
            write(object, source, entry);
            fresh.set(count);
        }
        count++;
        return entry;
    }

    private static boolean isThere(Path object, BackupList.Entry entry) throws IOException {
        if (!Files.isRegularFile(object, LinkOption.NOFOLLOW_LINKS)
                || Files.size(object) != entry.bytes()) return false;
        try (InputStream in = Files.newInputStream(object, LinkOption.NOFOLLOW_LINKS)) {
            return HexFormat.of().formatHex(hash(in)).equals(entry.sha256());
        } catch (IOException unreadable) {
            return false;
        }
    }

    private static byte[] hash(InputStream in) throws IOException {
        MessageDigest hash = Sha256.digest();
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer))
            hash.update(buffer, 0, read);
        return hash.digest();
    }

    private void write(Path object, Source source, BackupList.Entry entry) throws IOException {
        Path place = object.resolveSibling(".new-" + UUID.randomUUID());
        Durable.folder(folder);
        Durable.folder(folder.resolve(entry.sha256().substring(0, 2)));
        MessageDigest hash = Sha256.digest();
        try {
            try (InputStream in = source.open();
                    FileChannel out =
                            FileChannel.open(
                                    place,
                                    StandardOpenOption.CREATE_NEW,
                                    StandardOpenOption.WRITE)) {
                byte[] buffer = new byte[BUFFER_BYTES];
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    hash.update(buffer, 0, read);
                    ByteBuffer rest = ByteBuffer.wrap(buffer, 0, read);
                    while (rest.hasRemaining()) out.write(rest);
                }
                out.force(true);
            }
            if (!HexFormat.of().formatHex(hash.digest()).equals(entry.sha256()))
                throw new IOException(entry.path() + " changed while it was copied");
            Files.move(
                    place,
                    object,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            Durable.forceFolder(object.resolveSibling("."));
            written += entry.bytes();
        } finally {
            Files.deleteIfExists(place);
        }
    }

    /// Reads an object again and compares it.
    ///
    /// @throws BackupException when it is not what the list says
    void check(BackupList.Entry entry) throws BackupException, IOException {
        MessageDigest hash = Sha256.digest();
        try (InputStream in = open(entry)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer))
                hash.update(buffer, 0, read);
        }
        if (!HexFormat.of().formatHex(hash.digest()).equals(entry.sha256())) throw altered(entry);
    }

    /// The bytes, as they were listed.
    byte[] read(BackupList.Entry entry) throws BackupException, IOException {
        if (entry.bytes() > Integer.MAX_VALUE - 8) throw altered(entry);
        try (InputStream in = open(entry)) {
            byte[] bytes = in.readAllBytes();
            if (!Sha256.hex(bytes).equals(entry.sha256())) throw altered(entry);
            return bytes;
        }
    }

    /// Copies an object to a file, forced, as it was listed.
    void restore(BackupList.Entry entry, Path file) throws BackupException, IOException {
        check(entry);
        try (InputStream in = open(entry);
                FileChannel out =
                        FileChannel.open(
                                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                ByteBuffer rest = ByteBuffer.wrap(buffer, 0, read);
                while (rest.hasRemaining()) out.write(rest);
            }
            out.force(true);
        }
    }

    private InputStream open(BackupList.Entry entry) throws BackupException, IOException {
        Path object = object(entry.sha256());
        if (Files.isSymbolicLink(object.getParent())
                || !Files.isRegularFile(object, LinkOption.NOFOLLOW_LINKS)) {
            throw new BackupException(
                    "The backup is not whole: what it holds of %s is missing (%s)."
                            .formatted(entry.path(), object));
        }
        if (Files.size(object) != entry.bytes()) throw altered(entry);
        return Files.newInputStream(object, LinkOption.NOFOLLOW_LINKS);
    }

    private BackupException altered(BackupList.Entry entry) {
        return new BackupException(
                "The backup does not hold: %s was altered or damaged since it was written (%s). While the appliance that it is of is there, make a backup onto this medium again: what is damaged is written anew. To restore, take another backup or another medium."
                        .formatted(entry.path(), object(entry.sha256())));
    }

    private Path object(String sha256) {
        return folder.resolve(sha256.substring(0, 2)).resolve(sha256);
    }
}
