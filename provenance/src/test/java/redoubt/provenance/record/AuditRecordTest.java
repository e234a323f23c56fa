package redoubt.provenance.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The record as its writer sees it: opened, appended to, left, found again.
class AuditRecordTest {
    private static final Bytes ZEROS = Bytes.of(new byte[32]);

    @TempDir Path home;

    private AuditRecord open() throws RecordException {
        return AuditRecord.open(
                RecordSettings.in(home, "Test site", "test", ZEROS, InstantSource.system()));
    }

    private static Event.Intent intent(String request) {
        return new Event.Intent(request, "test", "model", ZEROS, 0, Map.of("seed", "1"), ZEROS);
    }

    private static Event signedIn() {
        return new Event.SignedIn();
    }

    private Path lastSegment() throws IOException {
        return SegmentFile.in(home.resolve("record")).getLast();
    }

    /// As `kill -9` leaves it: the files as they are, nothing closed.
    private void abandon(AuditRecord record) {
        assertTrue(record.size() > 0);
    }

    private void appendBytes(byte[] bytes) throws IOException {
        Files.write(lastSegment(), bytes, StandardOpenOption.APPEND);
    }

    @Nested
    class A_new_record {
        @Test
        void begins_with_genesis_and_an_epoch_under_the_root() throws Exception {
            try (var record = open()) {
                assertEquals(2, record.size());
                assertEquals(1, record.epoch());
                assertEquals(
                        record.logId().hex(),
                        Files.readString(home.resolve("trust/record-log-id")).strip());
                assertTrue(Files.exists(home.resolve("trust/record-root.pem")));
                assertTrue(Files.exists(home.resolve("keys/offline/record-root.key")));
            }
        }

        @Test
        void gives_each_entry_the_next_sequence_and_the_hash_before_it() throws Exception {
            try (var record = open()) {
                var first = record.appendDurably(signedIn(), Actor.SYSTEM);
                var second = record.appendDurably(signedIn(), Actor.SYSTEM);
                assertEquals(2, first.sequence());
                assertEquals(3, second.sequence());
                assertEquals(first.entrySha256(), second.previousHash());
                assertEquals(4, record.checkpoint().size());
            }
        }

        @Test
        void shows_each_entry_as_it_was_appended() throws Exception {
            try (var record = open()) {
                var alarm = new Event.Alarm("test", "something to look at");
                long sequence = record.appendDurably(alarm, Actor.SYSTEM).sequence();
                assertEquals(alarm, record.entry(sequence).event());
                assertEquals(sequence, record.entry(sequence).sequence());
                assertThrows(IllegalArgumentException.class, () -> record.entry(sequence + 1));
            }
        }
    }

    @Nested
    class After_an_orderly_stop {
        @Test
        void the_next_start_opens_the_next_epoch_and_mends_nothing() throws Exception {
            open().close();
            try (var record = open()) {
                assertEquals(2, record.epoch());
                assertTrue(record.recovery().orderly());
                assertEquals(List.of(), record.recovery().aborted());
                // GENESIS, EPOCH_OPENED, STOPPED, EPOCH_CLOSED, EPOCH_OPENED
                assertEquals(5, record.size());
            }
        }
    }

    @Nested
    class After_a_crash {
        @Test
        void acknowledged_entries_are_there_and_open_intents_are_aborted() throws Exception {
            var crashed = open();
            var intent = crashed.appendDurably(intent("r1"), Actor.SYSTEM);
            abandon(crashed);
            try (var record = open()) {
                assertFalse(record.recovery().orderly());
                assertEquals(List.of(intent.sequence()), record.recovery().aborted());
                // + RECOVERED, ABORTED, EPOCH_CLOSED, EPOCH_OPENED
                assertEquals(intent.sequence() + 5, record.size());
            }
        }

        @Test
        void a_sealed_inference_is_not_aborted() throws Exception {
            var crashed = open();
            var intent = crashed.appendDurably(intent("r1"), Actor.SYSTEM);
            var output =
                    crashed.append(
                            new Event.Output("r1", "urn", ZEROS, ZEROS, 1, 1, "stop"),
                            Actor.SYSTEM,
                            OptionalLong.of(intent.sequence()));
            var seal =
                    crashed.append(
                            new Event.Seal("r1", "detached", "urn", ZEROS, ZEROS, ZEROS, ZEROS),
                            Actor.SYSTEM,
                            OptionalLong.of(output.appended().sequence()));
            seal.awaitCheckpoint();
            try (var record = open()) {
                assertEquals(List.of(), record.recovery().aborted());
                assertEquals(
                        List.of(seal.appended().sequence()),
                        record.sealsOf(output.appended().sequence()));
            }
        }

        @Test
        void a_torn_frame_of_any_length_is_cut_off() throws Exception {
            open().close();
            var cose = new byte[300];
            cose[0] = (byte) 0xd2;
            var frame = SegmentFile.frame(cose, false);
            for (int length = 1; length < frame.limit(); length += 13) {
                appendBytes(java.util.Arrays.copyOf(frame.array(), length));
                try (var record = open()) {
                    assertEquals(length, record.recovery().tornBytes());
                }
            }
        }
    }

    @Nested
    class A_record_that_was_changed {
        private long sizeOfSegment;

        @BeforeEach
        void write() throws Exception {
            try (var record = open()) {
                for (int i = 0; i < 5; i++) record.appendDurably(signedIn(), Actor.SYSTEM);
            }
            sizeOfSegment = Files.size(lastSegment());
        }

        private void isRefused() {
            var refused = assertThrows(RecordException.class, AuditRecordTest.this::open);
            assertEquals(RecordException.Reason.TAMPERED, refused.reason(), refused.sentence());
        }

        @Test
        void by_one_bit_anywhere_is_refused() throws Exception {
            // The last frames are left out: one damaged frame at the end is a torn write.
            for (long at = 0; at < sizeOfSegment - 12_000; at += 997) {
                flip(at);
                isRefused();
                flip(at);
            }
        }

        private void flip(long at) throws IOException {
            try (var file =
                    FileChannel.open(
                            lastSegment(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                var one = ByteBuffer.allocate(1);
                file.read(one, at);
                one.put(0, (byte) (one.get(0) ^ 0x10)).flip();
                file.write(one, at);
            }
        }

        @Test
        void while_it_is_open_gives_no_proof() throws Exception {
            try (var record = open()) {
                record.proof(2);
                flip(sizeOfSegment - 12_000);
                var refused =
                        assertThrows(RecordException.class, () -> record.proof(2, 3, 4, 5, 6));
                assertEquals(RecordException.Reason.TAMPERED, refused.reason());
                flip(sizeOfSegment - 12_000);
            }
        }

        @Test
        void by_cutting_its_end_is_refused() throws Exception {
            try (var file = FileChannel.open(lastSegment(), StandardOpenOption.WRITE)) {
                file.truncate(sizeOfSegment / 2);
            }
            isRefused();
        }

        @Test
        void by_removing_it_is_refused() throws Exception {
            Files.delete(lastSegment());
            Files.delete(home.resolve("record/checkpoint"));
            isRefused();
        }

        @Test
        void by_putting_back_another_sites_record_is_refused() throws Exception {
            Files.move(home.resolve("trust/record-log-id"), home.resolve("id"));
            Files.writeString(home.resolve("trust/record-log-id"), "00".repeat(32));
            isRefused();
        }

        @Test
        void by_keys_of_another_time_is_refused() throws Exception {
            EpochKey.generate().store(home.resolve("keys/epoch.key"));
            isRefused();
        }
    }

    @Nested
    class Many_writers {
        @Test
        void never_share_a_sequence_and_lose_nothing() throws Exception {
            var places = new ArrayList<Appended>();
            try (var record = open();
                    var writers = Executors.newVirtualThreadPerTaskExecutor()) {
                var calls = new ArrayList<Callable<Appended>>();
                for (int i = 0; i < 64; i++)
                    calls.add(() -> record.appendDurably(signedIn(), Actor.SYSTEM));
                for (var future : writers.invokeAll(calls)) places.add(future.get());
                assertEquals(66, record.size());
            }
            assertEquals(64, places.stream().mapToLong(Appended::sequence).distinct().count());
            try (var record = open()) {
                assertTrue(record.recovery().orderly());
            }
        }

        @Test
        @Timeout(60)
        void who_commit_find_their_entries_on_disk_when_they_come_back() throws Exception {
            try (var record = open();
                    var writers = Executors.newVirtualThreadPerTaskExecutor()) {
                var calls = new ArrayList<Callable<Boolean>>();
                for (int i = 0; i < 64; i++) calls.add(() -> isCommitted(record));
                for (var future : writers.invokeAll(calls)) assertTrue(future.get());
            }
        }

        private boolean isCommitted(AuditRecord record) throws RecordException {
            var _ = record.append(signedIn(), Actor.SYSTEM, OptionalLong.empty());
            var place = record.commit(signedIn(), Actor.SYSTEM, OptionalLong.empty()).appended();
            return record.size() > place.sequence()
                    && record.stored(place.sequence()).sha256().equals(place.entrySha256());
        }

        @Test
        @Timeout(60)
        void who_commit_are_interrupted_only_after_they_know() throws Exception {
            try (var record = open()) {
                Thread.currentThread().interrupt();
                var place = record.commit(signedIn(), Actor.SYSTEM, OptionalLong.empty());
                assertTrue(Thread.interrupted());
                assertTrue(record.size() > place.appended().sequence());
            }
        }
    }
}
