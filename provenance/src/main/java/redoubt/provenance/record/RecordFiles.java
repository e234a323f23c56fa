package redoubt.provenance.record;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The open end of the segments. One thread writes. The order for each batch is: write the frames,
/// force the data; only then is anything acknowledged. A batch that fails is cut off again.
final class RecordFiles implements AutoCloseable {
    private static final String RESERVE = "reserve";
    private static final long RESERVE_BYTES = 1 << 20;

    private final Path folder;
    private @Nullable FileChannel channel;
    private long end;
    private long closedSegmentsBytes;

    private RecordFiles(Path folder) {
        this.folder = folder;
    }

    /// Opens for appending behind what was found.
    static RecordFiles open(Path folder, RecordScan.Found found) throws IOException {
        var files = new RecordFiles(folder);
        var segments = SegmentFile.in(folder);
        for (var segment : segments) files.closedSegmentsBytes += Files.size(segment);
        if (!segments.isEmpty()) {
            files.channel = FileChannel.open(segments.getLast(), StandardOpenOption.WRITE);
            files.end = found.endOffset();
            files.closedSegmentsBytes -= Files.size(segments.getLast());
        }
        try {
            files.reserve();
            return files;
        } catch (IOException noRoom) {
            files.close();
            throw noRoom;
        }
    }

    long bytes() {
        return closedSegmentsBytes + end;
    }

    /// Makes these entries durable and says where each one begins.
    ///
    /// @throws IOException when they are not; the file then ends where it ended before
    long[] append(RecordState state, List<byte[]> entries) throws IOException {
        long bytes = 0;
        for (byte[] entry : entries) bytes += entry.length + SegmentFile.FRAME_EXTRA_BYTES;
        try {
            return write(channelFor(state), entries);
        } catch (IOException failed) {
            throw RecordFailure.whileWriting(failed, folder, bytes);
        }
    }

    private long[] write(FileChannel out, List<byte[]> entries) throws IOException {
        var offsets = new long[entries.size()];
        long at = end;
        try {
            for (int i = 0; i < offsets.length; i++) {
                offsets[i] = at;
                var frame = SegmentFile.frame(entries.get(i), i > 0);
                while (frame.hasRemaining()) at += out.write(frame, at);
            }
            out.force(false);
        } catch (IOException failed) {
            out.truncate(end);
            throw failed;
        }
        end = at;
        return offsets;
    }

    private FileChannel channelFor(RecordState state) throws IOException {
        var open = channel;
        if (open != null && end < SegmentFile.SEGMENT_BYTES_MAX) return open;
        var next = SegmentFile.create(folder, state.size());
        if (open != null) {
            open.close();
            closedSegmentsBytes += end;
        }
        state.startSegment(state.size(), SegmentFile.name(folder, state.size()));
        end = SegmentFile.HEAD_BYTES;
        channel = next;
        return next;
    }

    /// The COSE bytes of a durable entry.
    byte[] read(RecordState state, long sequence) throws IOException {
        return read(state.segmentOf(sequence), state.offsetOf(sequence));
    }

    /// @param offset of its frame
    static byte[] read(Path segment, long offset) throws IOException {
        try (var file = new RandomAccessFile(segment.toFile(), "r")) {
            file.seek(offset);
            int length = file.readInt() & ~SegmentFile.CONTINUES;
            if (length <= 0 || length > SegmentFile.ENTRY_BYTES_MAX)
                throw StoredEntry.altered(
                        "In %s the frame at byte %d has an impossible length."
                                .formatted(segment.getFileName(), offset));
            var entry = new byte[length];
            file.readFully(entry);
            return entry;
        }
    }

    /// The checkpoints that witnesses saw, beside the segments.
    WitnessedNotes witnessed() {
        return new WitnessedNotes(folder);
    }

    /// Keeps some space so that an alarm can still be written on a full disk.
    void reserve() throws IOException {
        var file = folder.resolve(RESERVE);
        if (Files.exists(file) && Files.size(file) == RESERVE_BYTES) return;
        try (var reserve =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            var zeros = ByteBuffer.allocate((int) RESERVE_BYTES);
            while (zeros.hasRemaining()) reserve.write(zeros);
        }
    }

    void releaseReserve() throws IOException {
        Files.deleteIfExists(folder.resolve(RESERVE));
    }

    /// Whether there is room again after the disk was full, and space is kept as before.
    boolean reserveAgain() throws IOException {
        if (Files.getFileStore(folder).getUsableSpace() <= 8 * RESERVE_BYTES) return false;
        reserve();
        return true;
    }

    @Override
    public void close() throws IOException {
        if (channel != null) channel.close();
    }
}
