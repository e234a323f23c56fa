package redoubt.engine.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redoubt.engine.protocol.FromEngine;

@Timeout(300)
class RepliesTest {
    private static final FromEngine ANSWER = new FromEngine.SealProbed(1, List.of());

    @Nested
    class A_reply {
        @Test
        void goes_to_who_waits_for_its_number() throws Exception {
            Replies replies = new Replies();
            assertSame(
                    ANSWER,
                    replies.await(
                            1,
                            () -> {
                                replies.came(2, new FromEngine.SealProbed(2, List.of()));
                                replies.came(1, ANSWER);
                            },
                            Replies.SECONDS_MAX));
        }

        @Test
        void that_does_not_come_is_not_waited_for_even_when_nothing_could_be_sent() {
            Replies replies = new Replies();
            CountDownLatch fullPipe = new CountDownLatch(1);
            assertThrows(
                    TimeoutException.class,
                    () ->
                            replies.await(
                                    1,
                                    () -> {
                                        try {
                                            fullPipe.await();
                                        } catch (InterruptedException stopped) {
                                            Thread.currentThread().interrupt();
                                        }
                                    },
                                    0));
            // Too late, and nobody's any more.
            replies.came(1, ANSWER);
            fullPipe.countDown();
            assertEquals("engine_silent", Replies.silent().code());
        }

        @Test
        void does_not_come_from_an_engine_that_has_ended() {
            Replies replies = new Replies();
            ExecutionException gone =
                    assertThrows(
                            ExecutionException.class,
                            () ->
                                    replies.await(
                                            1,
                                            () -> replies.end(new IOException("It died.")),
                                            Replies.SECONDS_MAX));
            Replies.Unanswered refused = Replies.died(gone);
            assertEquals("engine_died", refused.code());
            assertTrue(refused.sentence().contains("It died."), refused.sentence());
        }
    }
}
