package redoubt.provenance.record;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Tells a frame that was being written when the power went from one that was damaged later: after
/// the first kind there is nothing.
final class SegmentTail {
    // The first byte of every entry: CBOR tag 18.
    private static final byte FIRST = (byte) 0xd2;

    private SegmentTail() {}

    /// Whether any whole frame with a right checksum begins after `offset`.
    static boolean hasWholeFrameAfter(Path segment, long offset) throws IOException {
        try (var channel = FileChannel.open(segment, StandardOpenOption.READ)) {
            var rest = ByteBuffer.allocate(Math.toIntExact(channel.size() - offset));
            channel.position(offset);
            while (rest.hasRemaining() && channel.read(rest) >= 0) {}
            rest.flip();
            for (int at = 1; at + SegmentFile.FRAME_EXTRA_BYTES < rest.limit(); at++)
                if (isWhole(rest, at)) return true;
            return false;
        }
    }

    private static boolean isWhole(ByteBuffer bytes, int at) {
        if (bytes.get(at + Integer.BYTES) != FIRST) return false;
        int length = bytes.getInt(at);
        if (length <= 0
                || length > SegmentFile.ENTRY_BYTES_MAX
                || length > bytes.limit() - at - SegmentFile.FRAME_EXTRA_BYTES) return false;
        var entry = new byte[length];
        bytes.get(at + Integer.BYTES, entry);
        return bytes.getInt(at + Integer.BYTES + length) == SegmentFile.checksum(entry);
    }
}
