package redoubt.provenance.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An epoch gives way to the next while the record is open. A crash is a copy of the home as it is
/// on disk at that moment, opened by the next start.
class EpochTurnTest {
    private static final Duration DAY = Clockwork.EPOCH;

    @TempDir Path folder;
    private final TestClock clock = new TestClock();

    private Path home() {
        return folder.resolve("home");
    }

    private OpenRecord open() throws RecordException {
        return clock.open(home());
    }

    private EpochKeyFiles keys() {
        return new EpochKeyFiles(home().resolve("keys"));
    }

    private static void holds(Path home) throws Exception {
        RecordFullDiskTest.verifies(home);
    }

    private static List<Event> events(Path home) throws Exception {
        return RecordFullDiskTest.entries(home).stream().map(Entry::event).toList();
    }

    @Nested
    class Every_day {
        @Test
        void another_key_signs() throws Exception {
            try (var record = open()) {
                Bytes first = record.key().publicKey();
                clock.pass(DAY.minusSeconds(1));
                record.clockwork().tick();
                assertEquals(1, record.epoch());
                clock.pass(Duration.ofSeconds(1));
                record.clockwork().tick();
                assertEquals(2, record.epoch());
                assertFalse(first.equals(record.key().publicKey()));
                record.appendDurably(new Event.SignedIn(), Actor.SYSTEM);
            }
            holds(home());
        }

        @Test
        void a_key_gives_way_though_nothing_happened() throws Exception {
            try (var record = open()) {
                for (int day = 0; day < 3; day++) {
                    clock.pass(DAY);
                    record.clockwork().tick();
                }
            }
            var events = events(home());
            assertEquals(
                    3,
                    events.stream()
                            .filter(event ->
                                    event instanceof Event.EpochClosed closed
                                            && closed.reason().equals("daily"))
                            .count());
            assertEquals(2 + 3 * 2 + 2, events.size());
            holds(home());
        }

        @Test
        void the_wall_clock_has_no_say() throws Exception {
            try (var record = open()) {
                clock.set(Duration.ofDays(3));
                record.clockwork().tick();
                assertEquals(1, record.epoch());
            }
        }

        @Test
        void both_verifiers_accept_it() throws Exception {
            try (var record = open()) {
                clock.pass(DAY);
                record.clockwork().tick();
                record.appendDurably(Forge.intent("r1"), Actor.SYSTEM);
            }
            holds(home());
            assumeTrue(PythonVerifier.isPresent(), "there is no Python here");
            var said =
                    PythonVerifier.run("record", home().resolve("record"), home().resolve("trust"));
            assertEquals(0, said.status(), said.text());
        }
    }

    @Test
    void a_failure_that_nobody_foresaw_is_told_and_the_next_minute_tries_again() throws Exception {
        var fails = new AtomicBoolean();
        java.util.function.LongSupplier sometimes =
                () -> {
                    boolean asked =
                            StackWalker.getInstance()
                                    .walk(frames -> frames.skip(1).findFirst().orElseThrow())
                                    .getMethodName()
                                    .equals("tick");
                    if (asked && fails.get()) throw new IllegalStateException("no time");
                    return clock.monotonicNs();
                };
        try (var record = RecordOpening.open(RecordCrashTest.settings(home()), sometimes)) {
            fails.set(true);
            record.clockwork().minute();
            record.clockwork().minute();
            fails.set(false);
            record.appendDurably(new Event.SignedIn(), Actor.SYSTEM);
        }
        assertEquals(1, events(home()).stream().filter(Event.Alarm.class::isInstance).count());
    }

    @Nested
    class The_old_key {
        @Test
        void is_gone_from_the_disk_and_from_memory() throws Exception {
            try (var record = open()) {
                var old = record.key();
                clock.pass(DAY);
                record.clockwork().tick();
                var kept = EpochKey.load(home().resolve("keys/epoch.key"));
                assertEquals(record.key().publicKey(), kept.publicKey());
                assertFalse(Files.exists(home().resolve("keys/epoch-next.key")));
                assertThrows(GeneralSecurityException.class, () -> old.sign(new byte[1]));
            }
        }

        @Test
        void goes_on_where_the_next_one_finds_no_place_and_a_person_is_told_once()
                throws Exception {
            // A folder where the file would be written.
            Path inTheWay = home().resolve("keys/epoch-next.key.new/it");
            try (var record = open()) {
                Files.createDirectories(inTheWay);
                clock.pass(DAY);
                record.clockwork().tick();
                record.clockwork().tick();
                assertEquals(1, record.epoch());
                record.appendDurably(new Event.SignedIn(), Actor.SYSTEM);
                Files.delete(inTheWay);
                Files.delete(inTheWay.getParent());
                record.clockwork().tick();
                assertEquals(2, record.epoch());
            }
            assertEquals(
                    1,
                    events(home()).stream()
                            .filter(event ->
                                    event instanceof Event.Alarm alarm
                                            && alarm.code().equals("epoch_not_turned"))
                            .count());
            holds(home());
        }
    }

    @Test
    void disturbs_nobody_who_waits_and_lets_nothing_in_between() throws Exception {
        int writers = 5;
        int turns = 4;
        var acknowledged = new ArrayList<Appended>();
        try (var record = open();
                var threads = Executors.newCachedThreadPool()) {
            var over = new AtomicBoolean();
            var all = new ArrayList<Future<List<Appended>>>();
            for (int i = 0; i < writers; i++)
                all.add(
                        threads.submit(() -> {
                            var own = new ArrayList<Appended>();
                            while (!over.get()) {
                                var entry =
                                        record.append(
                                                new Event.SignedIn(),
                                                Actor.SYSTEM,
                                                OptionalLong.empty());
                                if (own.size() % 2 == 0) entry.awaitDurable();
                                else entry.awaitCheckpoint();
                                own.add(entry.appended());
                            }
                            return own;
                        }));
            for (int turn = 0; turn < turns; turn++) {
                clock.pass(DAY);
                record.clockwork().tick();
            }
            over.set(true);
            for (var writer : all) acknowledged.addAll(writer.get());
            assertEquals(1 + turns, record.epoch());
        }
        var events = events(home());
        for (int i = 0; i < events.size() - 1; i++)
            if (events.get(i) instanceof Event.EpochClosed closed)
                assertInstanceOf(
                        Event.EpochOpened.class, events.get(i + 1), "after " + closed.epoch());
        for (var place : acknowledged)
            assertInstanceOf(Event.SignedIn.class, events.get(Math.toIntExact(place.sequence())));
        assertEquals(
                acknowledged.size(),
                events.stream().filter(Event.SignedIn.class::isInstance).count());
        holds(home());
    }

    @Nested
    class A_crash {
        private int crashes;

        private Path crashed() throws IOException {
            Path copy = folder.resolve("crash-" + crashes++);
            try (var files = Files.walk(home())) {
                for (Path file : files.toList()) {
                    Path to = copy.resolve(home().relativize(file));
                    if (Files.isDirectory(file)) Files.createDirectories(to);
                    else Files.copy(file, to);
                }
            }
            return copy;
        }

        private void nextStartFinishes(Path copy) throws Exception {
            try (var record = clock.open(copy)) {
                record.appendDurably(new Event.SignedIn(), Actor.SYSTEM);
                var kept = EpochKey.load(copy.resolve("keys/epoch.key"));
                assertEquals(record.key().publicKey(), kept.publicKey());
                assertFalse(Files.exists(copy.resolve("keys/epoch-next.key")));
            }
            holds(copy);
        }

        @Test
        void after_each_step_is_finished_by_the_next_start() throws Exception {
            var crashes = new ArrayList<Path>();
            try (var record = open()) {
                var prepared = EpochTurn.prepare(record, keys());
                crashes.add(crashed());
                var signed = prepared.sign("daily");
                crashes.add(crashed());
                signed.settle();
                crashes.add(crashed());
            }
            for (Path copy : crashes) nextStartFinishes(copy);
        }

        @Test
        void while_the_old_file_is_overwritten_is_finished_by_the_next_start() throws Exception {
            Path overwritten;
            Path deleted;
            try (var record = open()) {
                EpochTurn.prepare(record, keys()).sign("daily");
                overwritten = crashed();
                deleted = crashed();
            }
            Path old = overwritten.resolve("keys/epoch.key");
            Files.write(old, new byte[(int) Files.size(old)]);
            nextStartFinishes(overwritten);
            Files.delete(deleted.resolve("keys/epoch.key"));
            nextStartFinishes(deleted);
        }

        /// At every byte count of interest of the batch with EPOCH_CLOSED and EPOCH_OPENED.
        @Test
        void while_both_entries_are_written_is_finished_by_the_next_start() throws Exception {
            long from;
            try (var record = open()) {
                record.appendDurably(new Event.SignedIn(), Actor.SYSTEM);
                from = record.bytesOnDisk();
                var prepared = EpochTurn.prepare(record, keys());
                // Its checkpoint is not there yet: the sync had not come back.
                Path before = crashed();
                prepared.sign("daily");
                Path segment = SegmentFile.in(home().resolve("record")).getLast();
                byte[] whole = Files.readAllBytes(segment);
                int closed = frameBytes(whole, (int) from);
                for (long end :
                        List.of(
                                from + 1,
                                from + closed - 1,
                                from + closed,
                                from + closed + 1,
                                whole.length - 1L)) {
                    Path copy = folder.resolve("torn-" + end);
                    copy(before, copy);
                    Files.write(
                            copy.resolve("record").resolve(segment.getFileName()),
                            java.util.Arrays.copyOf(whole, (int) end));
                    nextStartFinishes(copy);
                }
            }
        }

        private int frameBytes(byte[] segment, int at) {
            int length = java.nio.ByteBuffer.wrap(segment).getInt(at) & ~SegmentFile.CONTINUES;
            return length + SegmentFile.FRAME_EXTRA_BYTES;
        }

        private void copy(Path from, Path to) throws IOException {
            try (var files = Files.walk(from)) {
                for (Path file : files.toList()) {
                    Path target = to.resolve(from.relativize(file));
                    if (Files.isDirectory(file)) Files.createDirectories(target);
                    else Files.copy(file, target);
                }
            }
        }
    }

    @Test
    void of_a_record_that_refuses_is_not_tried() throws Exception {
        var record = open();
        record.key().forget();
        var entry = record.append(new Event.SignedIn(), Actor.SYSTEM, OptionalLong.empty());
        assertThrows(RecordException.class, entry::awaitDurable);
        clock.pass(DAY);
        assertThrows(RecordException.class, () -> record.clockwork().tick());
        assertEquals(1, record.epoch());
        assertThrows(RecordException.class, record::close);
        assertTrue(Files.exists(home().resolve("keys/epoch.key")));
    }
}
