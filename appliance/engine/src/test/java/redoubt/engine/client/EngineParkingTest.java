package redoubt.engine.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
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

    @Nested
    class A_store_that_fails_in_a_way_that_nobody_foresaw {
        @Test
        void still_has_every_question_answered() throws InterruptedException {
            parking.keepIn(new Broken());
            ParkedState state = new ParkedState(7, "anna", ByteBuffer.wrap(new byte[4]), 10);
            parking.came(new Parking.Offer(state));
            assertEquals(new Parking.Gone(7), said.poll(10, TimeUnit.SECONDS));
            parking.came(new Parking.Give(8, 0));
            assertEquals(new Parking.Gone(8), said.poll(10, TimeUnit.SECONDS));
        }
    }
}
