package redoubt.appliance.parked;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redoubt.engine.client.ParkedState;
import redoubt.engine.client.ParkedStore;

class ParkedFilesTest {
    private static final int SIZE = 2_500_000;

    @TempDir Path home;
    private ParkedFiles files;

    @BeforeEach
    void open() throws IOException {
        Files.createDirectories(home.resolve("keys"));
        files = reopened();
    }

    private ParkedFiles reopened() throws IOException {
        return ParkedFiles.open(
                home.resolve("parked"), home.resolve("keys"), 10_000_000, InstantSource.system());
    }

    private static byte[] content(long seed) {
        byte[] bytes = new byte[SIZE];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static ParkedState state(long number, String tenant) {
        return new ParkedState(
                number, tenant, ByteBuffer.wrap(new byte[] {0, 0, 0, 1, 0, 0, 0, 2}), SIZE);
    }

    private static void keep(ParkedStore store, long number, String tenant) throws IOException {
        byte[] bytes = content(number);
        try (ParkedStore.Keeping keeping = store.keep(state(number, tenant)).orElseThrow()) {
            for (int at = 0; at < SIZE; at += ParkedStore.PART_BYTES) {
                int to = Math.min(SIZE, at + ParkedStore.PART_BYTES);
                keeping.part(Arrays.copyOfRange(bytes, at, to));
            }
            keeping.done();
        }
    }

    private static byte[] read(ParkedStore store, long number) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int at = 0; at < SIZE; at += ParkedStore.PART_BYTES) {
            bytes.writeBytes(store.part(number, at).orElse(new byte[0]));
        }
        return bytes.toByteArray();
    }

    private List<Path> onDisk() throws IOException {
        try (Stream<Path> all = Files.walk(home.resolve("parked"))) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    @Nested
    class A_state {
        @Test
        void survives_a_restart() throws IOException {
            keep(files.shelf("gemma"), 5, "anna");
            ParkedShelf shelf = reopened().shelf("gemma");
            assertEquals(List.of(state(5, "anna")), shelf.kept());
            assertArrayEquals(content(5), read(shelf, 5));
        }

        @Test
        void is_not_to_be_read_from_the_disk() throws IOException {
            keep(files.shelf("gemma"), 5, "a tenant's name");
            byte[] bytes = Files.readAllBytes(onDisk().getFirst());
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            assertFalse(text.contains("a tenant's name"));
            byte[] beginning = Arrays.copyOf(content(5), 16);
            assertFalse(text.contains(new String(beginning, StandardCharsets.ISO_8859_1)));
        }

        @Test
        void of_another_model_is_none() throws IOException {
            keep(files.shelf("gemma"), 5, "anna");
            Path file = onDisk().getFirst();
            files.shelf("llama");
            Path other;
            try (Stream<Path> all = Files.list(home.resolve("parked"))) {
                other =
                        all.filter(place -> !place.equals(file.getParent()))
                                .findFirst()
                                .orElseThrow();
            }
            Files.copy(file, other.resolve(file.getFileName()));
            assertEquals(List.of(), reopened().shelf("llama").kept());
            assertEquals(1, onDisk().size(), "what is foreign was not removed");
        }

        @Test
        void that_was_not_finished_is_none() throws IOException {
            try (ParkedStore.Keeping keeping =
                    files.shelf("gemma").keep(state(5, "anna")).orElseThrow()) {
                keeping.part(Arrays.copyOf(content(5), ParkedStore.PART_BYTES));
            }
            assertEquals(List.of(), onDisk());
            assertEquals(List.of(), reopened().shelf("gemma").kept());
        }

        @Test
        void without_its_key_is_none() throws IOException {
            keep(files.shelf("gemma"), 5, "anna");
            Files.delete(home.resolve("keys").resolve("parked.key"));
            assertEquals(List.of(), reopened().shelf("gemma").kept());
            assertEquals(List.of(), onDisk());
        }

        @Test
        void is_dropped_wherever_it_is_damaged() throws IOException {
            keep(files.shelf("gemma"), 5, "anna");
            Path file = onDisk().getFirst();
            byte[] good = Files.readAllBytes(file);
            Random random = new Random(20261121);
            for (int round = 0; round < 40; round++) {
                byte[] bad = good.clone();
                int at = round < 10 ? round * 3 : random.nextInt(bad.length);
                bad[at] ^= (byte) (1 + random.nextInt(255));
                Files.write(file, round % 10 == 9 ? Arrays.copyOf(good, at) : bad);
                ParkedShelf shelf = reopened().shelf("gemma");
                assertFalse(Arrays.equals(content(5), read(shelf, 5)), "byte " + at);
                assertEquals(List.of(), shelf.kept(), "byte " + at);
            }
        }
    }

    @Nested
    class The_bound {
        @Test
        void lets_go_what_was_used_longest_ago() throws Exception {
            ParkedShelf shelf = files.shelf("gemma");
            for (int number = 1; number <= 3; number++) {
                keep(shelf, number, "anna");
                Thread.sleep(20);
            }
            read(shelf, 1);
            keep(shelf, 4, "anna");
            assertEquals(3, onDisk().size());
            assertEquals(0, read(shelf, 2).length);
            assertArrayEquals(content(1), read(shelf, 1));
            assertArrayEquals(content(4), read(shelf, 4));
        }

        @Test
        void keeps_out_what_never_fits() throws IOException {
            ParkedState large =
                    new ParkedState(1, "anna", ByteBuffer.wrap(new byte[4]), 20_000_000);
            assertTrue(files.shelf("gemma").keep(large).isEmpty());
        }
    }

    @Nested
    class A_tenant_that_is_forgotten {
        @Test
        void leaves_nothing_and_others_stay() throws IOException {
            ParkedShelf shelf = files.shelf("gemma");
            keep(shelf, 1, "anna");
            keep(shelf, 2, "berta");
            files.forget("anna");
            assertEquals(List.of(state(2, "berta")), shelf.kept());
            assertEquals(1, onDisk().size());
        }

        @Test
        void leaves_nothing_of_what_is_being_written() throws IOException {
            ParkedShelf shelf = files.shelf("gemma");
            try (ParkedStore.Keeping keeping = shelf.keep(state(1, "anna")).orElseThrow()) {
                byte[] bytes = content(1);
                for (int at = 0; at < SIZE; at += ParkedStore.PART_BYTES) {
                    int to = Math.min(SIZE, at + ParkedStore.PART_BYTES);
                    keeping.part(Arrays.copyOfRange(bytes, at, to));
                }
                files.forget("anna");
                assertThrows(IOException.class, keeping::done);
            }
            assertEquals(List.of(), shelf.kept());
            assertEquals(List.of(), onDisk());
        }

        @Test
        void leaves_nothing_of_models_that_are_not_loaded() throws IOException {
            keep(files.shelf("gemma"), 1, "anna");
            ParkedFiles later = reopened();
            later.forget("anna");
            assertEquals(List.of(), onDisk());
        }
    }
}
