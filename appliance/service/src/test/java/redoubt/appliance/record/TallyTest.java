package redoubt.appliance.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import redoubt.provenance.record.RecordException;

/// Entries of what can come in floods.
class TallyTest {
    private static final int ENTRIES_MAX = 5;

    private Instant now = Instant.parse("2026-11-21T12:00:00Z");
    private boolean closed;
    private final List<String> noted = new ArrayList<>();
    private final Tally tally = new Tally(() -> now, ENTRIES_MAX, times -> note("others", times));

    @AfterEach
    void close() {
        tally.close();
    }

    private void note(String kind, long times) throws RecordException {
        if (closed) throw new RecordException(RecordException.Reason.FULL, "The disk is full.");
        noted.add(kind + " " + times);
    }

    private void add(String kind) {
        tally.add(kind, times -> note(kind, times));
    }

    private void add(String kind, int times) {
        for (int i = 0; i < times; i++) add(kind);
    }

    private void later(int seconds) {
        now = now.plus(Duration.ofSeconds(seconds));
    }

    @Nested
    class The_first_of_a_kind {
        @Test
        void gets_its_entry_at_once() {
            add("a");
            add("b");
            assertEquals(List.of("a 1", "b 1"), noted);
        }
    }

    @Nested
    class A_flood_of_one_kind {
        @Test
        void gets_one_entry_a_minute_with_its_number() {
            add("a", 1000);
            assertEquals(List.of("a 1"), noted);
            later(61);
            add("a", 10);
            assertEquals(List.of("a 1", "a 1000"), noted);
        }

        @Test
        void that_is_over_is_noted_when_its_minute_is() {
            add("a", 42);
            tally.flush();
            assertEquals(List.of("a 1"), noted);
            later(60);
            tally.flush();
            tally.flush();
            assertEquals(List.of("a 1", "a 41"), noted);
        }

        @Test
        void is_noted_at_the_end() {
            add("a", 42);
            tally.close();
            assertEquals(List.of("a 1", "a 41"), noted);
        }
    }

    @Nested
    class A_flood_of_many_kinds {
        @Test
        void gets_no_more_entries_than_there_is_room_for_in_a_minute() {
            for (int i = 0; i < 100; i++) add("kind " + i);
            assertEquals(ENTRIES_MAX, noted.size());
            tally.flush();
            assertEquals(ENTRIES_MAX, noted.size());
            later(60);
            tally.flush();
            assertEquals(2 * ENTRIES_MAX, noted.size());
        }

        @Test
        void loses_none_of_them() {
            for (int i = 0; i < 5000; i++) add("kind " + i);
            later(60);
            tally.flush();
            tally.close();
            assertEquals(
                    5000,
                    noted.stream()
                            .mapToLong(line ->
                                    Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
                            .sum());
        }
    }

    @Nested
    class What_deserves_an_entry_each_time {
        private void each() {
            tally.addEach("a", times -> note("a", times));
        }

        @Test
        void gets_it_while_there_is_room() {
            for (int i = 0; i < 8; i++) each();
            assertEquals(List.of("a 1", "a 1", "a 1", "a 1", "a 1"), noted);
            later(60);
            each();
            assertEquals("a 4", noted.getLast());
        }
    }

    @Nested
    class A_record_that_cannot_be_written {
        @Test
        void gets_all_of_it_when_it_can_be() {
            closed = true;
            add("a", 3);
            closed = false;
            later(60);
            tally.flush();
            assertEquals(List.of("a 3"), noted);
        }
    }
}
