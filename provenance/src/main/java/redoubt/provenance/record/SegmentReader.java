package redoubt.provenance.record;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// Reads the frames of one segment from its start. Keeps the entry that it reads, nothing else.
final class SegmentReader implements AutoCloseable {
    /// What comes next in a segment.
    sealed interface Frame {
        /// A whole frame with a right checksum.
        record Whole(Bytes cose) implements Frame {}

        /// The file ends exactly after a frame.
        record End() implements Frame {}

        /// What is there is not a whole frame; `at` is where it starts.
        record Torn(long at, String how) implements Frame {}
    }

    private final DataInputStream in;
    private final long fileBytes;
    private long position;

    private SegmentReader(DataInputStream in, long fileBytes) {
        this.in = in;
        this.fileBytes = fileBytes;
    }

    /// Whether nothing but a head that is not whole is there.
    static boolean isUnbegun(Path file, long firstSequence) throws IOException {
        if (!Files.isRegularFile(file) || Files.size(file) > SegmentFile.HEAD_BYTES) return false;
        var head = SegmentFile.head(firstSequence).array();
        return !Arrays.equals(Files.readAllBytes(file), head);
    }

    /// @throws RecordException when the head is not that of the segment that the name says
    static SegmentReader open(Path file, long firstSequence) throws IOException {
        // What is opened must have an end: a pipe or a device has none.
        if (!Files.isRegularFile(file))
            throw new RecordException(
                    RecordException.Reason.TAMPERED,
                    "%s is not a plain file.".formatted(file.getFileName()));
        var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16));
        var head = in.readNBytes(SegmentFile.MAGIC.length);
        if (!Arrays.equals(head, SegmentFile.MAGIC) || readLong(in) != firstSequence) {
            in.close();
            throw new RecordException(
                    RecordException.Reason.TAMPERED,
                    "%s does not begin as the segment from entry %d."
                            .formatted(file.getFileName(), firstSequence));
        }
        long bytes = Files.size(file);
        if (bytes > SegmentFile.READ_BYTES_MAX) {
            in.close();
            throw new RecordException(
                    RecordException.Reason.TAMPERED,
                    "%s is longer than any segment.".formatted(file.getFileName()));
        }
        var reader = new SegmentReader(in, bytes);
        reader.position = SegmentFile.HEAD_BYTES;
        return reader;
    }

    private static long readLong(DataInputStream in) throws IOException {
        try {
            return in.readLong();
        } catch (EOFException tooShort) {
            return -1;
        }
    }

    /// Where the next frame starts.
    long position() {
        return position;
    }

    /// How long the segment was when it was opened; what was written since is not looked at.
    long end() {
        return fileBytes;
    }

    Frame next() throws IOException {
        try {
            return read();
        } catch (EOFException shortened) {
            // A batch that could not be written is cut off again.
            return new Frame.Torn(position, "it was cut off while it was read");
        }
    }

    private Frame read() throws IOException {
        long left = fileBytes - position;
        if (left == 0) return new Frame.End();
        if (left < Integer.BYTES) return new Frame.Torn(position, "its length is cut short");
        int word = in.readInt();
        boolean continues = (word & SegmentFile.CONTINUES) != 0;
        int length = word & ~SegmentFile.CONTINUES;
        if (length <= 0 || length > SegmentFile.ENTRY_BYTES_MAX)
            return new Frame.Torn(position, "its length is impossible: " + length);
        if (left < length + (long) SegmentFile.FRAME_EXTRA_BYTES)
            return new Frame.Torn(position, "it is cut short");
        var cose = new byte[length];
        in.readFully(cose);
        if (in.readInt() != SegmentFile.checksum(cose, continues))
            return new Frame.Torn(position, "its checksum is wrong");
        position += length + SegmentFile.FRAME_EXTRA_BYTES;
        return new Frame.Whole(Bytes.of(cose));
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
