package redoubt.appliance;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

/// What the log says of a failure.
class TraceTest {
    @Test
    void shows_where_it_happened_and_not_what_was_asked() {
        String trace =
                Trace.of(
                        new IllegalStateException(
                                "sealing failed",
                                new NumberFormatException(
                                        "For input string: \"the patient's name\"")));
        assertTrue(trace.contains("java.lang.NumberFormatException"), trace);
        assertTrue(trace.contains("redoubt.appliance.TraceTest"), trace);
        assertFalse(trace.contains("patient"), trace);
    }

    @Test
    void keeps_what_the_host_says_on_one_line() {
        String trace =
                Trace.of(
                        new UncheckedIOException(
                                new IOException("No space left on device\nforged line \u001b[2J")));
        assertTrue(trace.contains("java.io.IOException: No space left on device?forged"), trace);
        assertFalse(trace.contains("\u001b"), trace);
    }
}
