package redoubt.appliance.engines;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redoubt.fixtures.TinyModel;
import redoubt.hardware.ContextWanted;
import redoubt.hardware.GgufHeader;
import redoubt.hardware.MemoryVerdict;

/// Who has to go when memory is short, and who never does. A tiny model needs some 330 MiB, nearly
/// all of it for the process around it.
class RoomTest {
    private static final long MIB = 1L << 20;
    private static final ContextWanted WANTED = new ContextWanted(2048, 1, 512, 256);

    @TempDir Path root;

    private MemoryLedger ledger;
    private final FakeOthers others = new FakeOthers();
    private ModelSettings settings = ModelSettings.usual();

    /// A host with so much memory, and a tiny model.
    private GgufHeader hostWith(long mib) throws IOException {
        Files.createDirectories(root.resolve("proc/self"));
        Files.writeString(
                root.resolve("proc/meminfo"),
                "MemTotal: %d kB\nMemAvailable: %d kB\n".formatted(mib * 1024, mib * 1024));
        ledger = new MemoryLedger(root);
        return header();
    }

    private GgufHeader header() throws IOException {
        Path file =
                TinyModel.write(
                        root.resolve("tiny.gguf"),
                        TinyModel.Options.chat().withContextTokens(2048));
        return assertInstanceOf(GgufHeader.class, GgufHeader.read(file));
    }

    @Nested
    class Memory_besides_what_a_model_has {
        @Test
        void is_given_while_it_is_free_and_given_back() throws Exception {
            GgufHeader model = hostWith(2000);
            var held = room().find("tiny", model, WANTED);
            long free = 2000 * MIB - held.reservation().plannedBytes();
            try (var _ = room().besides("tiny", free)) {
                RefusedModelException refused =
                        assertThrows(
                                RefusedModelException.class, () -> room().besides("tiny", MIB));
                assertEquals("does_not_fit", refused.code());
                assertTrue(
                        String.valueOf(refused.getMessage()).contains("by itself"),
                        refused.getMessage());
            }
            room().besides("tiny", free).close();
            assertThrows(RefusedModelException.class, () -> room().besides("tiny", free + MIB));
        }

        @Test
        void counts_where_another_model_is_to_be_loaded() throws Exception {
            GgufHeader model = hostWith(800);
            room().find("tiny", model, WANTED);
            try (var _ = room().besides("tiny", 200 * MIB)) {
                assertThrows(
                        RefusedModelException.class, () -> room().find("other", model, WANTED));
            }
            room().find("other", model, WANTED);
        }
    }

    private Room room() {
        return new Room(ledger, () -> settings, others);
    }

    /// Loaded models whose memory is really reserved.
    private final class FakeOthers implements Room.Others {
        private final List<Neighbour> loaded = new ArrayList<>();
        private final List<MemoryLedger.Reservation> reservations = new ArrayList<>();
        private final List<String> unloaded = new ArrayList<>();

        void add(GgufHeader model, String id, boolean pinned, int answering, long lastUsed)
                throws IOException {
            var reserved =
                    assertInstanceOf(
                            MemoryLedger.Outcome.Reserved.class,
                            ledger.reserve(model, WANTED, 256, 0));
            reservations.add(reserved.reservation());
            loaded.add(
                    new Neighbour(
                            id,
                            reserved.reservation().plannedBytes(),
                            pinned,
                            answering,
                            lastUsed));
        }

        @Override
        public List<Neighbour> loaded(String except) {
            return List.copyOf(loaded);
        }

        @Override
        public boolean unloadIdle(String id, String why) {
            unloaded.add(id);
            int at = loaded.stream().map(Neighbour::id).toList().indexOf(id);
            loaded.remove(at);
            reservations.remove(at).close();
            return true;
        }
    }

    @Nested
    class A_model_that_fits {
        @Test
        void is_given_its_memory_and_gives_it_back() throws Exception {
            GgufHeader model = hostWith(1000);
            var reserved = room().find("new", model, WANTED);
            assertInstanceOf(MemoryVerdict.Fits.class, reserved.verdict());
            assertEquals(reserved.reservation().plannedBytes(), ledger.plannedBytes());
            reserved.reservation().close();
            assertEquals(0, ledger.plannedBytes());
        }

        @Test
        void counts_what_others_were_promised_and_have_not_taken() throws Exception {
            GgufHeader model = hostWith(500);
            room().find("one", model, WANTED);
            // The kernel still calls 500 MiB available.
            assertThrows(RefusedModelException.class, () -> room().find("two", model, WANTED));
        }

        @Test
        void does_not_count_twice_what_they_have_taken() throws Exception {
            GgufHeader model = hostWith(500);
            var one = room().find("one", model, WANTED);
            Files.createDirectories(root.resolve("proc/77"));
            Files.writeString(
                    root.resolve("proc/77/status"),
                    "Name:\tjava\nRssAnon:\t %d kB\nRssFile:\t 9 kB\n"
                            .formatted(one.reservation().plannedBytes() / 1024));
            one.reservation().takenBy(77);
            assertInstanceOf(MemoryVerdict.Fits.class, room().find("two", model, WANTED).verdict());
        }
    }

    @Nested
    class A_model_that_needs_anothers_place {
        @Test
        void is_given_that_of_the_one_that_was_unused_longest() throws Exception {
            GgufHeader model = hostWith(800);
            others.add(model, "young", false, 0, 20);
            others.add(model, "old", false, 0, 10);
            room().find("new", model, WANTED);
            assertEquals(List.of("old"), others.unloaded);
        }

        @Test
        void never_takes_that_of_one_that_is_answering_or_pinned() throws Exception {
            GgufHeader model = hostWith(800);
            others.add(model, "pinned", true, 0, 10);
            others.add(model, "busy", false, 3, 20);
            RefusedModelException refused =
                    assertThrows(
                            RefusedModelException.class, () -> room().find("new", model, WANTED));
            assertEquals(List.of(), others.unloaded);
            assertEquals("does_not_fit", refused.code());
            String sentence = String.valueOf(refused.getMessage());
            assertTrue(sentence.contains("pinned ("), sentence);
            assertTrue(sentence.contains("answering 3"), sentence);
            assertTrue(sentence.contains("Unload one"), sentence);
        }

        @Test
        void takes_nobodys_when_the_site_says_so() throws Exception {
            settings = new ModelSettings(true, false, 0, Map.of());
            GgufHeader model = hostWith(500);
            others.add(model, "idle", false, 0, 10);
            assertThrows(RefusedModelException.class, () -> room().find("new", model, WANTED));
            assertEquals(List.of(), others.unloaded);
        }

        @Test
        void takes_nobodys_when_that_would_not_help() throws Exception {
            GgufHeader model = hostWith(500);
            others.add(model, "idle", false, 0, 10);
            ContextWanted tooMuch = new ContextWanted(2048, 10_000, 512, 2048);
            assertThrows(RefusedModelException.class, () -> room().find("new", model, tooMuch));
            assertEquals(List.of(), others.unloaded);
        }

        @Test
        void is_told_beforehand_whose() throws Exception {
            GgufHeader model = hostWith(500);
            others.add(model, "idle", false, 0, 10);
            String forecast = room().forecast("new", model, WANTED);
            assertTrue(forecast.contains("unloaded first: idle."), forecast);
            assertEquals(List.of(), others.unloaded);
        }
    }

    @Nested
    class A_limit_for_all_models_together {
        @Test
        void holds_whatever_the_host_has() throws Exception {
            settings = new ModelSettings(true, true, 500, Map.of());
            GgufHeader model = hostWith(16_000);
            var first = room().find("one", model, WANTED);
            RefusedModelException refused =
                    assertThrows(
                            RefusedModelException.class, () -> room().find("two", model, WANTED));
            assertTrue(
                    String.valueOf(refused.getMessage()).contains("500 MiB here"),
                    refused.getMessage());
            first.reservation().close();
            assertFalse(first.reservation().plannedBytes() > 500 * MIB);
            room().find("two", model, WANTED);
        }
    }
}
