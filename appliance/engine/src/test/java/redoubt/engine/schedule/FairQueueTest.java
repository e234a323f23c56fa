package redoubt.engine.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import redoubt.engine.client.Owner;
import redoubt.engine.client.SamplingParameters;

class FairQueueTest {
    private static final long ANSWER = 10;

    private final Shares shares = new Shares();
    private final FairQueue queue = new FairQueue(shares);
    private long ids;

    private Sequence sequence(String person, Owner.Priority priority, int promptTokens) {
        return new Sequence(
                new Job(
                        ++ids,
                        new Owner(person, person, priority),
                        new int[promptTokens],
                        new Choosing(SamplingParameters.greedy(), 0, Form.free(), -1),
                        List.of(),
                        false,
                        0,
                        List.of(),
                        false,
                        0,
                        new Job.Cancellation(),
                        event -> {}));
    }

    private Sequence waits(String person, Owner.Priority priority, int promptTokens) {
        Sequence sequence = sequence(person, priority, promptTokens);
        shares.join(sequence.account());
        assertTrue(queue.add(sequence).isEmpty());
        return sequence;
    }

    private Sequence waits(String person, int promptTokens) {
        return waits(person, Owner.Priority.INTERACTIVE, promptTokens);
    }

    private List<Sequence> takeAll() {
        List<Sequence> taken = new ArrayList<>();
        while (!queue.isEmpty()) {
            Sequence next = queue.take();
            next.charge(shares, next.expectedCost(ANSWER));
            taken.add(next);
        }
        return taken;
    }

    private static String people(List<Sequence> sequences) {
        StringBuilder people = new StringBuilder();
        sequences.forEach(sequence -> people.append(sequence.account().person()));
        return people.toString();
    }

    @Nested
    class Turns_go {
        @Test
        void round_over_people_whoever_asked_most() {
            for (int count = 0; count < 5; count++) {
                waits("a", 100);
            }
            waits("b", 100);
            waits("c", 100);
            assertEquals("abcaaaa", people(takeAll()));
        }

        @Test
        void by_what_each_was_given_not_by_how_often() {
            for (int count = 0; count < 2; count++) {
                waits("a", 1000);
            }
            for (int count = 0; count < 6; count++) {
                waits("b", 100);
            }
            assertEquals("abbbbbba", people(takeAll()));
        }

        @Test
        void to_a_newcomer_before_those_who_had_much_but_not_for_ever() {
            for (int count = 0; count < 20; count++) {
                waits("a", 100);
            }
            for (int count = 0; count < 10; count++) {
                Sequence next = queue.take();
                next.charge(shares, next.expectedCost(ANSWER));
            }
            for (int count = 0; count < 10; count++) {
                waits("b", 100);
            }
            String served = people(takeAll());
            assertEquals('b', served.charAt(0));
            assertTrue(served.substring(0, 6).contains("a"), served);
        }

        @Test
        void to_what_is_urgent_first_and_never_passes_the_rest_over_for_ever() {
            for (int count = 0; count < 40; count++) {
                waits("i" + count % 3, Owner.Priority.INTERACTIVE, 10);
            }
            for (int count = 0; count < 3; count++) {
                waits("b", Owner.Priority.BATCH, 10);
            }
            waits("s", Owner.Priority.SYSTEM, 10);
            String served = people(takeAll());
            assertEquals("i", served.substring(0, 1));
            int batch = served.indexOf('b');
            assertTrue(batch > 6 && batch < 16 * 2, served);
            assertTrue(served.indexOf('s') < served.lastIndexOf('i'), served);
        }

        @Test
        void evenly_to_twenty_people_with_prompts_of_all_sizes() {
            Map<String, Long> given = new HashMap<>();
            for (int count = 0; count < 200; count++) {
                waits("p%02d".formatted(count % 20), 50 + (count * 37) % 200);
            }
            for (int count = 0; count < 100; count++) {
                Sequence next = queue.take();
                long cost = next.expectedCost(ANSWER);
                next.charge(shares, cost);
                given.merge(next.account().person(), cost, Long::sum);
            }
            double sum = 0;
            double squares = 0;
            for (long cost : given.values()) {
                sum += cost;
                squares += (double) cost * cost;
            }
            double jain = sum * sum / (20 * squares);
            assertTrue(jain > 0.95, "Jain's index is " + jain);
        }
    }

    @Nested
    class The_order {
        @Test
        void that_is_told_is_the_order_of_service() {
            for (int count = 0; count < 30; count++) {
                waits("p" + count % 4, Owner.Priority.values()[count % 3], 10 + count * 7 % 50);
            }
            List<Sequence> told = queue.order(ANSWER);
            assertEquals(30, told.size());
            assertEquals(told, takeAll());
        }
    }

    @Nested
    class The_bounds {
        @Test
        void keep_one_person_from_filling_the_queue() {
            for (int count = 0; count < FairQueue.PERSON_MAX; count++) {
                waits("a", 1);
            }
            Sequence tooMany = sequence("a", Owner.Priority.BATCH, 1);
            assertTrue(queue.add(tooMany).orElseThrow().contains("64 of your requests"));
            waits("b", 1);
        }

        @Test
        void hold_for_all_together() {
            for (int count = 0; count < FairQueue.WAITING_MAX; count++) {
                waits("p" + count % 8, 1);
            }
            assertTrue(queue.add(sequence("z", Owner.Priority.INTERACTIVE, 1)).isPresent());
        }

        @Test
        void do_not_hold_for_who_had_a_place_and_gave_way() {
            Sequence first = waits("a", 1);
            waits("a", 1);
            Sequence taken = queue.take();
            assertEquals(first, taken);
            queue.putBack(taken);
            assertEquals(2, queue.size());
            assertEquals(first, queue.take());
        }
    }
}
