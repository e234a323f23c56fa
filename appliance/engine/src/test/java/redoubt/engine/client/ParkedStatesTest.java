package redoubt.engine.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static redoubt.engine.client.SameAnswer.assertSame;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redoubt.fixtures.TinyModel;

/// States that outlive their engine, with real engines and a store in memory.
class ParkedStatesTest {
    private static final String LONG =
            "A long beginning, which takes a while to compute. ".repeat(8);

    @TempDir Path folder;

    private static final class MemoryStore implements ParkedStore {
        final Map<Long, ParkedState> heads = new ConcurrentHashMap<>();
        final Map<Long, byte[]> states = new ConcurrentHashMap<>();
        private final Semaphore listed = new Semaphore(0);

        @Override
        public List<ParkedState> kept() {
            listed.release();
            return List.copyOf(heads.values());
        }

        @Override
        public Optional<Keeping> keep(ParkedState state) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            return Optional.of(
                    new Keeping() {
                        @Override
                        public void part(byte[] part) {
                            bytes.writeBytes(part);
                        }

                        @Override
                        public void done() {
                            heads.put(state.number(), state);
                            states.put(state.number(), bytes.toByteArray());
                        }

                        @Override
                        public void close() {}
                    });
        }

        @Override
        public Optional<byte[]> part(long number, long offset) {
            byte[] state = states.get(number);
            return state == null
                    ? Optional.empty()
                    : Optional.of(
                            Arrays.copyOfRange(
                                    state,
                                    (int) offset,
                                    (int) Math.min(state.length, offset + PART_BYTES)));
        }

        @Override
        public void drop(long number) {
            heads.remove(number);
            states.remove(number);
        }
    }

    private final MemoryStore store = new MemoryStore();

    private EngineProcess start() throws Exception {
        EngineProcess engine = TinyEngine.start(folder, TinyModel.Options.base());
        engine.parking().keepIn(store);
        store.listed.acquire();
        // Said after the whole list: from here on the engine knows it.
        engine.parking().forget("nobody");
        return engine;
    }

    @Nested
    class A_prompt_of_an_engine_that_was_closed {
        @Test
        void is_not_computed_again_by_the_next() throws Exception {
            TinyEngine.Told before;
            try (EngineProcess engine = start()) {
                before = TinyEngine.ask(engine, "anna", LONG, 10);
            }
            assertEquals(1, store.states.size());
            try (EngineProcess engine = start()) {
                TinyEngine.Told stranger = TinyEngine.ask(engine, "berta", LONG, 10);
                assertEquals(0, stranger.started().cachedTokens());
                TinyEngine.Told again = TinyEngine.ask(engine, "anna", LONG, 10);
                assertTrue(
                        again.started().cachedTokens() >= LONG.length() - 1,
                        "only " + again.started().cachedTokens() + " were known");
                assertSame(before, again);
            }
        }

        @Test
        void is_computed_again_when_its_state_is_damaged() throws Exception {
            try (EngineProcess engine = start()) {
                TinyEngine.ask(engine, "anna", LONG, 10);
            }
            for (Map.Entry<Long, ParkedState> kept : store.heads.entrySet()) {
                ParkedState state = kept.getValue();
                byte[] damaged = new byte[(int) state.bytes()];
                store.states.put(kept.getKey(), damaged);
            }
            try (EngineProcess engine = start()) {
                TinyEngine.Told again = TinyEngine.ask(engine, "anna", LONG, 10);
                assertEquals(0, again.started().cachedTokens());
                assertEquals(10, again.finished().usage().completionTokens());
            }
        }

        @Test
        void is_computed_again_when_its_state_is_gone() throws Exception {
            store.heads.put(
                    7L, new ParkedState(7, "anna", ByteBuffer.allocate(4 * LONG.length()), 1000));
            try (EngineProcess engine = start()) {
                assertEquals(0, TinyEngine.ask(engine, "anna", LONG, 10).started().cachedTokens());
            }
        }
    }

    @Nested
    class A_tenant_that_is_forgotten {
        @Test
        void leaves_nothing_in_the_engine() throws Exception {
            try (EngineProcess engine = start()) {
                TinyEngine.ask(engine, "anna", LONG, 10);
                TinyEngine.ask(engine, "berta", LONG, 10);
                engine.parking().forget("anna");
                assertEquals(0, TinyEngine.ask(engine, "anna", LONG, 10).started().cachedTokens());
                assertTrue(TinyEngine.ask(engine, "berta", LONG, 10).started().cachedTokens() > 0);
            }
        }
    }
}
