package redoubt.appliance.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import redoubt.engine.client.Guessed;

class GuessesTest {
    private final Metrics metrics = new Metrics();

    private List<String> lines() {
        return metrics.text().lines().filter(line -> line.contains("guessed_tokens")).toList();
    }

    @Test
    void are_counted_by_model_and_by_who_guessed() {
        metrics.guesses.add("large", new Guessed(10, 7, 4, 1));
        metrics.guesses.add("large", new Guessed(1, 1, 0, 0));
        metrics.guesses.add("small", new Guessed(0, 0, 0, 0));
        assertEquals(
                List.of(
                        "# HELP redoubt_guessed_tokens_total Tokens computed ahead, as guesses",
                        "# TYPE redoubt_guessed_tokens_total counter",
                        "redoubt_guessed_tokens_total{model=\"large\",kind=\"draft\"} 4",
                        "redoubt_guessed_tokens_total{model=\"large\",kind=\"lookup\"} 11",
                        "redoubt_guessed_tokens_total{model=\"small\",kind=\"draft\"} 0",
                        "redoubt_guessed_tokens_total{model=\"small\",kind=\"lookup\"} 0",
                        "# HELP redoubt_guessed_tokens_accepted_total Guesses that were right, so that their tokens took no step of their own",
                        "# TYPE redoubt_guessed_tokens_accepted_total counter",
                        "redoubt_guessed_tokens_accepted_total{model=\"large\",kind=\"draft\"} 1",
                        "redoubt_guessed_tokens_accepted_total{model=\"large\",kind=\"lookup\"} 8",
                        "redoubt_guessed_tokens_accepted_total{model=\"small\",kind=\"draft\"} 0",
                        "redoubt_guessed_tokens_accepted_total{model=\"small\",kind=\"lookup\"} 0"),
                lines());
    }

    @Test
    void of_a_file_with_any_name_stay_one_line_each() {
        metrics.guesses.add("a\"} 1\nb\\c", Guessed.none());
        assertEquals(
                "redoubt_guessed_tokens_total{model=\"a\\\"} 1\\nb\\\\c\",kind=\"draft\"} 0",
                lines().get(2));
    }
}
