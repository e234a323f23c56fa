package redoubt.provenance.record;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.zip.CRC32C;

/// The layout of a segment: a head, then one frame for each entry. Source: docs/audit-record.md
/// section 5.
final class SegmentFile {
    static final byte[] MAGIC = "RDBTREC1".getBytes(StandardCharsets.US_ASCII);
    static final int HEAD_BYTES = MAGIC.length + Long.BYTES;
    static final int FRAME_EXTRA_BYTES = 2 * Integer.BYTES;

    /// In the word of the length.
    static final int CONTINUES = 1 << 31;

    static final int ENTRY_BYTES_MAX = 1 << 20;

    /// From here on a new one is begun.
    static final long SEGMENT_BYTES_MAX = 64L << 20;

    /// No reader takes a longer one: with its last batch, none is ever longer.
    static final long READ_BYTES_MAX = 256L << 20;

    private static final String SUFFIX = ".seg";

    private SegmentFile() {}

    static Path name(Path folder, long firstSequence) {
        return folder.resolve("%016d".formatted(firstSequence) + SUFFIX);
    }

    /// The segments of a folder in order.
    static List<Path> in(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList();
        } catch (UncheckedIOException unreadable) {
            throw unreadable.getCause();
        }
    }

    /// Creates an empty segment whose name is durable.
    static FileChannel create(Path folder, long firstSequence) throws IOException {
        var channel =
                FileChannel.open(
                        name(folder, firstSequence),
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.WRITE);
        try {
            begin(channel, folder, firstSequence);
            return channel;
        } catch (IOException failed) {
            // Half a segment would be in the way of the next attempt.
            channel.close();
            Files.deleteIfExists(name(folder, firstSequence));
            throw failed;
        }
    }

    private static void begin(FileChannel channel, Path folder, long firstSequence)
            throws IOException {
        var head = head(firstSequence);
        while (head.hasRemaining()) channel.write(head);
        channel.force(true);
        DurableFile.forceFolder(folder);
    }

    static ByteBuffer head(long firstSequence) {
        return ByteBuffer.allocate(HEAD_BYTES).put(MAGIC).putLong(firstSequence).flip();
    }

    /// @param continues whether the frame before it goes to disk with the same sync; one that does
    ///   not shows that everything before it had been synced
    static ByteBuffer frame(byte[] entry, boolean continues) {
        return ByteBuffer.allocate(entry.length + FRAME_EXTRA_BYTES)
                .putInt(continues ? entry.length | CONTINUES : entry.length)
                .put(entry)
                .putInt(checksum(entry, continues))
                .flip();
    }

    static int checksum(byte[] entry, boolean continues) {
        var crc = new CRC32C();
        crc.update(entry);
        if (continues) crc.update(1);
        return (int) crc.getValue();
    }
}
