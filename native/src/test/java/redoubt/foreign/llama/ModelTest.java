package redoubt.foreign.llama;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redoubt.fixtures.HostileGguf;
import redoubt.fixtures.TinyModel;
import redoubt.fixtures.TinyVocabulary;

/// Loading a model and its vocabulary.
class ModelTest {
    @TempDir static Path folder;
    static LlamaModel model;

    @BeforeAll
    static void load() {
        Llama llama = OpenLlama.get();
        Path file = TinyModel.write(folder.resolve("tiny.gguf"), TinyModel.Options.base());
        model = llama.load(file, ModelOptions.defaults());
    }

    @AfterAll
    static void close() {
        if (model != null) {
            model.close();
        }
    }

    @Nested
    class A_model {
        @Test
        void tells_its_facts() {
            assertEquals(Optional.of("Redoubt tiny 1"), model.metadata("general.name"));
            assertEquals(Optional.empty(), model.metadata("no.such.key"));
            assertEquals(512, model.trainedContextTokens());
            assertEquals(64, model.embeddingSize());
            assertEquals(2, model.layerCount());
            assertEquals(TinyVocabulary.size(), model.vocabularySize());
            assertTrue(model.parameterCount() > 50_000);
            assertTrue(model.sizeBytes() > 100_000);
            assertTrue(model.description().contains("llama"), model.description());
            assertTrue(model.quantisation().contains("F32"), model.quantisation());
            assertFalse(model.isRecurrent());
            assertEquals(0, model.slidingWindowTokens());
        }

        @ParameterizedTest
        @EnumSource(TinyModel.Weights.class)
        void loads_in_each_kind_of_weights(TinyModel.Weights weights) {
            Path file =
                    TinyModel.write(
                            folder.resolve(weights + ".gguf"),
                            TinyModel.Options.base().withWeights(weights));
            try (LlamaModel other =
                    OpenLlama.get().load(file, ModelOptions.defaults().withCheckedTensors())) {
                assertEquals(model.parameterCount(), other.parameterCount());
            }
        }

        @Test
        void can_be_loaded_for_its_vocabulary_alone() {
            Path file = folder.resolve("tiny.gguf");
            try (LlamaModel words = OpenLlama.get().load(file, ModelOptions.ofVocabulary())) {
                assertArrayEquals(
                        model.tokenize("Hello", true, false), words.tokenize("Hello", true, false));
            }
        }
    }

    @Nested
    class Its_vocabulary {
        @Test
        void turns_text_into_tokens_and_back() {
            String text = "Grüße, 世界! {\"a\": 1}\n\ttab";
            int[] tokens = model.tokenize(text, true, false);
            assertEquals(TinyVocabulary.BEGIN, tokens[0]);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (int token : tokens) {
                bytes.writeBytes(model.piece(token));
            }
            assertEquals(text, bytes.toString(StandardCharsets.UTF_8));
        }

        @Test
        void knows_the_tokens_that_steer() {
            int end = TinyVocabulary.control("<|im_end|>");
            assertEquals(OptionalInt.of(TinyVocabulary.BEGIN), model.beginToken());
            assertEquals(OptionalInt.of(TinyVocabulary.END), model.endToken());
            assertTrue(model.addsBeginToken());
            assertTrue(model.endsGeneration(TinyVocabulary.END));
            assertTrue(model.endsGeneration(end));
            assertTrue(model.isControl(end));
            assertFalse(model.isControl(TinyVocabulary.character('a')));
            assertEquals(0, model.piece(end).length);
        }

        @Test
        void reads_control_tokens_out_of_a_text_only_when_asked() {
            int end = TinyVocabulary.control("<|im_end|>");
            assertArrayEquals(new int[] {end}, model.tokenize("<|im_end|>", false, true));
            assertEquals(10, model.tokenize("<|im_end|>", false, false).length);
        }

        @Test
        void has_no_tokens_outside_of_it() {
            assertThrows(IllegalArgumentException.class, () -> model.piece(-1));
            assertThrows(IllegalArgumentException.class, () -> model.piece(TinyVocabulary.size()));
            assertThrows(
                    IllegalArgumentException.class, () -> model.endsGeneration(Integer.MAX_VALUE));
        }

        @Test
        void takes_an_empty_text_and_a_long_one() {
            assertEquals(0, model.tokenize("", false, false).length);
            assertEquals(200_000, model.tokenize("x".repeat(200_000), false, false).length);
        }
    }

    @Nested
    class A_file_that_cannot_be_loaded {
        @Test
        void is_named_when_it_is_not_there() {
            NativeException refusal = refused(folder.resolve("absent.gguf"));
            assertTrue(refusal.getMessage().contains("absent.gguf"), refusal.getMessage());
        }

        @ParameterizedTest
        @EnumSource(
                value = HostileGguf.class,
                names = {
                    "EMPTY",
                    "NOT_A_MODEL",
                    "WRONG_MAGIC",
                    "VERSION_FUTURE",
                    "TRUNCATED_METADATA",
                    "TRUNCATED_TENSOR_INFO",
                    "TRUNCATED_DATA",
                    "NO_ARCHITECTURE"
                })
        void gets_a_sentence_with_the_reason(HostileGguf damage) {
            NativeException refusal = refused(damage.write(folder.resolve(damage + ".gguf")));
            assertTrue(
                    refusal.getMessage().contains("could not be loaded (")
                            && !refusal.getMessage().contains("did not say why"),
                    refusal.getMessage());
        }

        private static NativeException refused(Path file) {
            return assertThrows(
                    NativeException.class,
                    () -> OpenLlama.get().load(file, ModelOptions.defaults()).close());
        }
    }
}
