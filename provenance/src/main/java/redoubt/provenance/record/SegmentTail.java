package redoubt.provenance.record;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Tells a batch that was being written when the power went from one that was damaged later. A
/// power cut may keep later pages of a batch and lose earlier ones, but no other batch begins
/// before the sync of the one before it came back: where one begins behind the damage, the damage
/// is in something that was durable. Source: docs/audit-record.md section 9.
final class SegmentTail {
    // The first byte of every entry: CBOR tag 18.
    private static final byte FIRST = (byte) 0xd2;

    private SegmentTail() {}

    /// Whether a whole frame with a right checksum, the first of its batch, is after `offset`.
    static boolean hasBatchAfter(Path segment, long offset) throws IOException {
        try (var channel = FileChannel.open(segment, StandardOpenOption.READ)) {
            var rest = ByteBuffer.allocate(Math.toIntExact(channel.size() - offset));
            channel.position(offset);
            while (rest.hasRemaining() && channel.read(rest) >= 0) {}
            rest.flip();
            for (int at = 1; at + SegmentFile.FRAME_EXTRA_BYTES < rest.limit(); at++)
                if (beginsBatch(rest, at)) return true;
            return false;
        }
    }

    private static boolean beginsBatch(ByteBuffer bytes, int at) {
        if (bytes.get(at + Integer.BYTES) != FIRST) return false;
        int length = bytes.getInt(at);
        if (length <= 0
                || length > SegmentFile.ENTRY_BYTES_MAX
                || length > bytes.limit() - at - SegmentFile.FRAME_EXTRA_BYTES) return false;
        var entry = new byte[length];
        bytes.get(at + Integer.BYTES, entry);
        return bytes.getInt(at + Integer.BYTES + length) == SegmentFile.checksum(entry, false);
    }
}
