package redoubt.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class OptionsTest {
    private static String refusal(String... words) {
        var refused =
                assertThrows(
                        BenchException.class,
                        () ->
                                Options.of(List.of(words), "--rounds", "--only")
                                        .number("--rounds", 3));
        return String.valueOf(refused.getMessage());
    }

    @Test
    void are_what_was_given_or_else_what_is_usual() throws BenchException {
        var options = Options.of(List.of("--rounds", "5"), "--rounds", "--only");
        assertEquals(5, options.number("--rounds", 3));
        assertEquals("", options.text("--only", ""));
        assertEquals(3, Options.of(List.of(), "--rounds").number("--rounds", 3));
    }

    @Test
    void that_are_not_known_measure_nothing() {
        assertEquals(
                "There is no option '--round' here. There are: --rounds, --only.",
                refusal("--round", "5"));
    }

    @Test
    void need_a_value_each_and_one_only() {
        assertEquals("--only needs a value after it.", refusal("--only"));
        assertEquals("--rounds is given twice.", refusal("--rounds", "5", "--rounds", "6"));
        assertEquals("--rounds needs a number above 0, and got '0'.", refusal("--rounds", "0"));
        assertEquals("--rounds needs a number above 0, and got 'x'.", refusal("--rounds", "x"));
    }
}
