package redoubt.hardware;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redoubt.fixtures.HostileGguf;
import redoubt.fixtures.TinyModel;

class GgufHeaderTest {
    @TempDir Path folder;

    private GgufHeader accepted(Path file) throws IOException {
        return assertInstanceOf(GgufHeader.class, GgufHeader.read(file));
    }

    private GgufReading.Refused refused(Path file) throws IOException {
        return assertInstanceOf(GgufReading.Refused.class, GgufHeader.read(file));
    }

    @Nested
    class A_good_model {
        @Test
        void tells_what_it_is() throws IOException {
            Path file = TinyModel.write(folder.resolve("tiny.gguf"), TinyModel.Options.chat());
            GgufHeader header = accepted(file);
            assertEquals("llama", header.architecture());
            assertEquals("Redoubt tiny 1", header.name());
            assertEquals(512, header.contextTokensTrained());
            assertEquals("F32", header.quantisation());
            assertEquals(Files.size(file), header.fileBytes());
            assertEquals(List.of(file), header.shards());
            assertTrue(header.text("tokenizer.chat_template").isPresent());
            assertEquals(3 + 9 * 2, header.tensors().size());
        }

        @Test
        void of_many_gigabytes_is_read_by_its_header_alone() throws IOException {
            GgufHeader header = accepted(ModelFile.llama(32).write(folder.resolve("l.gguf")));
            assertEquals("Q4_K", header.quantisation());
            assertEquals(List.of(GgmlType.Q4_K, GgmlType.Q6_K), List.copyOf(header.types()));
            assertTrue(header.fileBytes() > 4L << 30);
        }

        @Test
        void may_tell_heads_layer_by_layer() throws IOException {
            GgufHeader header =
                    accepted(
                            ModelFile.llama(3)
                                    .with("llama.attention.head_count_kv", List.of(8, 0, 4))
                                    .write(folder.resolve("l.gguf")));
            assertEquals(List.of(8L, 0L, 4L), header.numbers("llama.attention.head_count_kv"));
        }
    }

    @Nested
    class A_hostile_model {
        @ParameterizedTest
        @EnumSource(HostileGguf.class)
        void is_refused_in_words(HostileGguf hostile) throws IOException {
            Path file = hostile.write(folder.resolve("model.gguf"));
            GgufReading.Refused refused = refused(file);
            assertTrue(
                    refused.sentence().startsWith("model.gguf is refused: "), refused.sentence());
            assertTrue(refused.sentence().contains("othing was loaded"), refused.sentence());
            assertTrue(refused.sentence().length() < 1000, refused.sentence());
        }

        @Test
        void cannot_put_lines_into_a_log() throws IOException {
            GgufReading.Refused refused =
                    refused(
                            ModelFile.llama(1)
                                    .tensor("a\nFAKE LINE", GgmlType.F32, 4)
                                    .tensor("a\nFAKE LINE", GgmlType.F32, 4)
                                    .write(folder.resolve("m.gguf")));
            assertEquals(GgufReading.Reason.DUPLICATE, refused.reason());
            assertFalse(refused.sentence().contains("\n"), refused.sentence());
        }

        @Test
        void that_is_cut_at_any_byte_of_its_header_is_refused() throws IOException {
            byte[] whole = TinyModel.bytes(TinyModel.Options.base());
            Path file = folder.resolve("cut.gguf");
            for (int length = 0; length < whole.length; length += length < 600 ? 1 : 997) {
                Files.write(file, java.util.Arrays.copyOf(whole, length));
                assertNotNull(refused(file).sentence(), "cut at " + length);
            }
        }

        @Test
        void with_any_damaged_bytes_is_read_or_refused_but_never_breaks_the_reader()
                throws IOException {
            long seed = Long.getLong("redoubt.seed", 20261121L);
            System.out.println("GgufHeaderTest seed " + seed);
            Random random = new Random(seed);
            byte[] whole = TinyModel.bytes(TinyModel.Options.base());
            int header = 12_000;
            Path file = folder.resolve("damaged.gguf");
            int refusals = 0;
            for (int round = 0; round < 1500; round++) {
                byte[] damaged = whole.clone();
                for (int i = 0; i <= random.nextInt(4); i++) {
                    damaged[random.nextInt(Math.min(header, whole.length))] =
                            (byte) (random.nextBoolean() ? 0xFF : random.nextInt());
                }
                Files.write(file, damaged);
                refusals += GgufHeader.read(file) instanceof GgufReading.Refused ? 1 : 0;
            }
            assertTrue(refusals > 0, "seed " + seed);
        }
    }

    @Nested
    class A_file_that_is_none {
        @Test
        void is_refused_when_it_is_missing() throws IOException {
            GgufReading.Refused refused = refused(folder.resolve("absent.gguf"));
            assertEquals(GgufReading.Reason.UNREADABLE, refused.reason());
            assertTrue(refused.sentence().contains("there is no such file"), refused.sentence());
        }

        @Test
        void is_refused_when_it_is_a_folder() throws IOException {
            assertEquals(GgufReading.Reason.UNREADABLE, refused(folder).reason());
        }
    }

    @Nested
    class A_split_model {
        private Path part(int number, int count, int announced) throws IOException {
            ModelFile file =
                    number == 1
                            ? ModelFile.llama(1)
                            : new ModelFile().tensor("more." + number, GgmlType.F32, 8);
            return file.with("split.no", number - 1)
                    .with("split.count", count)
                    .with("split.tensors.count", announced)
                    .write(folder.resolve("m-%05d-of-%05d.gguf".formatted(number, count)));
        }

        @Test
        void is_read_whole_from_its_first_part() throws IOException {
            Path first = part(1, 3, 5);
            Path second = part(2, 3, 5);
            Path third = part(3, 3, 5);
            GgufHeader header = accepted(first);
            assertEquals(List.of(first, second, third), header.shards());
            assertEquals(5, header.tensors().size());
            assertEquals(
                    Files.size(first) + Files.size(second) + Files.size(third), header.fileBytes());
        }

        @Test
        void with_a_missing_part_is_refused() throws IOException {
            Path first = part(1, 3, 5);
            part(2, 3, 5);
            GgufReading.Refused refused = refused(first);
            assertTrue(refused.sentence().contains("m-00003-of-00003.gguf"), refused.sentence());
        }

        @Test
        void is_not_read_from_another_part() throws IOException {
            part(1, 2, 4);
            GgufReading.Refused refused = refused(part(2, 2, 4));
            assertEquals(GgufReading.Reason.SPLIT_INCOMPLETE, refused.reason());
            assertTrue(refused.sentence().contains("m-00001-of-00002.gguf"), refused.sentence());
        }

        @Test
        void with_another_number_of_tensors_than_announced_is_refused() throws IOException {
            Path first = part(1, 2, 99);
            part(2, 2, 99);
            assertEquals(GgufReading.Reason.SPLIT_INCOMPLETE, refused(first).reason());
        }

        @Test
        void with_the_wrong_part_under_a_name_is_refused() throws IOException {
            Path first = part(1, 3, 5);
            Files.copy(part(2, 3, 5), folder.resolve("m-00003-of-00003.gguf"));
            assertEquals(GgufReading.Reason.SPLIT_INCOMPLETE, refused(first).reason());
        }
    }

    @Nested
    class A_name_that_is_meant_for_the_terminal_of_whoever_reads_it {
        @Test
        void is_shown_without_what_a_terminal_would_obey() throws IOException {
            Path file =
                    ModelFile.llama(1)
                            .with("general.name", "Good\u001b[2J\u202e\nModel" + "x".repeat(500))
                            .write(folder.resolve("name.gguf"));
            String name = ((GgufHeader) GgufHeader.read(file)).name();
            assertTrue(name.startsWith("Good [2J Modelxxx"), name);
            assertEquals(200, name.length());
        }

        @Test
        void is_replaced_by_the_file_when_nothing_is_left() throws IOException {
            Path file =
                    ModelFile.llama(1)
                            .with("general.name", "\u202e\u0007")
                            .write(folder.resolve("nameless.gguf"));
            assertEquals("nameless.gguf", ((GgufHeader) GgufHeader.read(file)).name());
        }
    }
}
