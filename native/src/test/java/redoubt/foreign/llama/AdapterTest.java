package redoubt.foreign.llama;

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

    private List<float[]> computed(LlamaAdapter.Applied... adapters) {
        context.apply(List.of(adapters));
        context.removeSequence(0);
        return along(0, prompt(0, 0, tokens("the same words")), tokens(" and some more"));
    }

    private static LlamaAdapter.Applied at(LlamaAdapter adapter, float scale) {
        return new LlamaAdapter.Applied(adapter, scale);
    }

    @Nested
    class An_adapter {
        @Test
        void changes_what_the_model_says_until_it_is_taken_off() {
            List<float[]> plain = computed();
            List<float[]> adapted = computed(at(first, 1));
            assertOther(plain, adapted);
            assertSame(plain, computed());
            assertSame(adapted, computed(at(first, 1)));
        }

        @Test
        void at_scale_nought_changes_nothing() {
            assertSame(computed(), computed(at(first, 0)));
        }

        @Test
        void is_as_strong_as_its_scale_says() {
            assertOther(computed(at(first, 1)), computed(at(first, -1)));
        }

        @Test
        void goes_together_with_another() {
            List<float[]> both = computed(at(first, 1), at(second, 0.5f));
            assertSame(both, computed(at(second, 0.5f), at(first, 1)));
            assertOther(both, computed(at(first, 1)));
            assertOther(both, computed(at(second, 0.5f)));
        }

        @Test
        void is_not_freed_while_a_context_applies_it() {
            computed(at(first, 1));
            assertThrows(IllegalStateException.class, first::close);
            computed(at(second, 1));
            first.close();
            assertThrows(IllegalStateException.class, () -> computed(at(first, 1)));
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
