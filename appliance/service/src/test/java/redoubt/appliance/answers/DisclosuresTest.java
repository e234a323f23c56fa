package redoubt.appliance.answers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class DisclosuresTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

    private static long us(Instant at) {
        return at.getEpochSecond() * 1_000_000;
    }

    private static Instant after(int hours) {
        return NOON.plus(Duration.ofHours(hours));
    }

    @Test
    void look_a_day_around_each_entry_and_not_between_two_that_are_far_apart() {
        var times = new TreeSet<>(List.of(us(NOON), us(after(40)), us(after(1_000))));
        assertEquals(
                List.of(
                        new Disclosures.Span(after(-24), after(64)),
                        new Disclosures.Span(after(976), after(1_024))),
                Disclosures.spans(times));
    }
}
