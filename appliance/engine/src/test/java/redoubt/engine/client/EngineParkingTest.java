package redoubt.engine.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import redoubt.engine.protocol.Parking;

class EngineParkingTest {
    private final BlockingQueue<Parking> said = new LinkedBlockingQueue<>();
    private final EngineParking parking = new EngineParking(said::add);

    @AfterEach
    void end() {
        parking.end();
    }

    /// A store whose folder changes under it.
    private static final class Broken implements ParkedStore {
        private static UncheckedIOException broken() {
            return new UncheckedIOException(new IOException("a file has gone"));
        }

        @Override
        public List<ParkedState> kept() {
            return List.of();
        }

        @Override
        public Optional<Keeping> keep(ParkedState state) {
            throw broken();
        }

        @Override
        public Optional<byte[]> part(long number, long offset) {
            throw broken();
        }

        @Override
        public void drop(long number) {}
    }

    /// Takes everything.
    private static final class Willing implements ParkedStore {
        private final List<String> whole = new ArrayList<>();

        @Override
        public List<ParkedState> kept() {
            return List.of(state(1, "anna"), state(2, "bert"));
        }

        @Override
        public Optional<Keeping> keep(ParkedState state) {
            return Optional.of(
                    new Keeping() {
                        @Override
                        public void part(byte[] bytes) {}

                        @Override
                        public void done() {
                            whole.add(state.tenant());
                        }

                        @Override
                        public void close() {}
                    });
        }

        @Override
        public Optional<byte[]> part(long number, long offset) {
            return Optional.empty();
        }

        @Override
        public void drop(long number) {}
    }

    private static ParkedState state(long number, String tenant) {
        return new ParkedState(number, tenant, ByteBuffer.wrap(new byte[4]), 10);
    }

    private Parking next() throws InterruptedException {
        return java.util.Objects.requireNonNull(said.poll(300, TimeUnit.SECONDS), "silence");
    }

    @Nested
    class An_engine_that_has_ended {
        @Test
        void has_nothing_more_to_bring_however_often_it_is_closed() throws Exception {
            parking.keepIn(new Willing());
            parking.end();
            assertTrue(parking.rest(Duration.ofSeconds(10)));
            assertTrue(parking.rest(Duration.ofSeconds(10)));
        }
    }

    @Nested
    class A_tenant_that_is_to_be_forgotten {
        private final Willing store = new Willing();

        @Test
        void has_nothing_taken_until_the_engine_has_forgotten_and_others_have()
                throws InterruptedException {
            parking.keepIn(store);
            assertEquals(new Parking.Kept(state(1, "anna")), next());
            assertEquals(new Parking.Kept(state(2, "bert")), next());
            parking.forget("anna");
            assertEquals(new Parking.Forget("anna"), next());
            parking.came(new Parking.Offer(state(7, "anna")));
            assertEquals(new Parking.Gone(7), next());
            parking.came(new Parking.Offer(state(8, "bert")));
            assertEquals(new Parking.Give(8, 0), next());
            parking.came(new Parking.Part(8, ByteBuffer.wrap(new byte[10])));
            assertEquals(new Parking.Taken(8), next());
            parking.came(new Parking.Forgot("anna"));
            parking.came(new Parking.Offer(state(9, "anna")));
            assertEquals(new Parking.Give(9, 0), next());
            assertEquals(List.of("bert"), store.whole);
        }

        @Test
        void loses_what_is_on_its_way() throws InterruptedException {
            parking.keepIn(store);
            next();
            next();
            parking.came(new Parking.Offer(state(7, "anna")));
            assertEquals(new Parking.Give(7, 0), next());
            parking.forget("anna");
            assertEquals(new Parking.Forget("anna"), next());
            parking.came(new Parking.Part(7, ByteBuffer.wrap(new byte[10])));
            assertEquals(new Parking.Gone(7), next());
            assertEquals(List.of(), store.whole);
        }

        @Test
        void is_forgotten_as_often_as_was_asked() throws InterruptedException {
            parking.keepIn(store);
            next();
            next();
            parking.forget("anna");
            parking.forget("anna");
            next();
            next();
            parking.came(new Parking.Forgot("anna"));
            parking.came(new Parking.Offer(state(7, "anna")));
            assertEquals(new Parking.Gone(7), next());
        }

        /// The store's list is read and said as one: never after the Forget that it preceded.
        @Test
        void is_not_named_to_the_engine_after_it_was_told_to_forget() throws InterruptedException {
            CountDownLatch listing = new CountDownLatch(1);
            CountDownLatch listed = new CountDownLatch(1);
            parking.keepIn(
                    new ParkedStore() {
                        @Override
                        public List<ParkedState> kept() {
                            listing.countDown();
                            try {
                                listed.await();
                            } catch (InterruptedException stop) {
                                throw new AssertionError(stop);
                            }
                            return store.kept();
                        }

                        @Override
                        public Optional<Keeping> keep(ParkedState state) {
                            return store.keep(state);
                        }

                        @Override
                        public Optional<byte[]> part(long number, long offset) {
                            return store.part(number, offset);
                        }

                        @Override
                        public void drop(long number) {}
                    });
            listing.await();
            Thread erasing = Thread.ofVirtual().start(() -> parking.forget("anna"));
            // It must not get past the list; were it wrong to, it would have time to.
            erasing.join(java.time.Duration.ofMillis(300));
            listed.countDown();
            assertEquals(new Parking.Kept(state(1, "anna")), next());
            assertEquals(new Parking.Kept(state(2, "bert")), next());
            assertEquals(new Parking.Forget("anna"), next());
            erasing.join();
        }
    }

    @Nested
    class A_store_that_fails_in_a_way_that_nobody_foresaw {
        @Test
        void still_has_every_question_answered() throws InterruptedException {
            parking.keepIn(new Broken());
            ParkedState state = new ParkedState(7, "anna", ByteBuffer.wrap(new byte[4]), 10);
            parking.came(new Parking.Offer(state));
            assertEquals(new Parking.Gone(7), said.poll(300, TimeUnit.SECONDS));
            parking.came(new Parking.Give(8, 0));
            assertEquals(new Parking.Gone(8), said.poll(300, TimeUnit.SECONDS));
        }
    }
}
