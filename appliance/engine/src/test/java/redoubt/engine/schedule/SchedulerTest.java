package redoubt.engine.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import redoubt.engine.client.FinishReason;
import redoubt.engine.client.GenerationEvent;
import redoubt.engine.client.Owner;
import redoubt.engine.client.SamplingParameters;

class SchedulerTest extends Scheduling {
    @Nested
    class Several_at_once {
        @Test
        void get_the_answers_that_each_would_get_alone() throws InterruptedException {
            for (int count = 0; count < 12; count++) {
                ask("t" + count % 3, prompt(count, 5 + count * 17), 30);
            }
            begin();
            for (Asked asked : List.copyOf(all)) {
                asked.end();
                assertEquals(FakeDecoder.alone(asked.prompt, 30), asked.text());
                assertEquals(FinishReason.LENGTH, asked.finished().reason());
                assertEquals(30, asked.finished().usage().completionTokens());
            }
            assertTrue(model.steps.stream().anyMatch(step -> step.size() == 4), "never together");
        }

        @Test
        void are_told_their_place_in_the_queue() throws InterruptedException {
            for (int count = 0; count < 7; count++) {
                ask("t", prompt(count, 10), 5);
            }
            begin();
            all.getLast().end();
            List<Integer> positions = new ArrayList<>();
            for (GenerationEvent event : all.getLast().events) {
                if (event instanceof GenerationEvent.Queued(int position, long _)) {
                    positions.add(position);
                }
            }
            assertEquals(3, positions.getFirst());
            assertEquals(positions.stream().sorted().toList().reversed(), positions);
            for (Asked asked : all) {
                asked.end();
            }
        }

        @Test
        void go_on_while_a_long_prompt_is_computed() throws InterruptedException {
            Asked talking = ask("a", prompt(1, 4), 200);
            Asked longer = ask("b", prompt(2, 2000), 3);
            begin();
            longer.end();
            talking.end();
            int turns = 0;
            int together = 0;
            for (int step = 1; step < model.stepTokens.size(); step++) {
                int tokens = model.stepTokens.get(step);
                boolean prompt = tokens > model.steps.get(step).size();
                turns += prompt && model.stepTokens.get(step - 1) == 1 ? 1 : 0;
                together += prompt && model.steps.get(step).size() > 1 ? 1 : 0;
            }
            // Both prompts begin at the same time, and less than a tile at the end.
            assertTrue(together <= 4, together + " steps with an answer and a prompt");
            assertTrue(turns > 30, "the long prompt took " + turns + " turns with the other");
            assertEquals(FakeDecoder.alone(longer.prompt, 3), longer.text());
        }

        @Test
        void are_not_filled_up_where_nobody_has_logits_left() throws InterruptedException {
            FakeDecoder full = new FakeDecoder(10_000, 7);
            full.holders = 0;
            full.paddingMax = 3;
            full.leftOverNanos = 20_000;
            model(full, 10_000);
            for (int count = 0; count < 7; count++) {
                ask("t" + count, prompt(count, 5), 60);
            }
            begin();
            for (Asked asked : List.copyOf(all)) {
                assertEquals(FakeDecoder.alone(asked.prompt, 60), asked.end().text());
            }
            assertTrue(full.widths.contains(7) && !full.widths.contains(8));
        }

        @Test
        void are_computed_in_one_step_where_all_of_it_is_less_than_a_tile()
                throws InterruptedException {
            Asked[] newcomer = new Asked[1];
            model.beforeDecode =
                    () -> {
                        if (model.steps.size() == 10 && newcomer[0] == null) {
                            newcomer[0] = ask("b", prompt(2, 20), 3);
                        }
                    };
            Asked talking = ask("a", prompt(1, 4), 50);
            begin();
            talking.end();
            newcomer[0].end();
            assertTrue(
                    IntStream.range(0, model.steps.size())
                            .anyMatch(step ->
                                    model.steps.get(step).size() == 2
                                            && model.stepTokens.get(step) == 21),
                    "token counts: " + model.stepTokens);
            assertEquals(FakeDecoder.alone(newcomer[0].prompt, 3), newcomer[0].text());
        }

        @Test
        void are_computed_with_tokens_of_nobody_where_that_takes_less_time()
                throws InterruptedException {
            model.paddingMax = 3;
            model.leftOverNanos = 20_000;
            for (int count = 0; count < 3; count++) {
                ask("t" + count, prompt(count, 5), 100);
            }
            begin();
            for (Asked asked : List.copyOf(all)) {
                asked.end();
                assertEquals(FakeDecoder.alone(asked.prompt, 100), asked.text());
            }
            assertTrue(model.widths.stream().filter(width -> width == 4).count() > 80);
        }

        @Test
        void that_do_not_fit_together_take_their_turn_and_lose_nothing()
                throws InterruptedException {
            model(new FakeDecoder(400, 4), 10_000);
            for (int count = 0; count < 6; count++) {
                ask("t" + count, prompt(count, 60), 150);
            }
            begin();
            for (Asked asked : List.copyOf(all)) {
                asked.end();
                assertEquals(FakeDecoder.alone(asked.prompt, 150), asked.text());
            }
            assertTrue(model.saved > 0, "nobody was parked, so this test shows nothing");
            assertTrue(model.restored > 0, "nobody was resumed");
            assertEquals(0, model.noRoom, "the room was counted wrongly");
        }

        @Test
        void beyond_what_can_wait_are_refused() throws InterruptedException {
            for (int count = 0; count < Scheduler.WAITING_MAX + 1; count++) {
                ask("t" + count % 5, prompt(count, 3), 1);
            }
            begin();
            assertEquals("engine_busy", all.getLast().end().failed().code());
            for (Asked asked : all) {
                asked.end();
            }
        }
    }

    @Nested
    class The_end_of_an_answer {
        @Test
        void comes_when_the_model_says_so() throws InterruptedException {
            model.ends = tokens -> tokens.size() == 15;
            Asked asked = ask("t", prompt(1, 10), 0);
            begin();
            asked.end();
            assertEquals(FinishReason.STOP, asked.finished().reason());
            assertEquals(FakeDecoder.alone(asked.prompt, 5), asked.text());
        }

        @Test
        void comes_at_a_stop_text_across_tokens() throws InterruptedException {
            int[] prompt = prompt(3, 10);
            String whole = FakeDecoder.alone(prompt, 40);
            String stop = whole.substring(20, 24);
            Asked asked = ask("t", prompt, 40, stop);
            begin();
            asked.end();
            assertEquals(FinishReason.STOP_SEQUENCE, asked.finished().reason());
            assertEquals(whole.substring(0, whole.indexOf(stop)), asked.text());
        }

        @Test
        void comes_when_the_context_is_full() throws InterruptedException {
            model(new FakeDecoder(100, 2));
            Asked asked = ask("t", prompt(1, 90), 0);
            begin();
            asked.end();
            assertEquals(FinishReason.LENGTH, asked.finished().reason());
            assertEquals(10, asked.finished().usage().completionTokens());
        }

        @Test
        void shows_text_that_was_held_back_for_a_stop_that_did_not_come()
                throws InterruptedException {
            int[] prompt = prompt(3, 10);
            String whole = FakeDecoder.alone(prompt, 8);
            Asked asked = ask("t", prompt, 8, whole.substring(6) + "never");
            begin();
            asked.end();
            assertEquals(whole, asked.text());
            assertEquals(FinishReason.LENGTH, asked.finished().reason());
        }
    }

    @Nested
    class A_cancelled_generation {
        @Test
        void ends_and_frees_its_sequence_for_the_next() throws InterruptedException {
            model(new FakeDecoder(100_000, 1));
            Asked endless = ask("t", prompt(1, 10), 0);
            Asked next = ask("u", prompt(2, 10), 5);
            model.beforeDecode =
                    () -> {
                        if (model.steps.size() == 20) {
                            endless.cancellation.ask();
                        }
                    };
            begin();
            endless.end();
            assertEquals(FinishReason.CANCELLED, endless.finished().reason());
            assertEquals(
                    FakeDecoder.alone(
                            endless.prompt, endless.finished().usage().completionTokens()),
                    endless.text());
            assertTrue(endless.finished().usage().completionTokens() <= 21);
            assertEquals(FakeDecoder.alone(next.prompt, 5), next.end().text());
        }

        @Test
        void leaves_the_queue_without_ever_starting() throws InterruptedException {
            model(new FakeDecoder(4096, 1));
            Asked first = ask("t", prompt(1, 10), 50);
            Asked second = ask("t", prompt(2, 10), 50);
            second.cancellation.ask();
            begin();
            assertEquals(FinishReason.CANCELLED, second.end().finished().reason());
            assertFalse(second.events.stream().anyMatch(GenerationEvent.Started.class::isInstance));
            first.end();
        }
    }

    @Nested
    class A_request_that_the_model_chokes_on {
        @Test
        void fails_alone() throws InterruptedException {
            model.poison = tokens -> tokens.size() > 20 && tokens.getFirst() == 25;
            int[] bad = prompt(9, 18);
            bad[0] = 25;
            int[] good = prompt(10, 18);
            good[0] = 1;
            Asked one = ask("a", good, 40);
            Asked two = ask("b", bad, 40);
            int[] third = prompt(11, 300);
            third[0] = 2;
            Asked three = ask("c", third, 40);
            begin();
            assertEquals("engine_failed", two.end().failed().code());
            assertEquals("The model choked on it.", two.failed().sentence());
            assertEquals(FakeDecoder.alone(good, 40), one.end().text());
            assertEquals(FakeDecoder.alone(third, 40), three.end().text());
        }

        @Test
        void is_refused_when_its_parameters_are_wrong() throws InterruptedException {
            Asked wrong =
                    new Asked(
                            Owner.interactive("t"),
                            prompt(1, 5),
                            5,
                            SamplingParameters.greedy().withTemperature(-1),
                            List.of(),
                            false);
            Asked right = ask("t", prompt(2, 5), 5);
            begin();
            assertEquals("invalid_request", wrong.end().failed().code());
            assertEquals(FakeDecoder.alone(right.prompt, 5), right.end().text());
        }
    }

    @Nested
    class The_beginning_of_an_earlier_prompt {
        private int[] longer(int[] prompt) {
            return Scheduling.longer(prompt, 4, 4, 4, 4, 4, 4, 4, 4);
        }

        @Test
        void is_used_again_for_the_same_tenant() throws InterruptedException {
            int[] prompt = prompt(1, 100);
            begin();
            ask("anna", prompt, 3).end();
            Asked again = ask("anna", longer(prompt), 20).end();
            assertEquals(100, again.started().cachedTokens());
            assertEquals(FakeDecoder.alone(longer(prompt), 20), again.text());
            Asked same = ask("anna", longer(prompt), 20).end();
            assertEquals(107, same.started().cachedTokens(), "one token must be computed again");
            assertEquals(again.text(), same.text());
        }

        @Test
        void is_never_used_for_another_tenant() throws InterruptedException {
            model(new FakeDecoder(4096, 1));
            int[] prompt = prompt(1, 100);
            begin();
            ask("anna", prompt, 3).end();
            Asked other = ask("berta", longer(prompt), 20).end();
            assertEquals(0, other.started().cachedTokens());
            assertEquals(FakeDecoder.alone(longer(prompt), 20), other.text());
            Asked back = ask("anna", prompt, 3).end();
            assertEquals(99, back.started().cachedTokens(), "what was hers is gone");
        }
    }
}
