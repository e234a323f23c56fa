package redoubt.engine.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import redoubt.engine.client.GenerationEvent;
import redoubt.engine.client.Owner;
import redoubt.engine.client.SamplingParameters;
import redoubt.engine.client.TokenChance;

class PiecesTest {
    private static final long START = 1_000_000_000;
    private static final long STEP = Pieces.INTERVAL_NANOS / 2 + 1;

    private final List<GenerationEvent> told = new ArrayList<>();
    private final Pieces pieces =
            new Pieces(
                    new Job(
                            1,
                            Owner.interactive("somebody"),
                            new int[] {1},
                            new Choosing(SamplingParameters.greedy(), 0, Form.free(), -1),
                            List.of(),
                            false,
                            10,
                            List.of(),
                            false,
                            START,
                            new Job.Cancellation(),
                            told::add));

    private void texts(String... expected) {
        List<String> texts = new ArrayList<>();
        for (GenerationEvent event : told) {
            texts.add(((GenerationEvent.Text) event).text());
        }
        assertEquals(List.of(expected), texts);
    }

    @Nested
    class A_fast_model {
        @Test
        void shows_its_first_text_at_once_and_then_a_few_tokens_together() {
            pieces.add("a", 1, START);
            texts("a");
            pieces.add("b", 2, START + STEP);
            texts("a");
            pieces.add("c", 3, START + 2 * STEP);
            texts("a", "bc");
            assertEquals(new GenerationEvent.Text("bc", 3, List.of()), told.getLast());
        }

        @Test
        void loses_nothing_at_the_end() {
            pieces.add("a", 1, START);
            pieces.add("b", 2, START + 1);
            pieces.flush(2);
            pieces.flush(2);
            texts("a", "b");
        }
    }

    @Nested
    class One_of_many {
        @Test
        void shows_its_text_less_often_and_loses_nothing() {
            pieces.pace(4);
            pieces.add("a", 1, START);
            pieces.add("b", 2, START + Pieces.INTERVAL_NANOS);
            texts("a");
            pieces.add("c", 3, START + 2 * Pieces.INTERVAL_NANOS);
            texts("a", "bc");
        }

        @Test
        void never_waits_for_longer_than_a_bound() {
            pieces.pace(1000);
            pieces.add("a", 1, START);
            pieces.add("b", 2, START + Pieces.INTERVAL_NANOS_MAX);
            texts("a", "b");
        }
    }

    @Nested
    class A_slow_model {
        @Test
        void shows_each_token_by_itself() {
            pieces.add("a", 1, START);
            pieces.add("b", 2, START + Pieces.INTERVAL_NANOS);
            pieces.add("c", 3, START + 2 * Pieces.INTERVAL_NANOS);
            texts("a", "b", "c");
        }
    }

    @Nested
    class A_token_without_text {
        @Test
        void does_not_count_as_the_first_piece() {
            pieces.add("", 1, START);
            pieces.add("b", 2, START + 1);
            texts("b");
        }
    }

    @Nested
    class Chances_of_tokens {
        private static TokenChance chance(int token) {
            return new TokenChance(token, List.of(), -1f, List.of());
        }

        @Test
        void wait_for_the_text_that_their_token_ends_in() {
            pieces.add(chance(1), 2);
            pieces.add("a", 1, START);
            pieces.add(chance(2), 3);
            pieces.add("bc", 2, START + Pieces.INTERVAL_NANOS);
            assertEquals(
                    List.of(
                            new GenerationEvent.Text("a", 1, List.of()),
                            new GenerationEvent.Text("bc", 2, List.of(chance(1), chance(2)))),
                    told);
        }

        @Test
        void are_not_told_when_the_text_never_comes() {
            pieces.add(chance(1), 1);
            pieces.add("a", 1, START);
            pieces.add(chance(2), 5);
            pieces.flush(2);
            assertEquals(List.of(new GenerationEvent.Text("a", 1, List.of(chance(1)))), told);
        }
    }
}
