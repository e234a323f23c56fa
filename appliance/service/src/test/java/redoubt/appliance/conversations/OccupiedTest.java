package redoubt.appliance.conversations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// Answering and erasing exclude each other.
class OccupiedTest {
    private final Occupied occupied = new Occupied();

    @Nested
    class While_an_answer_is_under_way {
        @Test
        void its_conversation_cannot_be_erased_until_the_last_answer_has_ended() {
            assertTrue(occupied.beginAnswer("a"));
            assertTrue(occupied.beginAnswer("a"));
            assertFalse(occupied.beginErasure("a"));
            occupied.endAnswer("a");
            assertFalse(occupied.beginErasure("a"));
            occupied.endAnswer("a");
            assertTrue(occupied.beginErasure("a"));
        }

        @Test
        void another_conversation_can_be() {
            assertTrue(occupied.beginAnswer("a"));
            assertTrue(occupied.beginErasure("b"));
        }
    }

    @Nested
    class While_it_is_being_erased {
        @Test
        void a_conversation_takes_no_answer_and_no_second_erasure() {
            assertTrue(occupied.beginErasure("a"));
            assertFalse(occupied.beginAnswer("a"));
            assertFalse(occupied.beginErasure("a"));
            occupied.endErasure("a");
            assertTrue(occupied.beginAnswer("a"));
        }
    }

    @Nested
    class Whoever_was_refused {
        @Test
        void does_not_end_what_others_began() {
            assertTrue(occupied.beginAnswer("a"));
            assertFalse(occupied.beginErasure("a"));
            occupied.endErasure("a");
            assertFalse(occupied.beginErasure("a"));
        }
    }

    @Nested
    class Many_at_once {
        @Test
        void never_answer_and_erase_together() throws Exception {
            long seed = Long.getLong("redoubt.seed", 20261121L);
            System.out.println("seed " + seed);
            AtomicInteger answering = new AtomicInteger();
            AtomicInteger erasing = new AtomicInteger();
            AtomicInteger together = new AtomicInteger();
            AtomicInteger erased = new AtomicInteger();
            CountDownLatch start = new CountDownLatch(1);
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int thread = 0; thread < 8; thread++) {
                    var random = new java.util.Random(seed + thread);
                    threads.execute(() -> {
                        try {
                            start.await();
                        } catch (InterruptedException stop) {
                            return;
                        }
                        for (int i = 0; i < 5_000; i++) {
                            if (random.nextBoolean()) {
                                if (!occupied.beginAnswer("a")) continue;
                                answering.incrementAndGet();
                                if (erasing.get() > 0) together.incrementAndGet();
                                Thread.yield();
                                answering.decrementAndGet();
                                occupied.endAnswer("a");
                            } else {
                                if (!occupied.beginErasure("a")) continue;
                                if (erasing.incrementAndGet() > 1 || answering.get() > 0)
                                    together.incrementAndGet();
                                erased.incrementAndGet();
                                Thread.yield();
                                erasing.decrementAndGet();
                                occupied.endErasure("a");
                            }
                        }
                    });
                }
                start.countDown();
            }
            assertEquals(0, together.get());
            assertTrue(erased.get() > 0, "nothing was ever erased: this test tests nothing");
            assertTrue(occupied.beginErasure("a"), "something was left behind");
        }
    }
}
