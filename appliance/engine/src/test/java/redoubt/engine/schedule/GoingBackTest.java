package redoubt.engine.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// Models that cannot go back to every position: they are taken back to marks.
class GoingBackTest extends Scheduling {
    private static int[] first(int[] prompt, int tokens, int... more) {
        return longer(Arrays.copyOf(prompt, tokens), more);
    }

    private void windowed(int contextTokens, int sequences, long bytesMax) {
        FakeDecoder windowed = new FakeDecoder(contextTokens, sequences);
        windowed.window = 20;
        windowed.markEvery = 50;
        model(windowed, bytesMax);
    }

    private void recurrent() {
        FakeDecoder recurrent = new FakeDecoder(4096, 3);
        recurrent.cutsBack = false;
        recurrent.holders = 0;
        recurrent.markEvery = 50;
        model(recurrent, 100_000);
    }

    private Asked asked(int[] prompt) throws InterruptedException {
        Asked asked = ask("anna", prompt, 5).end();
        assertEquals(FakeDecoder.alone(prompt, 5), asked.text());
        return asked;
    }

    private int cachedOf(int[] prompt) throws InterruptedException {
        return asked(prompt).started().cachedTokens();
    }

    @Nested
    class A_window {
        private final int[] prompt = prompt(1, 400);

        @BeforeEach
        void opens() {
            windowed(4096, 3, 400_000);
            begin();
        }

        @Test
        void shares_a_beginning_up_to_the_newest_mark() throws InterruptedException {
            asked(prompt);
            int cached = cachedOf(first(prompt, 230, 7, 7));
            assertTrue(cached >= 150 && cached <= 230, "cached " + cached);
            assertTrue(model.rewound > 0);
        }

        @Test
        void shares_nearly_all_of_a_prompt_that_differs_in_its_last_words()
                throws InterruptedException {
            asked(prompt);
            int cached = cachedOf(first(prompt, 390, 7, 7, 7, 7));
            assertTrue(cached >= 336, "only " + cached);
        }

        @Test
        void shares_a_beginning_with_one_that_is_still_answered() throws InterruptedException {
            Asked busy = ask("anna", prompt, 300);
            Asked other = ask("anna", first(prompt, 390, 7, 7, 7, 7), 40);
            Asked shorter = ask("anna", first(prompt, 120, 9), 40);
            assertEquals(FakeDecoder.alone(busy.prompt, 300), busy.end().text());
            assertEquals(FakeDecoder.alone(other.prompt, 40), other.end().text());
            assertEquals(FakeDecoder.alone(shorter.prompt, 40), shorter.end().text());
            assertTrue(other.started().cachedTokens() >= 300);
            assertTrue(shorter.started().cachedTokens() >= 100);
        }

        @Test
        void goes_on_from_the_end_of_an_answer() throws InterruptedException {
            String answer = asked(prompt).text();
            int[] said = answer.chars().map(letter -> letter - 'a').toArray();
            assertEquals(404, cachedOf(longer(longer(prompt, said), 8, 9)));
        }

        @Test
        void never_shows_a_tenant_what_another_asked() throws InterruptedException {
            asked(prompt);
            Asked stranger = ask("berta", first(prompt, 230, 7), 5).end();
            assertEquals(0, stranger.started().cachedTokens());
        }

        @Test
        void keeps_nothing_of_whoever_is_erased() throws InterruptedException {
            asked(prompt);
            scheduler.forget("anna");
            assertEquals(0, cachedOf(first(prompt, 230, 7)));
            scheduler.forget("anna");
            ask("berta", prompt(2, 10), 1).end();
            assertEquals(0, model.savedOpen);
        }

        @Test
        void computes_again_what_cannot_be_brought_back() throws InterruptedException {
            asked(prompt);
            model.failsToRewind = true;
            assertEquals(0, cachedOf(first(prompt, 230, 7)));
        }
    }

    @Nested
    class A_sequence_that_is_lost_while_it_is_marked {
        @Test
        void is_computed_again() throws InterruptedException {
            windowed(4096, 3, 400_000);
            model.failsToMark = 2;
            int[] prompt = prompt(1, 400);
            Asked busy = ask("anna", prompt, 300);
            begin();
            assertEquals(FakeDecoder.alone(prompt, 300), busy.end().text());
            int computed = model.stepTokens.stream().mapToInt(Integer::intValue).sum();
            assertTrue(computed > 750, "only " + computed + ", so nothing was lost");
        }
    }

    @Nested
    class A_window_whose_marks_find_no_room {
        @Test
        void answers_all_the_same() throws InterruptedException {
            windowed(4096, 3, 600);
            begin();
            int[] prompt = prompt(1, 400);
            asked(prompt);
            asked(first(prompt, 230, 7));
            asked(first(prompt, 390, 7));
        }
    }

    @Nested
    class A_conversation_that_was_parked {
        @Test
        void goes_back_to_a_mark_when_it_returns() throws InterruptedException {
            windowed(500, 2, 400_000);
            begin();
            int[] prompt = prompt(1, 400);
            asked(prompt);
            asked(prompt(2, 400));
            assertTrue(model.saved > 0, "it was not parked");
            int cached = cachedOf(first(prompt, 230, 7));
            assertTrue(cached >= 150 && cached <= 230, "cached " + cached);
            assertTrue(model.restored > 0);
        }
    }

    @Nested
    class A_recurrent_model {
        @Test
        void shares_a_beginning_up_to_the_newest_mark() throws InterruptedException {
            recurrent();
            begin();
            int[] prompt = prompt(1, 400);
            asked(prompt);
            int cached = cachedOf(first(prompt, 230, 7, 7));
            assertTrue(cached >= 150 && cached <= 230, "cached " + cached);
        }

        @Test
        void shares_with_one_that_is_still_answered() throws InterruptedException {
            recurrent();
            int[] prompt = prompt(1, 400);
            Asked busy = ask("anna", prompt, 300);
            Asked other = ask("anna", first(prompt, 390, 7, 7, 7, 7), 40);
            begin();
            assertEquals(FakeDecoder.alone(busy.prompt, 300), busy.end().text());
            assertEquals(FakeDecoder.alone(other.prompt, 40), other.end().text());
            assertTrue(other.started().cachedTokens() >= 250);
        }
    }

    @Nested
    class The_memory_for_marks {
        private final FakeDecoder decoder = new FakeDecoder(1000, 1);

        private void add(Marks marks, String tenant, int number, int tokens) {
            int[] all = prompt(number, tokens);
            PrefixTree.Key key = new PrefixTree.Key(tenant, java.util.Set.of());
            marks.add(key, all, decoder.blank(tokens));
        }

        @Test
        void is_taken_from_who_has_most_of_it() {
            Marks marks = new Marks(5 * 500);
            add(marks, "berta", 0, 100);
            for (int number = 1; number < 20; number++) {
                add(marks, "anna", number, 100);
            }
            assertEquals(5, decoder.savedOpen);
            assertEquals(5 * 500, marks.bytes());
            PrefixTree.Key berta = new PrefixTree.Key("berta", java.util.Set.of());
            assertTrue(marks.has(berta, prompt(0, 100)));
            marks.forget("anna");
            assertEquals(500, marks.bytes());
        }

        @Test
        void is_spread_over_the_length_of_a_long_conversation() {
            Marks marks = new Marks(1 << 20);
            int[] all = prompt(3, 1000);
            PrefixTree.Key key = new PrefixTree.Key("anna", java.util.Set.of());
            for (int tokens = 10; tokens <= 1000; tokens += 10) {
                marks.add(key, Arrays.copyOf(all, tokens), decoder.blank(tokens));
            }
            assertEquals(24, decoder.savedOpen);
            for (int most : List.of(150, 400, 700, 1000)) {
                Marks.Mark mark = marks.find(key, all, most);
                assertTrue(mark != null && mark.tokens() > most - 140, "none near " + most);
            }
        }
    }
}
