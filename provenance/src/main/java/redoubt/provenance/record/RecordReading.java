package redoubt.provenance.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Reads the segments of a record folder from the first byte to the last and hands their frames
/// over in batches of bounded size. One thread. Source: docs/audit-record.md sections 5 and 10.4.
final class RecordReading {
    private static final int BATCH_ENTRIES_MAX = 128;
    private static final int BATCH_BYTES_MAX = 1 << 20;

    private final EntryPipeline pipeline;
    private List<Bytes> batch = new ArrayList<>();
    private int batchBytes;
    private long size;

    RecordReading(EntryPipeline pipeline) {
        this.pipeline = pipeline;
    }

    void through(Path folder, List<Check> checks) throws IOException, Refusal {
        if (!Files.isDirectory(folder)) {
            throw new Refusal("folder", folder + " is not a folder.");
        }
        List<Path> segments = SegmentFile.in(folder);
        if (segments.isEmpty()) {
            throw new Refusal("folder", folder + " holds no segment of a record.");
        }
        for (Path segment : segments) {
            boolean isLast = segment.equals(segments.getLast());
            if (!segment.equals(SegmentFile.name(folder, size))) {
                throw after(
                        "After "
                                + size
                                + " entries the next segment should be "
                                + SegmentFile.name(folder, size).getFileName()
                                + ", but it is "
                                + segment.getFileName()
                                + ".");
            }
            segment(segment, isLast, checks);
        }
        flush();
        pipeline.finish();
    }

    private void segment(Path segment, boolean isLast, List<Check> checks)
            throws IOException, Refusal {
        if (isLast && SegmentReader.isUnbegun(segment, size)) {
            checks.add(
                    Check.note(
                            "tail",
                            segment.getFileName()
                                    + " was about to be begun; no entry was ever in it, and the"
                                    + " next start takes it away"));
            return;
        }
        try (SegmentReader reader = SegmentReader.open(segment, size)) {
            while (true) {
                switch (reader.next()) {
                    case SegmentReader.Frame.Whole whole -> add(whole.cose());
                    case SegmentReader.Frame.End end -> {
                        return;
                    }
                    case SegmentReader.Frame.Torn torn -> {
                        torn(segment, torn, isLast ? reader.end() : 0, checks);
                        return;
                    }
                }
            }
        } catch (RecordException e) {
            throw after(String.valueOf(e.getMessage()));
        }
    }

    /// @param end of the last segment as it is read; 0 where others follow
    private void torn(Path segment, SegmentReader.Frame.Torn torn, long end, List<Check> checks)
            throws IOException, Refusal {
        String where = "byte " + torn.at() + " of " + segment.getFileName() + ": " + torn.how();
        if (end == 0 || SegmentTail.hasBatchAfter(segment, torn.at(), end)) {
            throw after(
                    "The frame of entry "
                            + size
                            + " is damaged and later ones follow it ("
                            + where
                            + ").");
        }
        checks.add(
                Check.note(
                        "tail",
                        "an unfinished batch at "
                                + where
                                + "; it was never acknowledged, and the next start cuts it off"));
    }

    private void add(Bytes frame) throws IOException, Refusal {
        if (Thread.currentThread().isInterrupted()) {
            throw new java.io.InterruptedIOException("The check was stopped.");
        }
        batch.add(frame);
        batchBytes += frame.length();
        size++;
        if (batch.size() == BATCH_ENTRIES_MAX || batchBytes >= BATCH_BYTES_MAX) {
            flush();
        }
    }

    private void flush() throws IOException, Refusal {
        if (batch.isEmpty()) return;
        pipeline.add(batch);
        batch = new ArrayList<>();
        batchBytes = 0;
    }

    /// What is wrong with the files comes after whatever is wrong with the entries before it.
    private Refusal after(String sentence) throws IOException, Refusal {
        flush();
        pipeline.finish();
        return new Refusal("segments", sentence);
    }
}
