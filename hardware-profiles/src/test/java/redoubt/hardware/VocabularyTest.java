package redoubt.hardware;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redoubt.fixtures.TinyModel;
import redoubt.fixtures.TinyVocabulary;

class VocabularyTest {
    private static final String TOKENS = "tokenizer.ggml.tokens";
    private static final String TYPES = "tokenizer.ggml.token_type";

    @TempDir Path folder;

    private Vocabulary with(Map<String, Object> facts) throws IOException {
        return with(TinyModel.Options.base(), facts);
    }

    private Vocabulary with(TinyModel.Options options, Map<String, Object> facts)
            throws IOException {
        Path file = TinyModel.write(folder.resolve("m.gguf"), options, facts);
        return Vocabulary.of(assertInstanceOf(GgufHeader.class, GgufHeader.read(file)));
    }

    private Optional<String> difference(Map<String, Object> facts) throws IOException {
        return with(facts).differenceTo(with(Map.of()));
    }

    @Nested
    class Two_models_with_the_same_tokens {
        @Test
        void have_the_same_vocabulary_whatever_else_they_are() throws IOException {
            Vocabulary other =
                    with(
                            TinyModel.Options.chat().withSeed(9).withSize(4, 32),
                            Map.of("general.name", "another"));
            assertEquals(Optional.empty(), other.differenceTo(with(Map.of())));
            assertEquals(other, with(Map.of()));
        }
    }

    @Nested
    class Vocabularies_differ {
        @Test
        void when_two_tokens_are_exchanged() throws IOException {
            List<Object> texts = new ArrayList<>(TinyVocabulary.texts());
            Collections.swap(texts, 300, 301);
            assertTrue(difference(Map.of(TOKENS, texts)).orElseThrow().contains("other tokens"));
        }

        @Test
        void when_one_has_a_token_more() throws IOException {
            List<Object> texts = new ArrayList<>(TinyVocabulary.texts());
            texts.add("more");
            assertTrue(difference(Map.of(TOKENS, texts)).orElseThrow().contains("more or fewer"));
        }

        @Test
        void when_the_same_letters_are_cut_at_another_place() throws IOException {
            List<Object> texts = new ArrayList<>(TinyVocabulary.texts());
            texts.set(300, texts.get(300) + "" + texts.get(301));
            texts.set(301, "");
            assertTrue(difference(Map.of(TOKENS, texts)).isPresent());
        }

        @Test
        void when_a_token_is_of_another_type() throws IOException {
            List<Object> types = new ArrayList<>(TinyVocabulary.types());
            types.set(300, 4);
            assertTrue(difference(Map.of(TYPES, types)).orElseThrow().contains("another type"));
        }

        @Test
        void when_a_special_token_is_another() throws IOException {
            String sentence = difference(Map.of("tokenizer.ggml.eos_token_id", 5)).orElseThrow();
            assertEquals("its tokenizer.ggml.eos_token_id is 5, the model's 2", sentence);
        }

        @Test
        void when_one_has_a_special_token_that_the_other_has_not() throws IOException {
            String sentence = difference(Map.of("tokenizer.ggml.eot_token_id", 5)).orElseThrow();
            assertEquals("its tokenizer.ggml.eot_token_id is 5, the model's none", sentence);
        }

        @Test
        void when_their_texts_are_written_in_another_way() throws IOException {
            assertTrue(difference(Map.of("tokenizer.ggml.model", "gpt2")).isPresent());
        }
    }

    @Nested
    class A_file_that_changes_after_its_header_was_read {
        @Test
        void is_not_believed() throws IOException {
            Path file = TinyModel.write(folder.resolve("m.gguf"), TinyModel.Options.base());
            GgufHeader header = assertInstanceOf(GgufHeader.class, GgufHeader.read(file));
            Files.writeString(file, "GGUF, but not for long");
            assertThrows(IOException.class, () -> Vocabulary.of(header));
        }
    }
}
