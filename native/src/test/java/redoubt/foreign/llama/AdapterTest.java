package redoubt.foreign.llama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import redoubt.fixtures.MisfitAdapter;
import redoubt.fixtures.TinyAdapter;
import redoubt.fixtures.TinyModel;

class AdapterTest extends TinyDecoding {
    private LlamaAdapter first;
    private LlamaAdapter second;

    private static LlamaAdapter adapter(long seed) {
        Path file =
                TinyAdapter.write(
                        folder.resolve("adapter-" + seed + ".gguf"),
                        TinyAdapter.Options.of(TinyModel.Options.base(), seed).withVocabulary());
        return model.loadAdapter(file);
    }

    @BeforeEach
    void loadAdapters() {
        first = adapter(11);
        second = adapter(12);
    }

    @AfterEach
    void unloadAdapters() {
        if (context != null) {
            context.apply(List.of());
            first.close();
            second.close();
        }
    }

    private List<Integer> answer(LlamaAdapter.Applied... adapters) {
        context.apply(List.of(adapters));
        context.removeSequence(0);
        int last = prompt(0, 0, tokens("the same words"));
        return generate(0, last, SamplingParameters.greedy(), 24);
    }

    private static LlamaAdapter.Applied at(LlamaAdapter adapter, float scale) {
        return new LlamaAdapter.Applied(adapter, scale);
    }

    @Nested
    class An_adapter {
        @Test
        void changes_what_the_model_says_until_it_is_taken_off() {
            List<Integer> plain = answer();
            List<Integer> adapted = answer(at(first, 1));
            assertNotEquals(plain, adapted);
            assertEquals(plain, answer());
            assertEquals(adapted, answer(at(first, 1)));
        }

        @Test
        void at_scale_nought_changes_nothing() {
            assertEquals(answer(), answer(at(first, 0)));
        }

        @Test
        void is_as_strong_as_its_scale_says() {
            assertNotEquals(answer(at(first, 1)), answer(at(first, -1)));
        }

        @Test
        void goes_together_with_another() {
            List<Integer> both = answer(at(first, 1), at(second, 0.5f));
            assertEquals(both, answer(at(second, 0.5f), at(first, 1)));
            assertNotEquals(both, answer(at(first, 1)));
            assertNotEquals(both, answer(at(second, 0.5f)));
        }

        @Test
        void is_not_freed_while_a_context_applies_it() {
            answer(at(first, 1));
            assertThrows(IllegalStateException.class, first::close);
            answer(at(second, 1));
            first.close();
            assertThrows(IllegalStateException.class, () -> answer(at(first, 1)));
        }
    }

    @Nested
    class A_file_that_llama_cpp_refuses {
        @Test
        void becomes_a_sentence_that_says_why() {
            Path other = MisfitAdapter.OTHER_ARCHITECTURE.write(folder.resolve("other.gguf"));
            NativeException refused =
                    assertThrows(NativeException.class, () -> model.loadAdapter(other));
            assertTrue(String.valueOf(refused.getMessage()).contains("arch"), refused.getMessage());
            Path half = MisfitAdapter.MISSING_B.write(folder.resolve("half.gguf"));
            assertThrows(NativeException.class, () -> model.loadAdapter(half));
            Path none = folder.resolve("none.gguf");
            assertThrows(NativeException.class, () -> model.loadAdapter(none));
        }
    }
}
