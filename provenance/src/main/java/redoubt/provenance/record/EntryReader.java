package redoubt.provenance.record;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads the entries of a record one after the other, from any of them on, without the record's
/// lock: of a running one up to what is durable, of one at rest to its end. Checks the checksum of
/// each frame, its sequence and that it follows the one before it; signatures are a verifier's.
///
/// Owns an open segment and one buffer. One thread. Source: docs/audit-record.md section 5.
public final class EntryReader implements AutoCloseable {
    private final Path folder;
    private final ByteBuffer buffer =
            ByteBuffer.allocate(SegmentFile.ENTRY_BYTES_MAX + SegmentFile.FRAME_EXTRA_BYTES);
    private @Nullable FileChannel channel;
    private @Nullable Bytes previous;
    // Of the next frame.
    private long sequence;
    private long position;
    private long readBelow;

    private EntryReader(Path folder) {
        this.folder = folder;
    }

    /// @param folder of the segments
    /// @param from the first entry to read; it need not be there yet
    public static EntryReader open(Path folder, long from) throws RecordException {
        if (from < 0) throw new IllegalArgumentException("there is no entry " + from);
        var reader = new EntryReader(folder);
        boolean sought = false;
        try {
            reader.seek(from);
            sought = true;
            return reader;
        } catch (IOException failed) {
            throw RecordFailure.explain(failed);
        } finally {
            if (!sought) reader.close();
        }
    }

    private void seek(long from) throws IOException {
        for (var segment : SegmentFile.in(folder)) {
            long first = firstSequence(segment);
            if (first <= from) sequence = first;
        }
        while (sequence < from && hasFrame()) {
            position += word() + (long) SegmentFile.FRAME_EXTRA_BYTES;
            sequence++;
        }
        if (sequence < from)
            throw new IllegalArgumentException(
                    "the record ends before entry %d, with %d entries".formatted(from, sequence));
    }

    private static long firstSequence(Path segment) throws RecordException {
        var name = String.valueOf(segment.getFileName());
        if (!name.matches("[0-9]{16}\\.seg"))
            throw StoredEntry.altered("%s is not the name of a segment.".formatted(name));
        return Long.parseLong(name.substring(0, 16));
    }

    /// The sequence of the entry that [#next] reads.
    public long sequence() {
        return sequence;
    }

    /// The next entry, if it is one before `below` and is there.
    ///
    /// @param below the number of durable entries, or what is more than a record at rest has
    /// @throws RecordException when what is there is not the entry that belongs there
    public Optional<StoredEntry> next(long below) throws RecordException {
        if (sequence >= below) return Optional.empty();
        // What lies behind the durable entries may be cut off again and written anew.
        if (below != readBelow) buffer.limit(0).position(0);
        readBelow = below;
        try {
            if (!hasFrame()) return Optional.empty();
            var cose = frame();
            if (cose == null) return Optional.empty();
            var entry = StoredEntry.read(cose, sequence);
            if (previous != null && !entry.entry().previousHash().equals(previous))
                throw StoredEntry.altered(
                        "Entry %d does not follow the entry before it.".formatted(sequence));
            previous = entry.sha256();
            position += cose.length + (long) SegmentFile.FRAME_EXTRA_BYTES;
            sequence++;
            return Optional.of(entry);
        } catch (IOException failed) {
            throw RecordFailure.explain(failed);
        }
    }

    /// Whether a frame begins at the position: in this segment, or at the start of the next one.
    private boolean hasFrame() throws IOException {
        if (channel != null && fill(1)) return true;
        var segment = SegmentFile.name(folder, sequence);
        boolean another =
                channel == null || (position > SegmentFile.HEAD_BYTES && Files.exists(segment));
        if (!another || !Files.exists(segment) || SegmentReader.isUnbegun(segment, sequence))
            return false;
        // Its head is checked by the reader of whole segments.
        SegmentReader.open(segment, sequence).close();
        closeSegment();
        channel = FileChannel.open(segment, StandardOpenOption.READ);
        position = SegmentFile.HEAD_BYTES;
        buffer.limit(0).position(0);
        return fill(1);
    }

    /// The bytes of the entry at the position; null where a write was cut short.
    private byte @Nullable [] frame() throws IOException {
        if (!fill(Integer.BYTES)) return torn();
        int word = buffer.getInt(buffer.position());
        int length = word & ~SegmentFile.CONTINUES;
        if (length <= 0
                || length > SegmentFile.ENTRY_BYTES_MAX
                || !fill(length + SegmentFile.FRAME_EXTRA_BYTES)) return torn();
        int at = buffer.position();
        var cose = new byte[length];
        buffer.get(at + Integer.BYTES, cose);
        boolean continues = (word & SegmentFile.CONTINUES) != 0;
        if (buffer.getInt(at + Integer.BYTES + length) != SegmentFile.checksum(cose, continues))
            return torn();
        buffer.position(at + length + SegmentFile.FRAME_EXTRA_BYTES);
        return cose;
    }

    private int word() throws IOException {
        if (!fill(Integer.BYTES)) throw damaged();
        int length = buffer.getInt(buffer.position()) & ~SegmentFile.CONTINUES;
        if (length <= 0 || length > SegmentFile.ENTRY_BYTES_MAX) throw damaged();
        int after =
                Math.min(
                        buffer.limit(), buffer.position() + length + SegmentFile.FRAME_EXTRA_BYTES);
        boolean whole = after == buffer.position() + length + SegmentFile.FRAME_EXTRA_BYTES;
        if (whole) buffer.position(after);
        else buffer.limit(0).position(0);
        return length;
    }

    /// Only the end of a record at rest may be torn; the next start cuts it off.
    private byte @Nullable [] torn() throws IOException {
        List<Path> segments = SegmentFile.in(folder);
        boolean last = firstSequence(segments.getLast()) <= sequence;
        boolean atRest = readBelow == Long.MAX_VALUE;
        if (atRest && last && !SegmentTail.hasBatchAfter(segments.getLast(), position)) return null;
        throw damaged();
    }

    private RecordException damaged() {
        return StoredEntry.altered(
                "Where entry %d should be, at byte %d of its segment, is no whole frame."
                        .formatted(sequence, position));
    }

    /// Whether so many bytes from the position on are in the buffer.
    private boolean fill(int bytes) throws IOException {
        if (buffer.remaining() >= bytes) return true;
        if (channel == null) return false;
        var in = channel;
        long from = position + buffer.remaining();
        buffer.compact();
        while (buffer.position() < bytes) {
            int read = in.read(buffer, from);
            if (read < 0) break;
            from += read;
        }
        buffer.flip();
        return buffer.remaining() >= bytes;
    }

    private void closeSegment() throws IOException {
        if (channel != null) channel.close();
        channel = null;
    }

    @Override
    public void close() throws RecordException {
        try {
            closeSegment();
        } catch (IOException failed) {
            throw RecordFailure.explain(failed);
        }
    }
}
