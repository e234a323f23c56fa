package redoubt.engine.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import redoubt.engine.client.AdapterUse;
import redoubt.engine.client.FinishReason;
import redoubt.engine.client.Owner;
import redoubt.engine.client.SamplingParameters;

class SharingTest extends Scheduling {
    private Asked with(String tenant, int[] prompt, int maxTokens, String... adapters) {
        List<AdapterUse> used = new ArrayList<>();
        for (String adapter : adapters) {
            used.add(new AdapterUse(adapter, 1));
        }
        return new Asked(
                Owner.interactive(tenant),
                prompt,
                maxTokens,
                SamplingParameters.greedy(),
                used,
                false);
    }

    private int computed() {
        return model.stepTokens.stream().mapToInt(Integer::intValue).sum();
    }

    @Nested
    class A_beginning_that_is_in_use {
        @Test
        void is_shared_while_its_first_user_goes_on() throws InterruptedException {
            int[] prompt = prompt(1, 300);
            Asked first = ask("anna", prompt, 400);
            List<Asked> later = new ArrayList<>();
            model.beforeDecode =
                    () -> {
                        if (model.steps.size() == 60 && later.isEmpty()) {
                            later.add(ask("anna", longer(prompt, 5, 6, 7), 20));
                        }
                    };
            begin();
            first.end();
            Asked second = later.getFirst().end();
            assertEquals(300, second.started().cachedTokens());
            assertEquals(FakeDecoder.alone(second.prompt, 20), second.text());
            assertEquals(FakeDecoder.alone(prompt, 400), first.text());
            assertEquals(1, model.shared);
        }

        @Test
        void is_computed_once_for_all_who_ask_at_the_same_time() throws InterruptedException {
            int[] prompt = prompt(2, 500);
            for (int count = 0; count < 4; count++) {
                ask("anna", longer(prompt, count), 10);
            }
            begin();
            for (Asked asked : List.copyOf(all)) {
                asked.end();
                assertEquals(FakeDecoder.alone(asked.prompt, 10), asked.text());
            }
            assertTrue(computed() < 600, computed() + " tokens were computed");
            assertEquals(500, all.get(3).started().cachedTokens());
        }

        @Test
        void is_computed_once_for_several_answers_to_the_same_prompt() throws InterruptedException {
            int[] prompt = prompt(2, 500);
            for (int count = 0; count < 4; count++) {
                ask("anna", prompt, 10);
            }
            begin();
            for (Asked asked : List.copyOf(all)) {
                assertEquals(FakeDecoder.alone(prompt, 10), asked.end().text());
            }
            assertTrue(computed() < 600, computed() + " tokens were computed");
        }

        @Test
        void goes_on_when_the_first_who_asked_gives_up() throws InterruptedException {
            int[] prompt = prompt(2, 1500);
            Asked first = ask("anna", prompt, 10);
            Asked second = ask("anna", longer(prompt, 3), 10);
            model.beforeDecode =
                    () -> {
                        if (model.steps.size() == 5) {
                            first.cancellation.ask();
                        }
                    };
            begin();
            assertEquals(FinishReason.CANCELLED, first.end().finished().reason());
            assertEquals(FakeDecoder.alone(second.prompt, 10), second.end().text());
            assertTrue(computed() < 1700, computed() + " tokens were computed");
        }
    }

    @Nested
    class Another_tenant {
        @Test
        void neither_hits_a_secret_nor_waits_for_it() throws InterruptedException {
            int[] secret = prompt(7, 1000);
            Asked anna = ask("anna", secret, 5);
            Asked berta = ask("berta", secret, 5);
            begin();
            anna.end();
            berta.end();
            Asked again = ask("berta", longer(secret, 1), 5).end();
            Asked stranger = ask("carla", longer(secret, 1), 5).end();
            assertEquals(0, anna.started().cachedTokens());
            assertEquals(0, berta.started().cachedTokens());
            assertEquals(0, stranger.started().cachedTokens());
            assertEquals(1000, again.started().cachedTokens(), "her own she may have again");
            assertEquals(anna.text(), berta.text());
            // What is computed is what a clock could tell.
            assertTrue(computed() >= 3 * 1000, computed() + " tokens were computed");
        }

        @Test
        void of_the_same_person_is_another_all_the_same() throws InterruptedException {
            int[] prompt = prompt(7, 200);
            begin();
            ask(new Owner("anna", "anna/secret", Owner.Priority.INTERACTIVE), prompt, 5).end();
            Asked other =
                    ask(new Owner("anna", "anna/public", Owner.Priority.INTERACTIVE), prompt, 5)
                            .end();
            assertEquals(0, other.started().cachedTokens());
        }

        @Test
        void is_all_that_is_left_when_one_is_forgotten() throws InterruptedException {
            model(new FakeDecoder(4096, 2), 100_000);
            int[] prompt = prompt(7, 200);
            begin();
            ask("anna", prompt, 5).end();
            ask("berta", prompt, 5).end();
            scheduler.forget("anna");
            assertEquals(0, ask("anna", prompt, 5).end().started().cachedTokens());
            assertEquals(199, ask("berta", prompt, 5).end().started().cachedTokens());
        }
    }

    @Nested
    class Requests_with_adapters {
        @Test
        void share_neither_steps_nor_beginnings_with_others() throws InterruptedException {
            int[] prompt = prompt(3, 100);
            List<Integer> mixed = new ArrayList<>();
            Asked plain = with("anna", prompt, 40);
            Asked tuned = with("anna", prompt, 40, "law");
            Asked both = with("anna", prompt, 40, "law", "style");
            Asked turned = with("anna", prompt, 40, "style", "law");
            model.beforeDecode = () -> mixed.add(model.adapters.size());
            begin();
            for (Asked asked : List.of(plain, tuned, both, turned)) {
                assertEquals(FakeDecoder.alone(prompt, 40), asked.end().text());
            }
            assertEquals(0, plain.started().cachedTokens());
            assertEquals(0, tuned.started().cachedTokens());
            assertEquals(0, both.started().cachedTokens());
            assertEquals(99, turned.started().cachedTokens(), "the order of adapters is nothing");
            int changes = 0;
            for (int step = 1; step < mixed.size(); step++) {
                changes += mixed.get(step).equals(mixed.get(step - 1)) ? 0 : 1;
            }
            assertTrue(changes > 20, "one group had to wait for another's end");
        }

        @Test
        void that_are_unknown_fail_alone() throws InterruptedException {
            Asked plain = with("anna", prompt(3, 100), 40);
            Asked wrong = with("anna", prompt(4, 100), 40, "unknown");
            begin();
            assertEquals("invalid_request", wrong.end().failed().code());
            assertEquals(FakeDecoder.alone(plain.prompt, 40), plain.end().text());
        }
    }

    @Nested
    class Adapters_that_the_model_does_not_take {
        @Test
        void fail_those_who_named_them() throws InterruptedException {
            Asked plain = with("anna", prompt(3, 100), 40);
            Asked wrong = with("anna", prompt(4, 100), 40, "broken");
            begin();
            assertEquals("invalid_request", wrong.end().failed().code());
            assertEquals(FakeDecoder.alone(plain.prompt, 40), plain.end().text());
        }
    }

    @Nested
    class A_request_that_is_to_be_alone {
        @Test
        void reuses_nothing_and_shares_no_step() throws InterruptedException {
            int[] prompt = prompt(3, 200);
            begin();
            ask("anna", prompt, 40).end();
            Asked other = ask("anna", prompt(9, 50), 200);
            Asked alone =
                    new Asked(
                            Owner.interactive("anna"),
                            prompt,
                            40,
                            SamplingParameters.greedy(),
                            List.of(),
                            true);
            assertEquals(FakeDecoder.alone(prompt, 40), alone.end().text());
            assertEquals(0, alone.started().cachedTokens());
            assertEquals(FakeDecoder.alone(other.prompt, 200), other.end().text());
        }

        @Test
        void can_be_cancelled() throws InterruptedException {
            Asked alone =
                    new Asked(
                            Owner.interactive("anna"),
                            prompt(1, 20),
                            0,
                            SamplingParameters.greedy(),
                            List.of(),
                            true);
            begin();
            while (!alone.hasStarted()) {
                Thread.onSpinWait();
            }
            alone.cancellation.ask();
            scheduler.wake();
            alone.end();
            assertFalse(alone.text().isEmpty() && alone.events.size() < 2);
        }
    }
}
