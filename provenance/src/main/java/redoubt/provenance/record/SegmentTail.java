package redoubt.provenance.record;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Tells a batch that was being written when the power went from one that was damaged later. A
/// power cut may keep later pages of a batch and lose earlier ones, but no other batch begins
/// before the sync of the one before it came back: where one begins behind the damage, the damage
/// is in something that was durable. Reads through a window, and gives up, as at damage, where
/// somebody made the search long. Source: docs/audit-record.md section 9.
final class SegmentTail {
    private static final int FRAME_BYTES_MAX =
            SegmentFile.ENTRY_BYTES_MAX + SegmentFile.FRAME_EXTRA_BYTES;
    private static final int WINDOW_BYTES = 2 * FRAME_BYTES_MAX;

    /// A tail that a power cut left makes a reader compute hardly one checksum in vain.
    private static final long CHECKED_BYTES_MAX = 8L << 20;

    private final FileChannel channel;
    private long end;
    private final ByteBuffer window;
    private long windowAt;
    private long checked;

    private SegmentTail(FileChannel channel, long end) {
        this.channel = channel;
        this.end = end;
        this.window = ByteBuffer.allocate(Math.clamp(end, 0, WINDOW_BYTES)).limit(0);
    }

    /// Whether a whole frame with a right checksum, the first of its batch, is after `offset`.
    static boolean hasBatchAfter(Path segment, long offset) throws IOException {
        return hasBatchAfter(segment, offset, Long.MAX_VALUE);
    }

    /// @param end where the segment ended when it was opened; what was written since does not count
    static boolean hasBatchAfter(Path segment, long offset, long end) throws IOException {
        try (var channel = FileChannel.open(segment, StandardOpenOption.READ)) {
            return new SegmentTail(channel, Math.min(end, channel.size())).hasBatch(offset + 1);
        }
    }

    private boolean hasBatch(long from) throws IOException {
        for (long at = from; at + SegmentFile.FRAME_EXTRA_BYTES < end; at++) {
            if (windowAt + window.limit() < Math.min(end, at + FRAME_BYTES_MAX)) load(at);
            if (beginsBatch((int) (at - windowAt))) return true;
        }
        return false;
    }

    private void load(long at) throws IOException {
        windowAt = at;
        window.clear().limit((int) Math.min(window.capacity(), end - at));
        while (window.hasRemaining()) {
            if (channel.read(window, at + window.position()) < 0) end = at + window.position();
            if (end == at + window.position()) break;
        }
        window.flip();
    }

    private boolean beginsBatch(int at) {
        if (!beginsEntry(at + Integer.BYTES)) return false;
        int length = window.getInt(at);
        if (length <= 0
                || length > SegmentFile.ENTRY_BYTES_MAX
                || length > window.limit() - at - SegmentFile.FRAME_EXTRA_BYTES) return false;
        checked += length;
        if (checked > CHECKED_BYTES_MAX) return true;
        var entry = new byte[length];
        window.get(at + Integer.BYTES, entry);
        return window.getInt(at + Integer.BYTES + length) == SegmentFile.checksum(entry, false);
    }

    private boolean beginsEntry(int at) {
        if (at + StoredEntry.HEAD.length > window.limit()) return false;
        for (int i = 0; i < StoredEntry.HEAD.length; i++)
            if (window.get(at + i) != StoredEntry.HEAD[i]) return false;
        return true;
    }
}
