package redoubt.engine.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import redoubt.engine.client.FinishReason;
import redoubt.engine.client.Guessed;
import redoubt.engine.client.Owner;
import redoubt.engine.client.SamplingParameters;

/// By its own clock the model takes a while for each step, whatever is in it; what a draft takes is
/// said by each test. So it is clear what pays, whatever the host.
class DraftTest extends Scheduling {
    private static final long STEP_NANOS = 6_000_000;

    private FakeDraft guessing = new FakeDraft(4096, 4);

    private void model(FakeDecoder with, FakeDraft guesses) {
        guessing = guesses;
        draft = guesses;
        with.stepNanos = STEP_NANOS;
        model(with);
    }

    // What lookup finds nothing in: no two tokens ever stand beside each other twice.
    private static int[] unlike(int first) {
        return new int[] {first, (first + 1) % FakeDecoder.LETTERS, (first + 3) % 26};
    }

    private int decoded() {
        return guessing.batches.size();
    }

    private void empty() {
        assertEquals(0, guessing.used(), "tokens that the draft still holds");
    }

    @Nested
    class A_draft_that_is_always_right {
        @Test
        void saves_steps_and_changes_no_word() throws InterruptedException {
            model(new FakeDecoder(4096, 4), new FakeDraft(4096, 4));
            Asked asked = ask("anna", unlike(3), 200);
            begin();
            asked.end();
            assertEquals(FakeDecoder.alone(asked.prompt, 200), asked.text());
            assertEquals(200, asked.finished().usage().completionTokens());
            assertTrue(model.steps.size() < 120, model.steps.size() + " steps");
            assertTrue(decoded() > 0);
            empty();
        }

        @Test
        void has_its_guesses_counted() throws InterruptedException {
            model(new FakeDecoder(4096, 4), new FakeDraft(4096, 4));
            Asked asked = ask("anna", unlike(3), 200);
            begin();
            Guessed guessed = asked.end().finished().usage().guessed();
            assertEquals(guessing.guesses, guessed.draft());
            assertEquals(guessed.draft(), guessed.draftRight());
            assertEquals(wrongOnes(3, 200), guessed.lookup() - guessed.lookupRight());
        }

        @Test
        void guesses_for_several_in_one_batch() throws InterruptedException {
            model(new FakeDecoder(4096, 4), new FakeDraft(4096, 4));
            List<Asked> asked = new ArrayList<>();
            for (int person = 0; person < 3; person++) {
                asked.add(ask("person" + person, unlike(5 * person), 100));
            }
            begin();
            for (Asked one : asked) {
                one.end();
                assertEquals(FakeDecoder.alone(one.prompt, 100), one.text());
            }
            assertTrue(
                    guessing.batches.stream().anyMatch(batch -> batch.size() == 3),
                    "no batch of all three");
            empty();
        }

        @Test
        void says_no_more_than_was_asked_for() throws InterruptedException {
            model(new FakeDecoder(4096, 4), new FakeDraft(4096, 4));
            begin();
            for (int tokens = 1; tokens < 12; tokens++) {
                Asked asked = ask("anna", unlike(tokens), tokens).end();
                assertEquals(FakeDecoder.alone(asked.prompt, tokens), asked.text());
                assertEquals(FinishReason.LENGTH, asked.finished().reason());
            }
            empty();
        }

        @Test
        void ends_where_the_model_ends() throws InterruptedException {
            FakeDecoder ending = new FakeDecoder(4096, 4);
            ending.ends = tokens -> tokens.size() == 63;
            FakeDraft knowing = new FakeDraft(4096, 4);
            knowing.rule =
                    tokens -> tokens.size() == 63 ? FakeDecoder.END : FakeDecoder.next(tokens);
            model(ending, knowing);
            Asked asked = ask("anna", unlike(2), 200);
            begin();
            asked.end();
            assertEquals(FinishReason.STOP, asked.finished().reason());
            assertEquals(FakeDecoder.alone(asked.prompt, 60), asked.text());
            empty();
        }

        @Test
        void is_brought_a_long_prompt_in_parts() throws InterruptedException {
            model(new FakeDecoder(4096, 4), new FakeDraft(4096, 4));
            Asked asked = ask("anna", prompt(4, 800), 200);
            begin();
            asked.end();
            assertEquals(FakeDecoder.alone(asked.prompt, 200), asked.text());
            assertTrue(model.steps.size() < 200, model.steps.size() + " steps");
            empty();
        }

        @Test
        void follows_nobody_beyond_its_own_context() throws InterruptedException {
            FakeDraft small = new FakeDraft(4096, 4);
            small.sequenceTokensMax = 80;
            model(new FakeDecoder(4096, 4), small);
            Asked asked = ask("anna", unlike(1), 200);
            begin();
            asked.end();
            assertEquals(FakeDecoder.alone(asked.prompt, 200), asked.text());
            empty();
        }

        @Test
        void has_no_more_in_its_cache_than_there_is_room() throws InterruptedException {
            model(new FakeDecoder(4096, 4), new FakeDraft(150, 4));
            List<Asked> asked = new ArrayList<>();
            for (int person = 0; person < 4; person++) {
                asked.add(ask("person" + person, prompt(person, 40), 60));
            }
            begin();
            for (Asked one : asked) {
                assertEquals(FakeDecoder.alone(one.prompt, 60), one.end().text());
            }
            empty();
        }
    }

    @Nested
    class A_draft_that_is_mostly_wrong {
        @Test
        void changes_no_word_and_is_hardly_asked_any_more() throws InterruptedException {
            FakeDraft wrong = new FakeDraft(4096, 4);
            wrong.rule = tokens -> (FakeDecoder.next(tokens) + 1) % FakeDecoder.LETTERS;
            wrong.stepNanos = 1_000_000;
            model(new FakeDecoder(4096, 4), wrong);
            Asked asked = ask("anna", unlike(3), 400);
            begin();
            asked.end();
            assertEquals(FakeDecoder.alone(asked.prompt, 400), asked.text());
            assertTrue(decoded() < 200, decoded() + " batches");
            empty();
        }

        @Test
        void is_dropped_back_after_each_wrong_guess() throws InterruptedException {
            FakeDraft half = new FakeDraft(4096, 4);
            half.rule =
                    tokens -> {
                        int right = FakeDecoder.next(tokens);
                        return tokens.size() % 5 == 0 ? (right + 1) % 26 : right;
                    };
            model(new FakeDecoder(4096, 4), half);
            Asked asked = ask("anna", unlike(7), 200);
            begin();
            asked.end();
            assertEquals(FakeDecoder.alone(asked.prompt, 200), asked.text());
            assertTrue(model.steps.size() < 190, model.steps.size() + " steps");
            empty();
        }
    }

    @Nested
    class A_draft_that_costs_more_than_it_saves {
        @Test
        void is_hardly_asked_although_it_is_right() throws InterruptedException {
            FakeDraft slow = new FakeDraft(4096, 4);
            slow.stepNanos = 4 * STEP_NANOS;
            model(new FakeDecoder(4096, 4), slow);
            Asked asked = ask("anna", unlike(3), 300);
            begin();
            asked.end();
            assertEquals(FakeDecoder.alone(asked.prompt, 300), asked.text());
            assertTrue(decoded() < 100, decoded() + " times");
            empty();
        }
    }

    @Nested
    class A_draft_that_fails {
        @Test
        void is_not_asked_again_and_fails_nobody() throws InterruptedException {
            FakeDraft failing = new FakeDraft(4096, 4);
            model(new FakeDecoder(4096, 4), failing);
            failing.beforeDecode = () -> failing.fails = failing.batches.size() > 5;
            Asked asked = ask("anna", unlike(3), 100);
            begin();
            assertEquals(FakeDecoder.alone(asked.prompt, 100), asked.end().text());
            assertEquals(6, decoded());
            empty();
        }

        @Test
        void cannot_be_cut_back_and_begins_again() throws InterruptedException {
            FakeDraft stubborn = new FakeDraft(4096, 4);
            stubborn.cutsBack = false;
            model(new FakeDecoder(4096, 4), stubborn);
            Asked asked = ask("anna", unlike(3), 60);
            begin();
            assertEquals(FakeDecoder.alone(asked.prompt, 60), asked.end().text());
            empty();
        }
    }

    @Nested
    class Whoever_leaves {
        @Test
        void leaves_the_draft_too_when_cancelled() throws InterruptedException {
            model(new FakeDecoder(4096, 4), new FakeDraft(4096, 4));
            Asked asked = ask("anna", unlike(3), 2000);
            FakeDecoder decoding = model;
            decoding.beforeDecode =
                    () -> {
                        if (decoding.steps.size() == 30) {
                            asked.cancellation.ask();
                            scheduler.wake();
                        }
                    };
            begin();
            assertEquals(FinishReason.CANCELLED, asked.end().finished().reason());
            empty();
        }

        @Test
        void leaves_the_draft_when_its_tenant_is_forgotten() throws InterruptedException {
            model(new FakeDecoder(4096, 4), new FakeDraft(4096, 4));
            Asked asked = ask("anna", unlike(3), 300);
            List<Integer> after = new ArrayList<>();
            FakeDecoder decoding = model;
            decoding.beforeDecode =
                    () -> {
                        if (decoding.steps.size() == 30) {
                            scheduler.forget("anna");
                            scheduler.between(() -> after.add(guessing.used()));
                        }
                    };
            begin();
            assertEquals(FakeDecoder.alone(asked.prompt, 300), asked.end().text());
            assertEquals(List.of(0), after);
            empty();
        }

        @Test
        void gives_its_number_back() throws InterruptedException {
            model(new FakeDecoder(4096, 2), new FakeDraft(4096, 2));
            begin();
            List<Asked> asked = new ArrayList<>();
            for (int person = 0; person < 7; person++) {
                asked.add(ask("person" + person, unlike(3 * person), 40));
            }
            for (Asked one : asked) {
                assertEquals(FakeDecoder.alone(one.prompt, 40), one.end().text());
            }
            empty();
        }
    }

    @Nested
    class What_is_to_be_computed_alone {
        @Test
        void is_not_guessed_for() throws InterruptedException {
            model(new FakeDecoder(4096, 4), new FakeDraft(4096, 4));
            Asked asked =
                    new Asked(
                            Owner.interactive("anna"),
                            unlike(3),
                            50,
                            SamplingParameters.greedy(),
                            List.of(),
                            true);
            begin();
            assertEquals(FakeDecoder.alone(asked.prompt, 50), asked.end().text());
            assertEquals(0, decoded());
        }
    }

    @Nested
    class The_worth_of_guesses {
        @Test
        void goes_down_with_each_token_ahead() {
            assertEquals(3, DraftWorth.depth(0.5, 100, 10, 8));
            assertEquals(8, DraftWorth.depth(1, 100, 10, 8));
            assertEquals(0, DraftWorth.depth(0.1, 100, 10, 8));
            assertEquals(0, DraftWorth.depth(1, 10, 10, 8));
            assertEquals(0, DraftWorth.depth(1, 100, 10, 0));
        }

        @Test
        void is_what_is_left_of_what_it_saves() {
            assertEquals(0, DraftWorth.savedEach(0.5, 100, 10, 0));
            assertEquals(40 / 1.5, DraftWorth.savedEach(0.5, 100, 10, 1), 1e-9);
            assertTrue(DraftWorth.savedEach(0.1, 100, 50, 2) < 0);
        }

        @Test
        void is_tried_for_a_hundredth_of_the_time() {
            DraftWorth worth = new DraftWorth();
            worth.failed();
            worth.without(1_000_000);
            assertTrue(worth.allows(10_000));
            assertEquals(false, worth.allows(10_001));
            worth.tried(10_000);
            assertEquals(false, worth.allows(1));
        }
    }

    @Nested
    class A_guess {
        private static Map.Entry<Follower, DraftWorth> after(int... tokens) {
            DraftWorth worth = new DraftWorth();
            Follower follower = new Follower(0, 0.5);
            follower.held(3);
            follower.guessed(List.of(7, 8, 9));
            follower.settle(new TokenList(tokens), worth);
            return Map.entry(follower, worth);
        }

        @Test
        void that_was_right_stays_in_the_cache_but_for_its_last_token() {
            assertEquals(5, after(1, 2, 3, 7, 8, 9, 4).getKey().held());
            assertTrue(after(1, 2, 3, 7, 8, 9, 4).getKey().right() > 0.6);
        }

        @Test
        void that_was_wrong_is_cut_back_to_what_was_right() {
            assertEquals(4, after(1, 2, 3, 7, 1).getKey().held());
            assertEquals(3, after(1, 2, 3, 1).getKey().held());
            assertTrue(after(1, 2, 3, 1).getKey().right() < 0.5);
        }

        @Test
        void that_nobody_has_answered_teaches_nothing() {
            assertEquals(3, after(1, 2, 3).getKey().held());
            assertEquals(0.5, after(1, 2, 3).getKey().right());
        }
    }
}
