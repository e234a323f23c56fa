package redoubt.hardware;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redoubt.fixtures.HostileGguf;
import redoubt.fixtures.MisfitAdapter;
import redoubt.fixtures.TinyAdapter;
import redoubt.fixtures.TinyModel;

class AdapterHeaderTest {
    @TempDir Path folder;
    private GgufHeader model;

    @BeforeEach
    void read() throws IOException {
        Path file = TinyModel.write(folder.resolve("tiny.gguf"), TinyModel.Options.base());
        model = assertInstanceOf(GgufHeader.class, GgufHeader.read(file));
    }

    private AdapterReading.Refused refused(Path file, GgufHeader of) throws IOException {
        return assertInstanceOf(AdapterReading.Refused.class, AdapterHeader.read(file, of));
    }

    @Nested
    class A_good_adapter {
        @Test
        void tells_what_it_changes() throws IOException {
            Path file =
                    TinyAdapter.write(
                            folder.resolve("a.gguf"),
                            TinyAdapter.Options.of(TinyModel.Options.base(), 3).withVocabulary());
            AdapterHeader header =
                    assertInstanceOf(AdapterHeader.class, AdapterHeader.read(file, model));
            assertEquals("Tiny adapter 3", header.name());
            assertEquals(4f, header.alpha());
            assertEquals(4, header.rankMax());
            assertEquals(3 * 2 + 2, header.changes().size());
            assertTrue(header.changes().contains("token_embd.weight"));
            assertTrue(header.needsBytes() > header.weightBytes());
        }
    }

    @Nested
    class An_adapter_that_does_not_fit {
        @ParameterizedTest
        @EnumSource(MisfitAdapter.class)
        void is_refused_in_words(MisfitAdapter misfit) throws IOException {
            Path file = misfit.write(folder.resolve("misfit.gguf"));
            AdapterReading.Refused refused = refused(file, model);
            assertTrue(refused.sentence().contains("misfit.gguf is refused: "), refused.sentence());
            assertTrue(refused.sentence().contains("othing was loaded"), refused.sentence());
            assertTrue(refused.sentence().length() < 1000, refused.sentence());
            assertFalse(refused.sentence().contains("\n"), refused.sentence());
        }

        @ParameterizedTest
        @EnumSource(HostileGguf.class)
        void is_refused_when_the_file_itself_is_hostile(HostileGguf hostile) throws IOException {
            refused(hostile.write(folder.resolve("hostile.gguf")), model);
        }

        @Test
        void is_told_apart_by_a_code() throws IOException {
            for (var expected :
                    List.of(
                            new Object[] {MisfitAdapter.A_MODEL, "NOT_AN_ADAPTER"},
                            new Object[] {MisfitAdapter.ACTIVATED, "OTHER_KIND"},
                            new Object[] {MisfitAdapter.OTHER_ARCHITECTURE, "OTHER_ARCHITECTURE"},
                            new Object[] {MisfitAdapter.OTHER_WIDTH, "OTHER_MODEL"},
                            new Object[] {MisfitAdapter.MISSING_B, "MALFORMED"},
                            new Object[] {MisfitAdapter.TRUNCATED, "UNREADABLE"})) {
                Path file = ((MisfitAdapter) expected[0]).write(folder.resolve("m.gguf"));
                assertEquals(expected[1], refused(file, model).reason().name());
            }
        }

        @Test
        void is_refused_for_a_token_embedding_that_is_the_output_too() throws IOException {
            GgufHeader tied =
                    assertInstanceOf(
                            GgufHeader.class,
                            GgufHeader.read(
                                    new ModelFile()
                                            .with("general.architecture", "llama")
                                            .with("llama.context_length", 512)
                                            .with("llama.embedding_length", 64)
                                            .with("llama.block_count", 1)
                                            .tensor("token_embd.weight", GgmlType.F32, 64, 100)
                                            .write(folder.resolve("tied.gguf"))));
            Path file =
                    new ModelFile()
                            .with("general.type", "adapter")
                            .with("adapter.type", "lora")
                            .with("general.architecture", "llama")
                            .tensor("token_embd.weight.lora_a", GgmlType.F32, 4, 100)
                            .tensor("token_embd.weight.lora_b", GgmlType.F32, 4, 64)
                            .write(folder.resolve("embedding.gguf"));
            assertTrue(refused(file, tied).sentence().contains("other end"));
        }

        @Test
        void is_refused_when_it_is_not_there() throws IOException {
            assertTrue(
                    refused(folder.resolve("none.gguf"), model)
                            .sentence()
                            .contains("there is no such file"));
        }
    }
}
