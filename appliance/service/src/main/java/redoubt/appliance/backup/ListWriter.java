package redoubt.appliance.backup;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import redoubt.appliance.site.Durable;

/// A backup's list ([BackupList]) while it is written: first what there is of content, which may be
/// millions of lines, into a file beside it; then the whole of it, under a name that is none yet.
/// One thread.
final class ListWriter implements AutoCloseable {
    private static final Set<StandardOpenOption> NEW =
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

    private final Path list;
    private final Path part;
    private final Path fresh;
    private final OutputStream content;
    private int entries;
    private long bytes;

    /// @param list the file that it becomes
    ListWriter(Path list) throws IOException {
        this.list = list;
        this.part = Durable.fresh(list.resolveSibling("content"));
        this.fresh = Durable.fresh(list);
        this.content =
                new BufferedOutputStream(
                        Files.newOutputStream(part, StandardOpenOption.CREATE_NEW));
    }

    /// A file of content; their paths ascend, and come before all others.
    void content(BackupList.Entry entry) throws IOException {
        write(content, entry);
    }

    private void write(OutputStream out, BackupList.Entry entry) throws IOException {
        out.write(BackupList.line(entry).getBytes(StandardCharsets.US_ASCII));
        entries++;
        bytes += entry.bytes();
    }

    /// Writes all of it.
    ///
    /// @param others what is no content, in any order
    /// @return SHA-256, hex
    String end(String logId, long size, List<BackupList.Entry> others) throws IOException {
        content.close();
        var hash = Sha256.digest();
        try (FileChannel file = FileChannel.open(fresh, NEW);
                OutputStream out =
                        new BufferedOutputStream(
                                new DigestOutputStream(Channels.newOutputStream(file), hash))) {
            out.write(BackupList.head(logId, size).getBytes(StandardCharsets.US_ASCII));
            Files.copy(part, out);
            for (BackupList.Entry entry :
                    others.stream().sorted(Comparator.comparing(BackupList.Entry::path)).toList())
                write(out, entry);
            out.write(("end " + entries + "\n").getBytes(StandardCharsets.US_ASCII));
            out.flush();
            file.force(true);
        }
        return HexFormat.of().formatHex(hash.digest());
    }

    /// Where it lies until it has its name.
    Path unnamed() {
        return fresh;
    }

    int entries() {
        return entries;
    }

    /// Of everything that it names.
    long bytes() {
        return bytes;
    }

    /// Gives it its name; from here on there is a backup.
    void name() throws IOException {
        Files.move(fresh, list, StandardCopyOption.ATOMIC_MOVE);
        Durable.forceFolder(list.resolveSibling("."));
    }

    @Override
    public void close() throws IOException {
        try (content) {
            Files.deleteIfExists(part);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }
}
