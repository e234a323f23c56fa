package redoubt.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class FigureTest {
    @Test
    void a_median_is_the_middle_sample_or_between_the_two() {
        assertEquals(2, new Figure("s", List.of(9.0, 1.0, 2.0), "x").median());
        assertEquals(1.5, new Figure("s", List.of(9.0, 1.0, 2.0, 0.5), "x").median());
    }

    @Test
    void an_interval_holds_the_median_and_lies_within_the_samples() {
        Figure figure = new Figure("s", List.of(1.0, 1.1, 0.9, 1.2, 5.0, 1.05), "x");
        assertTrue(figure.low() <= figure.median() && figure.median() <= figure.high());
        assertTrue(figure.low() >= 0.9 && figure.high() <= 5.0);
        assertEquals(figure.low(), new Figure("s", figure.samples(), "x").low());
    }

    @Test
    void equal_samples_leave_no_doubt() {
        Figure figure = new Figure("s", List.of(2.0, 2.0, 2.0), "x");
        assertEquals(2, figure.low());
        assertEquals(2, figure.high());
    }

    @Test
    void a_quantile_lies_between_samples() {
        Figure figure = new Figure("ms", List.of(1.0, 2.0, 3.0, 4.0, 5.0), "x");
        assertEquals(5, figure.quantile(1));
        assertEquals(4.96, figure.quantile(0.99), 1e-9);
    }

    @Test
    void without_samples_there_is_no_figure() {
        assertThrows(IllegalArgumentException.class, () -> new Figure("s", List.of(), "x"));
    }

    @Test
    void json_has_the_fields_that_were_promised() {
        var json = new Figure("ratio", List.of(0.97, 0.99), "llama-bench").json();
        assertEquals(
                "{\"median\":0.98,\"low\":0.97,\"high\":0.99,\"unit\":\"ratio\",\"samples\":[0.97,0.99],\"against\":\"llama-bench\"}",
                json.toString());
    }
}
