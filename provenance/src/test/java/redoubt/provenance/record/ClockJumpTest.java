package redoubt.provenance.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The wall clock beside the monotonic one, which nobody can set.
class ClockJumpTest {
    @TempDir Path home;
    private final TestClock clock = new TestClock();

    private List<Event.ClockJumped> jumps() throws Exception {
        return RecordFullDiskTest.entries(home).stream()
                .map(Entry::event)
                .filter(Event.ClockJumped.class::isInstance)
                .map(Event.ClockJumped.class::cast)
                .toList();
    }

    private static long sign(AuditRecord record) throws RecordException {
        return record.appendDurably(new Event.SignedIn(), Actor.SYSTEM).sequence();
    }

    @Nested
    class A_clock_that_is_set {
        @Test
        void forward_is_in_the_record_before_the_next_entry() throws Exception {
            try (var record = clock.open(home)) {
                clock.pass(Duration.ofMinutes(5));
                long should = clock.wallUs();
                clock.set(Duration.ofSeconds(3));
                long entry = sign(record);
                assertEquals(
                        new Event.ClockJumped(should, should + 3_000_000),
                        record.entry(entry - 1).event());
            }
            RecordFullDiskTest.verifies(home);
        }

        @Test
        void back_is_in_the_record_before_the_next_entry() throws Exception {
            try (var record = clock.open(home)) {
                long should = clock.wallUs();
                clock.set(Duration.ofDays(-400));
                long entry = sign(record);
                assertEquals(
                        new Event.ClockJumped(
                                should, should - Duration.ofDays(400).toMillis() * 1_000),
                        record.entry(entry - 1).event());
            }
            RecordFullDiskTest.verifies(home);
        }

        @Test
        void is_told_once_and_counted_after_a_restart_too() throws Exception {
            long jump;
            try (var record = clock.open(home)) {
                assertEquals(
                        new RecordReader.ClockJumps(0, OptionalLong.empty()), record.clockJumps());
                clock.set(Duration.ofSeconds(3));
                jump = sign(record) - 1;
                sign(record);
            }
            try (var record = clock.open(home)) {
                assertEquals(
                        new RecordReader.ClockJumps(1, OptionalLong.of(jump)), record.clockJumps());
                assertInstanceOf(
                        Event.EpochOpened.class, record.entry(record.epochOpened()).event());
            }
            assertEquals(1, jumps().size());
        }

        @Test
        void is_found_within_a_minute_though_nothing_happens() throws Exception {
            try (var record = clock.open(home)) {
                clock.set(Duration.ofHours(1));
                record.clockwork().tick();
            }
            assertEquals(1, jumps().size());
        }

        @Test
        void in_many_small_steps_is_found() throws Exception {
            try (var record = clock.open(home)) {
                for (int step = 0; step < 30; step++) {
                    clock.pass(Duration.ofSeconds(1));
                    clock.set(Duration.ofMillis(100));
                    sign(record);
                }
            }
            assertEquals(1, jumps().size());
        }
    }

    @Nested
    class No_jump {
        @Test
        void is_time_that_passes() throws Exception {
            try (var record = clock.open(home)) {
                for (int hour = 0; hour < 20; hour++) {
                    clock.pass(Duration.ofHours(1));
                    sign(record);
                }
            }
            assertEquals(List.of(), jumps());
        }

        @Test
        void is_a_difference_of_two_seconds() throws Exception {
            try (var record = clock.open(home)) {
                clock.set(BootClock.JUMP);
                sign(record);
            }
            assertEquals(List.of(), jumps());
        }

        @Test
        void is_a_clock_that_is_steered() throws Exception {
            try (var record = clock.open(home)) {
                for (int hour = 0; hour < 12; hour++) {
                    clock.pass(Duration.ofHours(1));
                    clock.set(Duration.ofMillis(1_800));
                    sign(record);
                }
            }
            assertEquals(List.of(), jumps());
        }
    }

    @Nested
    class Between_two_boots {
        @Test
        void a_clock_that_went_back_is_in_the_record_at_the_start() throws Exception {
            clock.open(home).close();
            long last = clock.wallUs();
            clock.set(Duration.ofSeconds(-1));
            clock.open(home).close();
            var entries = RecordFullDiskTest.entries(home);
            // GENESIS, EPOCH_OPENED, STOPPED, EPOCH_CLOSED, EPOCH_OPENED, then this.
            assertInstanceOf(Event.EpochOpened.class, entries.get(4).event());
            assertEquals(new Event.ClockJumped(last, last - 1_000_000), entries.get(5).event());
            RecordFullDiskTest.verifies(home);
        }

        @Test
        void a_clock_that_went_on_is_not() throws Exception {
            clock.open(home).close();
            clock.set(Duration.ofDays(30));
            clock.open(home).close();
            assertEquals(List.of(), jumps());
        }
    }
}
