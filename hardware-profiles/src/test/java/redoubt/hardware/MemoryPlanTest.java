package redoubt.hardware;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryPlanTest {
    private static final long GIB = 1L << 30;

    @TempDir Path folder;

    private GgufHeader model(ModelFile file) throws IOException {
        return assertInstanceOf(
                GgufHeader.class, GgufHeader.read(file.write(folder.resolve("m.gguf"))));
    }

    private static Host with(long availableBytes) {
        return new Host(
                new Cores(2, 2, ""),
                new Memory(availableBytes, availableBytes, false, ""),
                new Processor("x86-64", "", "", new TreeSet<>()));
    }

    private static ContextWanted wanted(int contextTokens, int sequences) {
        return new ContextWanted(contextTokens, sequences, 512, 2048);
    }

    @Nested
    class A_model_of_five_gigabytes {
        @Test
        void fits_into_sixteen() throws IOException {
            MemoryVerdict verdict =
                    MemoryPlan.of(model(ModelFile.llama(32)), wanted(8192, 4), with(16 * GIB));
            var fits = assertInstanceOf(MemoryVerdict.Fits.class, verdict);
            assertTrue(fits.needsBytes() > 9 * GIB, fits.sentence());
            assertTrue(fits.sentence().startsWith("Large Test Model fits: it needs "));
        }

        @Test
        void fits_into_eight_with_less_context() throws IOException {
            MemoryVerdict verdict =
                    MemoryPlan.of(model(ModelFile.llama(32)), wanted(8192, 4), with(8 * GIB));
            var fits = assertInstanceOf(MemoryVerdict.FitsWith.class, verdict);
            assertTrue(fits.contextTokens() >= 2048 && fits.contextTokens() < 8192);
            assertTrue(fits.needsBytes() <= 8 * GIB);
            assertTrue(fits.sentence().contains("4 x " + fits.contextTokens()), fits.sentence());
        }

        @Test
        void does_not_fit_into_four() throws IOException {
            MemoryVerdict verdict =
                    MemoryPlan.of(model(ModelFile.llama(32)), wanted(8192, 4), with(4 * GIB));
            var refused = assertInstanceOf(MemoryVerdict.DoesNotFit.class, verdict);
            assertEquals(4 * GIB, refused.availableBytes());
            assertTrue(refused.sentence().contains("does not fit"), refused.sentence());
            assertTrue(refused.sentence().contains("4.0 GiB are there"), refused.sentence());
        }
    }

    @Nested
    class The_cache {
        @Test
        void is_two_bytes_for_each_key_and_value_of_each_layer() throws IOException {
            MemoryPlan plan = MemoryPlan.plan(model(ModelFile.llama(32)), wanted(8192, 1), 8192);
            assertEquals(32L * 8192 * 8 * (128 + 128) * 2, plan.cacheBytes());
        }

        @Test
        void counts_the_heads_of_each_layer_where_they_differ() throws IOException {
            GgufHeader model =
                    model(
                            ModelFile.llama(3)
                                    .with("llama.attention.head_count_kv", List.of(8, 0, 4)));
            assertEquals(
                    100L * 12 * 256 * 2, MemoryPlan.plan(model, wanted(100, 1), 100).cacheBytes());
        }

        @Test
        void is_never_planned_past_what_the_model_was_trained_for() throws IOException {
            GgufHeader model = model(ModelFile.llama(1).with("llama.context_length", 1000));
            assertEquals(
                    MemoryPlan.plan(model, wanted(1000, 2), 1000).needsBytes(),
                    ((MemoryVerdict.Fits) MemoryPlan.of(model, wanted(50_000, 2), with(64 * GIB)))
                            .needsBytes());
        }
    }

    @Nested
    class A_draft {
        private GgufHeader draft(int layers) throws IOException {
            ModelFile file = ModelFile.llama(layers).with("general.name", "Small Test Model");
            return assertInstanceOf(
                    GgufHeader.class, GgufHeader.read(file.write(folder.resolve("d.gguf"))));
        }

        @Test
        void counts_with_its_weights_and_a_cache_of_its_own() throws IOException {
            GgufHeader model = model(ModelFile.llama(32));
            GgufHeader draft = draft(2);
            MemoryPlan without = MemoryPlan.plan(model, wanted(8192, 1), 8192);
            MemoryPlan with = MemoryPlan.plan(model, wanted(8192, 1).withDraft(draft), 8192);
            assertEquals(without.weightsBytes() + draft.fileBytes(), with.weightsBytes());
            assertEquals(without.cacheBytes() * 34 / 32, with.cacheBytes());
            assertEquals(without.engineBytes(), with.engineBytes());
            assertTrue(with.computeBytes() > without.computeBytes());
        }

        @Test
        void has_no_more_context_than_it_was_trained_for() throws IOException {
            GgufHeader draft =
                    assertInstanceOf(
                            GgufHeader.class,
                            GgufHeader.read(
                                    ModelFile.llama(32)
                                            .with("llama.context_length", 4096)
                                            .write(folder.resolve("d.gguf"))));
            GgufHeader model = model(ModelFile.llama(32));
            long cache = MemoryPlan.plan(model, wanted(8192, 1), 8192).cacheBytes();
            assertEquals(
                    cache * 3 / 2,
                    MemoryPlan.plan(model, wanted(8192, 1).withDraft(draft), 8192).cacheBytes());
        }

        @Test
        void can_be_what_does_not_fit() throws IOException {
            GgufHeader model = model(ModelFile.llama(32));
            ContextWanted wanted = wanted(2048, 1);
            assertInstanceOf(MemoryVerdict.Fits.class, MemoryPlan.of(model, wanted, with(8 * GIB)));
            var refused =
                    assertInstanceOf(
                            MemoryVerdict.DoesNotFit.class,
                            MemoryPlan.of(model, wanted.withDraft(draft(32)), with(8 * GIB)));
            assertTrue(
                    refused.sentence()
                            .startsWith("Large Test Model with the draft Small Test Model does"),
                    refused.sentence());
            assertTrue(
                    refused.sentence().contains("load it without its draft"), refused.sentence());
        }
    }

    @Test
    void absurd_facts_need_more_than_there_is_and_wrap_round_nowhere() throws IOException {
        GgufHeader model =
                model(
                        ModelFile.llama(1)
                                .with("llama.block_count", 1 << 26)
                                .with("llama.context_length", 1 << 26)
                                .with("llama.attention.head_count_kv", 2_000_000_000)
                                .with("llama.attention.key_length", 2_000_000_000));
        assertInstanceOf(
                MemoryVerdict.DoesNotFit.class,
                MemoryPlan.of(model, wanted(1 << 26, 1000), with(64 * GIB)));
    }
}
