package redoubt.engine.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import redoubt.engine.client.FinishReason;
import redoubt.engine.client.Guessed;

class SpeculationTest extends Scheduling {
    // A model that says again and again what it was given.
    private static int again(List<Integer> tokens) {
        return tokens.get(tokens.size() - 20);
    }

    private static String repeated(int[] prompt, int tokens) {
        StringBuilder text = new StringBuilder();
        for (int index = 0; index < tokens; index++) {
            text.append((char) ('a' + prompt[prompt.length - 20 + index % 20]));
        }
        return text.toString();
    }

    @Nested
    class A_text_that_repeats_itself {
        @Test
        void is_answered_in_fewer_steps_and_with_the_same_words() throws InterruptedException {
            model.rule = SpeculationTest::again;
            model.stepNanos = 2_000_000;
            Asked asked = ask("anna", prompt(1, 60), 200);
            begin();
            asked.end();
            assertEquals(repeated(asked.prompt, 200), asked.text());
            assertEquals(200, asked.finished().usage().completionTokens());
            assertTrue(model.steps.size() < 150, model.steps.size() + " steps");
        }

        @Test
        void has_its_guesses_counted() throws InterruptedException {
            model.rule = SpeculationTest::again;
            model.stepNanos = 2_000_000;
            Asked asked = ask("anna", prompt(1, 60), 200);
            begin();
            Guessed guessed = asked.end().finished().usage().guessed();
            assertTrue(guessed.lookup() > 0, guessed.toString());
            assertEquals(wrongOnes(60, 200), guessed.lookup() - guessed.lookupRight());
            assertEquals(0, guessed.draft());
            assertEquals(0, guessed.draftRight());
        }

        @Test
        void ends_where_it_would_without_guesses() throws InterruptedException {
            model.rule = SpeculationTest::again;
            model.stepNanos = 2_000_000;
            model.ends = tokens -> tokens.size() == 123;
            Asked asked = ask("anna", prompt(1, 60), 200);
            begin();
            asked.end();
            assertEquals(FinishReason.STOP, asked.finished().reason());
            assertEquals(repeated(asked.prompt, 63), asked.text());
            Asked again = ask("anna", longer(asked.prompt, 1, 2, 3), 5).end();
            assertEquals(60, again.started().cachedTokens());
        }

        @Test
        void is_cut_at_a_stop_text() throws InterruptedException {
            model.rule = SpeculationTest::again;
            model.stepNanos = 2_000_000;
            int[] prompt = prompt(1, 60);
            String stop = repeated(prompt, 100).substring(8, 12);
            Asked asked = ask("anna", prompt, 200, stop);
            begin();
            assertEquals(repeated(prompt, 8), asked.end().text());
            assertEquals(FinishReason.STOP_SEQUENCE, asked.finished().reason());
        }
    }

    @Nested
    class Guesses_that_are_wrong {
        @Test
        void change_nothing_and_become_rare() throws InterruptedException {
            // Few letters, so that every pair of them stood somewhere before.
            model.rule = tokens -> Math.floorMod(tokens.hashCode(), 3);
            int[] prompt = prompt(1, 60);
            for (int index = 0; index < prompt.length; index++) {
                prompt[index] %= 3;
            }
            Asked asked = ask("anna", prompt, 300);
            begin();
            asked.end();
            assertEquals(300, asked.finished().usage().completionTokens());
            long wide = model.stepTokens.stream().skip(200).filter(tokens -> tokens > 1).count();
            assertTrue(wide < 60, wide + " steps of the last hundred were wide");
        }
    }

    @Nested
    class Guesses_that_cost_as_much_as_they_save {
        private final StepBudget budget = new StepBudget(512);

        private List<Integer> guess(int decoding) {
            TokenList text = new TokenList(new int[] {1, 2, 3, 4, 5, 1, 2});
            return new Speculation().guess(text, 6, decoding, budget);
        }

        private void step(int answers, int guesses, long nanosEach) {
            long nanos = 2_000_000 + (answers + guesses) * nanosEach;
            budget.answered(new StepCost.Work(answers + guesses, 0, 0), guesses, 0, nanos);
        }

        @Test
        void are_tried_by_few_for_all() {
            step(8, 0, 5_000_000);
            assertTrue(!guess(8).isEmpty());
            for (int trial = 0; trial < 5; trial++) {
                step(8, 2, 5_000_000);
            }
            assertEquals(List.of(), guess(8));
            assertTrue(!guess(1).isEmpty());
        }

        @Test
        void are_tried_again_after_a_while() {
            are_tried_by_few_for_all();
            for (int steps = 0; steps < 5000; steps++) {
                step(8, 0, 500_000);
            }
            assertTrue(!guess(8).isEmpty());
        }

        @Test
        void are_made_where_a_step_costs_more_than_what_is_in_it() {
            for (int trial = 0; trial < 5; trial++) {
                step(2, 0, 500_000);
                step(2, 2, 500_000);
            }
            assertTrue(!guess(2).isEmpty());
        }
    }

    @Nested
    class A_guess {
        private static List<Integer> guess(int most, int... tokens) {
            return PromptLookup.guess(new TokenList(tokens), most);
        }

        @Test
        void is_what_followed_last_time() {
            assertEquals(List.of(3, 4), guess(2, 1, 2, 3, 4, 5, 1, 2));
            assertEquals(List.of(9), guess(1, 1, 2, 3, 4, 1, 2, 9, 4, 1, 2));
        }

        @Test
        void trusts_the_longer_likeness() {
            assertEquals(List.of(7), guess(1, 5, 1, 2, 3, 7, 8, 2, 3, 9, 5, 1, 2, 3));
        }

        @Test
        void is_none_where_nothing_is_alike() {
            assertEquals(List.of(), guess(4, 1, 2, 3, 4, 5));
            assertEquals(List.of(), guess(4, 1));
            assertEquals(List.of(), guess(0, 1, 2, 3, 1, 2));
        }
    }
}
