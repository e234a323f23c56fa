package redoubt.appliance.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/// A terminal shows what a record holds and obeys none of it.
class PrintableTest {
    @Test
    void what_a_terminal_would_obey_is_shown_as_a_sign() {
        assertEquals("\ufffd[2J\ufffd[31mred", Printable.of("\u001b[2J\u009b[31mred"));
        assertEquals("a\ufffdb\ufffdc\ufffd", Printable.of("a\nb\rc\u0007"));
    }

    @Test
    void what_is_not_seen_or_turns_the_writing_is_shown() {
        assertEquals("a\ufffdb\ufffdc", Printable.of("a\u202eb\u200bc"));
        assertEquals("\ufffd\ufffd\ufffd", Printable.of("\u2028\u2029\ud800"));
    }

    @Test
    void what_people_write_stays() {
        assertEquals("Grüße, 你好, 🙂", Printable.of("Grüße, 你好, 🙂"));
    }
}
