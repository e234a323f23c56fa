package redoubt.appliance.http;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.helidon.common.buffers.DataReader;
import io.helidon.webserver.CloseConnectionException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// Noticing that a client leaves, and losing none of its bytes by that.
class ReadAheadTest {
    private static final byte[] REQUEST = {'G', 'E', 'T'};

    /// What a client does next: bytes, its end, or a failure of reading.
    private final LinkedBlockingQueue<Optional<Object>> client = new LinkedBlockingQueue<>();

    private final AtomicInteger reads = new AtomicInteger();
    private final AtomicInteger told = new AtomicInteger();
    private final CountDownLatch gone = new CountDownLatch(1);
    private final ReadAhead ahead = new ReadAhead(DataReader.create(this::read));

    private byte @Nullable [] read() {
        reads.incrementAndGet();
        try {
            Object next = client.take().orElse(null);
            if (next instanceof IOException failure) throw new UncheckedIOException(failure);
            return (byte[]) next;
        } catch (InterruptedException stop) {
            throw new AssertionError(stop);
        }
    }

    private ReadAhead.Watch watch() {
        return ahead.watch(() -> {
            told.incrementAndGet();
            gone.countDown();
        });
    }

    private void awaitReads(int wanted) throws InterruptedException {
        while (reads.get() < wanted) Thread.sleep(1);
    }

    @Nested
    class A_client_that_leaves {
        @Test
        void is_noticed_while_it_is_watched_and_told_once() throws Exception {
            try (var watch = watch()) {
                assertFalse(watch.gone());
                client.add(Optional.empty());
                assertTrue(gone.await(30, TimeUnit.SECONDS));
                assertTrue(watch.gone());
            }
            assertNull(ahead.get(), "the connection ends");
            assertEquals(1, told.get());
        }

        @Test
        void is_noticed_when_its_connection_breaks() throws Exception {
            try (var watch = watch()) {
                client.add(Optional.of(new IOException("connection reset")));
                assertTrue(gone.await(30, TimeUnit.SECONDS));
                assertTrue(watch.gone());
            }
            assertThrows(CloseConnectionException.class, ahead::get);
        }

        @Test
        void after_its_answer_is_not_told() {
            watch().close();
            client.add(Optional.empty());
            assertNull(ahead.get());
            assertEquals(0, told.get());
        }
    }

    @Nested
    class A_client_that_is_quiet {
        @Test
        void is_waited_for_as_long_as_it_is_watched() throws Exception {
            try (var watch = watch()) {
                client.add(Optional.of(new SocketTimeoutException()));
                client.add(Optional.of(new SocketTimeoutException()));
                awaitReads(3);
                assertFalse(watch.gone());
                client.add(Optional.of(REQUEST));
                assertArrayEquals(REQUEST, ahead.get());
            }
        }

        @Test
        void has_its_whole_time_for_the_next_request_afterwards() throws Exception {
            try (var _ = watch()) {
                awaitReads(1);
            }
            client.add(Optional.of(new SocketTimeoutException()));
            client.add(Optional.of(REQUEST));
            assertArrayEquals(REQUEST, ahead.get());
        }

        @Test
        void is_disconnected_when_nothing_is_made_for_it() {
            client.add(Optional.of(new SocketTimeoutException()));
            assertThrows(UncheckedIOException.class, ahead::get);
        }
    }

    @Nested
    class A_client_that_already_sends_its_next_request {
        @Test
        void has_not_left_and_loses_nothing() throws Exception {
            try (var watch = watch()) {
                client.add(Optional.of(REQUEST));
                awaitReads(1);
                assertFalse(watch.gone());
            }
            client.add(Optional.empty());
            assertArrayEquals(REQUEST, ahead.get());
            assertNull(ahead.get());
            assertEquals(0, told.get());
        }
    }

    @Nested
    class Two_answers_on_one_connection {
        @Test
        void are_watched_one_after_the_other() throws Exception {
            watch().close();
            try (var watch = watch()) {
                client.add(Optional.empty());
                assertTrue(gone.await(30, TimeUnit.SECONDS));
                assertTrue(watch.gone());
                assertEquals(1, told.get());
            }
        }
    }
}
