package redoubt.engine.vectors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import redoubt.engine.client.Owner;
import redoubt.engine.client.VectorEvent;
import redoubt.engine.schedule.Job;
import redoubt.foreign.llama.NativeException;

/// The loop with a model that adds up tokens, counts what it is given, and misbehaves when told.
class VectorLoopTest {
    private static final int BAD = 666;
    private static final int NOT_A_NUMBER = 667;

    private final List<String> told = new ArrayList<>();
    private final List<Integer> steps = new ArrayList<>();
    private final VectorLoop loop = new VectorLoop(new Adding());

    private final class Adding implements Pooler {
        @Override
        public int tokensMax() {
            return 64;
        }

        @Override
        public int inputsMax() {
            return 8;
        }

        @Override
        public List<float[]> compute(List<int[]> inputs) {
            steps.add(inputs.size());
            List<float[]> vectors = new ArrayList<>();
            for (int[] tokens : inputs) {
                if (tokens[0] == BAD) {
                    throw new NativeException("This one cannot be computed.");
                }
                float sum = tokens[0] == NOT_A_NUMBER ? Float.NaN : Arrays.stream(tokens).sum();
                vectors.add(new float[] {sum, 0});
            }
            return vectors;
        }
    }

    private final List<VectorEvent> lasts = new ArrayList<>();
    private int running;

    private Job.Cancellation ask(String person, Owner.Priority priority, int... firstTokens) {
        Job.Cancellation cancellation = new Job.Cancellation();
        List<VectorJob.Input> inputs = new ArrayList<>();
        for (int token : firstTokens) {
            int[] tokens = new int[8];
            tokens[0] = token;
            inputs.add(new VectorJob.Input(tokens, false));
        }
        running++;
        loop.submit(
                new VectorJob(
                        new Owner(person, person, priority),
                        inputs,
                        false,
                        System.nanoTime(),
                        cancellation,
                        event -> {
                            told.add(person + " " + event.getClass().getSimpleName());
                            if (event.last()) {
                                lasts.add(event);
                                running--;
                                if (running == 0) {
                                    loop.stop();
                                }
                            }
                        }));
        return cancellation;
    }

    private Job.Cancellation ask(String person, int... firstTokens) {
        return ask(person, Owner.Priority.INTERACTIVE, firstTokens);
    }

    private static int[] ones(int count) {
        return Collections.nCopies(count, 1).stream().mapToInt(Integer::intValue).toArray();
    }

    @Nested
    class Two_thousand_inputs_of_one_person {
        @Test
        void do_not_hold_up_a_single_one_of_another() throws Exception {
            ask("many", ones(2000));
            ask("single", 1);
            loop.run();
            int at = told.indexOf("single Done");
            assertTrue(at <= 16, "it came after " + at + " others");
            assertEquals(2000, Collections.frequency(told, "many Computed"));
            assertTrue(steps.stream().allMatch(size -> size <= 8));
        }

        @Test
        void are_computed_side_by_side_with_two_thousand_of_another() throws Exception {
            ask("first", ones(2000));
            ask("second", ones(2000));
            loop.run();
            int half = told.indexOf("first Done");
            long second = told.subList(0, half).stream().filter("second Computed"::equals).count();
            assertTrue(second >= 1990, "only " + second);
        }

        @Test
        void leave_room_in_the_queue_for_others() throws Exception {
            for (int request = 0; request < VectorLoop.WAITING_MAX; request++) {
                ask("many", 1);
            }
            ask("single", 1);
            loop.run();
            assertTrue(told.contains("single Done"), "one person had the whole queue");
            assertEquals(VectorLoop.PERSON_MAX, Collections.frequency(told, "many Done"));
        }

        @Test
        void let_the_persons_own_other_requests_through() throws Exception {
            ask("many", ones(2000));
            ask("many", 1);
            loop.run();
            assertTrue(told.indexOf("many Done") <= 16);
        }

        @Test
        void of_a_batch_wait_for_those_who_look_on() throws Exception {
            ask("batch", Owner.Priority.BATCH, ones(50));
            ask("looker", ones(50));
            loop.run();
            assertTrue(told.indexOf("looker Done") < told.indexOf("batch Done"));
        }
    }

    @Nested
    class An_input_that_fails {
        @Test
        void fails_its_own_request_only() throws Exception {
            ask("bad", 1, BAD, 1);
            ask("good", 1, 1);
            loop.run();
            assertTrue(told.contains("bad Failed"));
            assertTrue(told.contains("good Done"));
            assertEquals(2, lasts.size());
        }

        @Test
        void is_one_whose_vector_is_no_number() throws Exception {
            ask("damaged", NOT_A_NUMBER);
            loop.run();
            VectorEvent.Failed failed =
                    assertInstanceOf(VectorEvent.Failed.class, lasts.getFirst());
            assertEquals("engine_failed", failed.code());
            assertTrue(failed.sentence().contains("input 0"), failed.sentence());
        }
    }

    @Test
    void a_cancelled_request_ends_and_others_go_on() throws Exception {
        Job.Cancellation cancellation = ask("gone", ones(2000));
        ask("stays", 1, 1);
        cancellation.ask();
        loop.run();
        assertEquals("gone Failed", told.getFirst());
        assertEquals("stays Done", told.getLast());
    }

    @Test
    void more_than_may_wait_is_refused() throws Exception {
        for (int count = 0; count <= VectorLoop.WAITING_MAX; count++) {
            ask("person " + count, 1);
        }
        loop.run();
        assertEquals(
                1,
                lasts.stream()
                        .filter(VectorEvent.Failed.class::isInstance)
                        .map(VectorEvent.Failed.class::cast)
                        .filter(failed -> failed.code().equals("engine_busy"))
                        .count());
    }

    @Test
    void a_vector_is_brought_to_length_one_and_nought_stays_nought() {
        assertArrayEquals(new float[] {0.6f, 0.8f}, VectorLoop.normalised(new float[] {3, 4}));
        assertArrayEquals(new float[2], VectorLoop.normalised(new float[2]));
    }
}
