package redoubt.provenance.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Reading a record from its segments, beside its writer and at rest.
class EntryReaderTest {
    private static final int ENTRIES = 12;

    @TempDir Path home;
    private AuditRecord record;
    private Path folder;

    @BeforeEach
    void fill() throws Exception {
        folder = home.resolve("record");
        record =
                AuditRecord.open(
                        new RecordSettings(
                                folder,
                                home.resolve("keys"),
                                home.resolve("trust"),
                                "Test site",
                                "test",
                                Bytes.of(new byte[32]),
                                InstantSource.system()));
        while (record.size() < ENTRIES) record.appendDurably(new Event.SignedIn(), Actor.SYSTEM);
    }

    private List<StoredEntry> read(long from, long below) throws Exception {
        var all = new ArrayList<StoredEntry>();
        try (var reader = EntryReader.open(folder, from)) {
            for (var next = reader.next(below); next.isPresent(); next = reader.next(below))
                all.add(next.get());
        }
        return all;
    }

    private List<StoredEntry> stored(long from, long below) throws Exception {
        var all = new ArrayList<StoredEntry>();
        for (long sequence = from; sequence < below; sequence++) all.add(record.stored(sequence));
        return all;
    }

    /// Each frame in a segment of its own, or several.
    private void split(int... firsts) throws Exception {
        record.close();
        var frames = new ArrayList<byte[]>();
        for (var entry : read(0, Long.MAX_VALUE))
            frames.add(SegmentFile.frame(entry.cose().toArray(), false).array());
        Files.delete(SegmentFile.name(folder, 0));
        for (int i = 0; i < firsts.length; i++) {
            var bytes = new ByteArrayOutputStream();
            bytes.write(SegmentFile.head(firsts[i]).array());
            int end = i + 1 < firsts.length ? firsts[i + 1] : frames.size();
            for (int frame = firsts[i]; frame < end; frame++) bytes.write(frames.get(frame));
            Files.write(SegmentFile.name(folder, firsts[i]), bytes.toByteArray());
        }
    }

    @Test
    void every_entry_is_read_from_any_of_them_on() throws Exception {
        for (int from = 0; from <= ENTRIES; from++)
            assertEquals(stored(from, ENTRIES), read(from, ENTRIES));
    }

    @Test
    void nothing_is_read_that_is_not_durable_yet_and_what_follows_is_read_later() throws Exception {
        try (var reader = EntryReader.open(folder, ENTRIES - 1)) {
            assertEquals(ENTRIES - 1, reader.next(ENTRIES).orElseThrow().sequence());
            assertTrue(reader.next(ENTRIES).isEmpty());
            var later = record.appendDurably(new Event.SignedOut(), Actor.SYSTEM);
            assertTrue(reader.next(ENTRIES).isEmpty());
            var read = reader.next(ENTRIES + 1).orElseThrow();
            assertEquals(later.entrySha256(), read.sha256());
            assertEquals(later.leafHash(), read.leafHash());
        }
    }

    @Test
    void segments_follow_each_other() throws Exception {
        split(0, 1, 5, 6);
        var whole = read(0, Long.MAX_VALUE);
        assertEquals(record.size(), whole.size());
        for (int from = 0; from < whole.size(); from++)
            assertEquals(whole.subList(from, whole.size()), read(from, Long.MAX_VALUE));
    }

    @Test
    void a_segment_that_begins_while_it_is_read_is_found() throws Exception {
        split(0, 5);
        var second = SegmentFile.name(folder, 5);
        var bytes = Files.readAllBytes(second);
        Files.delete(second);
        try (var reader = EntryReader.open(folder, 3)) {
            assertEquals(3, reader.next(5).orElseThrow().sequence());
            assertEquals(4, reader.next(5).orElseThrow().sequence());
            assertTrue(reader.next(6).isEmpty());
            Files.write(second, bytes);
            assertEquals(5, reader.next(7).orElseThrow().sequence());
        }
    }

    @Nested
    class What_is_not_what_was_written {
        private void isRefused(String why) {
            var refused = assertThrows(RecordException.class, () -> read(0, Long.MAX_VALUE));
            assertEquals(RecordException.Reason.TAMPERED, refused.reason());
            assertTrue(refused.sentence().contains(why), refused.sentence());
        }

        private void overwrite(Path file, long at, byte... bytes) throws IOException {
            try (var channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
                channel.position(at).write(ByteBuffer.wrap(bytes));
            }
        }

        @Test
        void in_the_middle_is_refused() throws Exception {
            split(0);
            overwrite(SegmentFile.name(folder, 0), 20_000, (byte) 1, (byte) 2, (byte) 3);
            isRefused("is no whole frame");
        }

        @Test
        void in_an_entry_that_was_exchanged_with_its_checksum_is_refused() throws Exception {
            split(0, 5, 7);
            var other = read(7, 8).getFirst().cose().toArray();
            var frame = SegmentFile.frame(other, false).array();
            var bytes = new ByteArrayOutputStream();
            bytes.write(SegmentFile.head(5).array());
            bytes.write(frame);
            bytes.write(frame);
            Files.write(SegmentFile.name(folder, 5), bytes.toByteArray());
            isRefused("Where entry 5 was, the disk has entry 7");
        }

        @Test
        void as_the_head_of_a_segment_is_refused() throws Exception {
            split(0, 5);
            overwrite(SegmentFile.name(folder, 5), 15, (byte) 6);
            isRefused("does not begin as the segment");
        }

        @Test
        void as_the_name_of_a_segment_is_refused() throws Exception {
            split(0);
            Files.write(folder.resolve("last.seg"), new byte[0]);
            isRefused("is not the name of a segment");
        }

        @Test
        void at_the_end_of_a_record_at_rest_is_where_it_ends() throws Exception {
            split(0);
            long size = record.size();
            var segment = SegmentFile.name(folder, 0);
            var frame = SegmentFile.frame(new byte[] {(byte) 0xd2, 1, 2, 3}, true).array();
            Files.write(segment, java.util.Arrays.copyOf(frame, 7), StandardOpenOption.APPEND);
            assertEquals(size, read(0, Long.MAX_VALUE).size());
        }

        @Test
        void of_a_running_record_is_refused_at_its_end_too() throws Exception {
            var segment = SegmentFile.name(folder, 0);
            overwrite(segment, Files.size(segment) - 2, (byte) 9, (byte) 9);
            assertThrows(RecordException.class, () -> read(0, ENTRIES));
        }
    }

    @Test
    void there_is_no_reading_from_behind_the_end() {
        assertThrows(
                IllegalArgumentException.class,
                () -> EntryReader.open(folder, ENTRIES + 1).close());
        assertThrows(IllegalArgumentException.class, () -> record.stored(ENTRIES));
    }
}
