package redoubt.engine.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import redoubt.engine.client.FinishReason;
import redoubt.engine.client.GenerationEvent;

class ParkingTest extends Scheduling {
    @Nested
    class What_has_to_leave_the_cache {
        @Test
        void comes_back_from_memory() throws InterruptedException {
            model(new FakeDecoder(1000, 2), 10_000);
            begin();
            int[] first = prompt(1, 600);
            ask("anna", first, 5).end();
            ask("berta", prompt(2, 600), 5).end();
            assertTrue(model.saved > 0, "there was room for both, so this test shows nothing");
            Asked back = ask("anna", longer(first, 1, 2), 5).end();
            assertEquals(600, back.started().cachedTokens());
            assertEquals(FakeDecoder.alone(back.prompt, 5), back.text());
            assertTrue(model.restored > 0);
        }

        @Test
        void is_computed_again_where_there_is_no_memory_for_it() throws InterruptedException {
            model(new FakeDecoder(1000, 2), 300);
            begin();
            int[] first = prompt(1, 600);
            ask("anna", first, 5).end();
            ask("berta", prompt(2, 600), 5).end();
            Asked back = ask("anna", first, 5).end();
            assertEquals(0, back.started().cachedTokens());
            assertEquals(FakeDecoder.alone(first, 5), back.text());
        }

        @Test
        void may_be_pushed_out_of_memory_while_it_comes_back() throws InterruptedException {
            model(new FakeDecoder(1000, 2), 700);
            begin();
            for (int round = 0; round < 6; round++) {
                int[] prompt = prompt(round % 2, 600);
                assertEquals(
                        FakeDecoder.alone(prompt, 5), ask("t" + round % 2, prompt, 5).end().text());
            }
        }

        @Test
        void makes_room_for_what_is_newer_in_memory() throws InterruptedException {
            model(new FakeDecoder(1000, 2), 1400);
            begin();
            for (int count = 0; count < 5; count++) {
                ask("t" + count, prompt(count, 600), 5).end();
            }
            assertEquals(0, ask("t0", prompt(0, 600), 5).end().started().cachedTokens());
            assertEquals(2, model.savedOpen);
        }
    }

    @Nested
    class Idle_conversations {
        private static final int TEMPLATE_TOKENS = 9;

        @Test
        void make_room_for_a_newcomer_though_all_begin_with_the_template()
                throws InterruptedException {
            model(new FakeDecoder(16_000, 8), 100_000);
            begin();
            for (int person = 1; person <= 4; person++) {
                ask("site", begunAs(prompt(0, TEMPLATE_TOKENS), person), 5).end();
            }
            assertEquals(3, model.saved);
            assertTrue(scheduler.parkedBytes() >= 3 * 600, "bytes: " + scheduler.parkedBytes());
            int[] first = begunAs(prompt(0, TEMPLATE_TOKENS), 1);
            Asked back = ask("site", longer(first, 1, 2), 5).end();
            assertEquals(first.length, back.started().cachedTokens());
        }

        @Test
        void stay_for_one_that_begins_like_them() throws InterruptedException {
            model(new FakeDecoder(16_000, 8), 100_000);
            begin();
            int[] document = prompt(0, 800);
            Asked first = ask("site", begunAs(document, 1), 5).end();
            Asked second = ask("site", begunAs(document, 2), 5).end();
            assertEquals(0, first.started().cachedTokens());
            assertEquals(800, second.started().cachedTokens());
            assertEquals(0, model.saved);
        }

        @Test
        void stay_for_who_goes_on_with_a_conversation_that_is_there() throws InterruptedException {
            model(new FakeDecoder(16_000, 8), 100_000);
            begin();
            int[] first = prompt(1, 1700);
            ask("anna", first, 5).end();
            ask("berta", prompt(2, 60), 5).end();
            Asked back = ask("anna", longer(first, 1, 2), 5).end();
            assertEquals(1700, back.started().cachedTokens());
            assertEquals(0, model.saved);
        }

        private static int[] begunAs(int[] beginning, long seed) {
            return IntStream.concat(Arrays.stream(beginning), Arrays.stream(prompt(seed, 600)))
                    .toArray();
        }
    }

    @Nested
    class Those_who_run {
        @Test
        void are_parked_and_resumed_where_they_were() throws InterruptedException {
            model(new FakeDecoder(600, 8), 10_000);
            for (int count = 0; count < 8; count++) {
                ask("t" + count, prompt(count, 100), 200);
            }
            begin();
            for (Asked asked : List.copyOf(all)) {
                asked.end();
                assertEquals(FinishReason.LENGTH, asked.finished().reason());
                assertEquals(FakeDecoder.alone(asked.prompt, 200), asked.text());
            }
            assertTrue(model.saved > 0 && model.restored > 0, "nobody was parked");
            assertEquals(0, model.noRoom);
        }

        @Test
        void lose_nothing_without_any_memory_for_parking() throws InterruptedException {
            model(new FakeDecoder(600, 8), 0);
            for (int count = 0; count < 8; count++) {
                ask("t" + count % 3, prompt(count, 100), 200);
            }
            begin();
            for (Asked asked : List.copyOf(all)) {
                asked.end();
                assertEquals(FakeDecoder.alone(asked.prompt, 200), asked.text());
            }
        }
    }

    @Nested
    class A_model_that_cannot_be_cut_back {
        @Test
        void is_brought_back_by_the_state_at_the_end_of_the_prompt() throws InterruptedException {
            FakeDecoder recurrent = new FakeDecoder(4096, 2);
            recurrent.cutsBack = false;
            recurrent.holders = 0;
            model(recurrent, 100_000);
            int[] prompt = prompt(1, 300);
            begin();
            Asked first = ask("anna", prompt, 5).end();
            Asked again = ask("anna", prompt, 5).end();
            assertEquals(299, again.started().cachedTokens());
            assertEquals(first.text(), again.text());
            Asked stranger = ask("berta", prompt, 5).end();
            assertEquals(0, stranger.started().cachedTokens());
        }

        @Test
        void goes_on_from_the_end_of_an_answer() throws InterruptedException {
            FakeDecoder recurrent = new FakeDecoder(4096, 2);
            recurrent.cutsBack = false;
            recurrent.holders = 0;
            model(recurrent, 100_000);
            int[] prompt = prompt(1, 300);
            begin();
            String answer = ask("anna", prompt, 5).end().text();
            int[] next = longer(prompt, answer.chars().map(letter -> letter - 'a').toArray());
            Asked further = ask("anna", longer(next, 8, 9), 5).end();
            assertEquals(304, further.started().cachedTokens());
            assertEquals(FakeDecoder.alone(longer(next, 8, 9), 5), further.text());
        }
    }

    @Nested
    class Progress {
        @Test
        void is_told_for_a_prompt_that_takes_a_while() throws InterruptedException {
            model.beforeDecode =
                    () -> {
                        try {
                            Thread.sleep(30);
                        } catch (InterruptedException stopped) {
                            Thread.currentThread().interrupt();
                        }
                    };
            Asked asked = ask("anna", prompt(1, 1000), 2);
            begin();
            asked.end();
            List<GenerationEvent.Progress> told =
                    asked.events.stream()
                            .filter(GenerationEvent.Progress.class::isInstance)
                            .map(GenerationEvent.Progress.class::cast)
                            .toList();
            assertTrue(told.size() >= 2, told.toString());
            assertEquals(1000, told.getLast().computedTokens());
            int before = 0;
            for (GenerationEvent.Progress progress : told) {
                assertEquals(1000, progress.promptTokens());
                assertTrue(progress.computedTokens() > before);
                before = progress.computedTokens();
            }
        }
    }

    @Nested
    class When_all_places_are_taken_by_one {
        @Test
        void another_starts_before_they_have_ended() throws InterruptedException {
            model(new FakeDecoder(100_000, 2), 10_000);
            Asked one = ask("anna", prompt(1, 20), 0);
            Asked two = ask("anna", prompt(2, 20), 0);
            Asked other = ask("berta", prompt(3, 20), 5);
            model.beforeDecode =
                    () -> {
                        try {
                            Thread.sleep(1);
                        } catch (InterruptedException stopped) {
                            Thread.currentThread().interrupt();
                        }
                    };
            begin();
            assertEquals(FakeDecoder.alone(other.prompt, 5), other.end().text());
            one.cancellation.ask();
            two.cancellation.ask();
            for (Asked asked : List.of(one, two)) {
                asked.end();
                int tokens = asked.finished().usage().completionTokens();
                assertEquals(FakeDecoder.alone(asked.prompt, tokens), asked.text());
            }
        }
    }
}
