package redoubt.provenance.record;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import redoubt.provenance.cbor.CborException;

/// The files of a record as far as its checkpoint covers them: what a copy of it consists of, also
/// while somebody appends. What a checkpoint covers never changes again. Reading one verifies
/// nothing. Immutable, any thread. Source: docs/audit-record.md sections 5 and 7.
///
/// @param parts the segments in order, each with as many of its bytes as are covered
public record RecordSnapshot(Checkpoint checkpoint, List<Part> parts) {
    /// The beginning of a segment.
    public record Part(Path file, long firstSequence, long bytes) {}

    public RecordSnapshot {
        parts = List.copyOf(parts);
    }

    /// @throws RecordException when the folder holds less than its checkpoint says
    /// @throws IOException when it cannot be read
    public static RecordSnapshot of(Path folder) throws IOException {
        Checkpoint checkpoint;
        try {
            var bytes = CheckpointFile.read(folder);
            if (bytes.isEmpty()) throw unreadable(folder, "it has no checkpoint");
            checkpoint = Checkpoint.parse(bytes.get());
        } catch (MalformedRecordException malformed) {
            throw unreadable(folder, "its checkpoint is none: " + malformed.getMessage());
        }
        List<Part> parts = new ArrayList<>();
        List<Path> segments = SegmentFile.in(folder);
        long next = 0;
        for (int i = 0; i < segments.size() && next < checkpoint.size(); i++) {
            long first = firstSequence(segments.get(i));
            if (first != next) throw unreadable(folder, "a segment is missing");
            boolean last =
                    i == segments.size() - 1
                            || firstSequence(segments.get(i + 1)) >= checkpoint.size();
            next = last ? checkpoint.size() : firstSequence(segments.get(i + 1));
            long bytes = last ? end(segments.get(i), next - first) : Files.size(segments.get(i));
            parts.add(new Part(segments.get(i), first, bytes));
        }
        if (next < checkpoint.size())
            throw unreadable(folder, "its checkpoint counts more entries than there are");
        return new RecordSnapshot(checkpoint, parts);
    }

    /// Reads every covered entry, in order.
    ///
    /// @throws RecordException at the first that is none
    public void read(Consumer<Entry> reader) throws IOException {
        for (Part part : parts)
            try (SegmentReader frames = SegmentReader.open(part.file(), part.firstSequence())) {
                while (frames.position() < part.bytes()) {
                    if (!(frames.next() instanceof SegmentReader.Frame.Whole whole))
                        throw unreadable(part.file(), "a frame is damaged");
                    reader.accept(
                            Entry.decode(
                                    CoseSign1.decode(whole.cose().toArray()).payload().toArray()));
                }
            } catch (CborException malformed) {
                throw unreadable(part.file(), String.valueOf(malformed.getMessage()));
            }
    }

    private static long firstSequence(Path segment) throws RecordException {
        String name = String.valueOf(segment.getFileName());
        if (!name.matches("[0-9]{16}\\.seg")) throw unreadable(segment, "its name is no number");
        return Long.parseLong(name.substring(0, 16));
    }

    /// Where the frame of the last of so many entries ends.
    private static long end(Path segment, long entries) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "r")) {
            long at = SegmentFile.HEAD_BYTES;
            for (long i = 0; i < entries; i++) {
                if (at + SegmentFile.FRAME_EXTRA_BYTES > file.length())
                    throw unreadable(segment, "it holds less than the checkpoint covers");
                file.seek(at);
                int length = file.readInt() & ~SegmentFile.CONTINUES;
                if (length < 1 || length > SegmentFile.ENTRY_BYTES_MAX)
                    throw unreadable(segment, "a frame is damaged");
                at += length + SegmentFile.FRAME_EXTRA_BYTES;
            }
            if (at > file.length())
                throw unreadable(segment, "it holds less than the checkpoint covers");
            return at;
        }
    }

    private static RecordException unreadable(Path what, String why) {
        return new RecordException(
                RecordException.Reason.UNREADABLE,
                "%s cannot be read as a record: %s.".formatted(what, why));
    }
}
