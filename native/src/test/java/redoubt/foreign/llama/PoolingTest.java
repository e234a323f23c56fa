package redoubt.foreign.llama;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redoubt.fixtures.TinyEmbedder;
import redoubt.fixtures.TinyEmbedder.Pooling;
import redoubt.fixtures.TinyModel;

class PoolingTest {
    private static final int TOKENS = 128;

    /// Other batches are rounded differently, and numbers here are about one.
    private static final float ROUNDING = 2e-3f;

    @TempDir Path folder;

    private interface Use {
        void with(LlamaModel model, LlamaContext context);
    }

    private void with(Path file, Use use) {
        try (LlamaModel model = OpenLlama.get().load(file, ModelOptions.defaults());
                LlamaContext context = model.newContext(ContextOptions.pooling(TOKENS, 4, 1))) {
            use.with(model, context);
        }
    }

    private static double apart(float[] one, float[] other) {
        return IntStream.range(0, one.length)
                .mapToDouble(at -> Math.abs(one[at] - other[at]))
                .max()
                .orElseThrow();
    }

    private static float[][] pooled(LlamaModel model, LlamaContext context, String... texts) {
        try (TokenBatch batch = context.newBatch()) {
            for (int sequence = 0; sequence < texts.length; sequence++) {
                int[] tokens = model.tokenize(texts[sequence], true, false);
                for (int position = 0; position < tokens.length; position++) {
                    batch.add(tokens[position], position, sequence, true);
                }
            }
            assertEquals(DecodeResult.DONE, context.decode(batch));
            float[][] vectors = new float[texts.length][];
            for (int sequence = 0; sequence < texts.length; sequence++) {
                vectors[sequence] = context.pooled(sequence);
                context.removeSequence(sequence);
            }
            return vectors;
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Pooling.class,
            names = {"MEAN", "FIRST", "LAST", "RANK"})
    void an_encoder_gives_each_sequence_of_a_batch_what_it_gets_alone(Pooling pooling) {
        with(
                TinyEmbedder.write(folder.resolve("e.gguf"), pooling, 256, 3),
                (model, context) -> {
                    assertEquals(
                            pooling == Pooling.RANK ? 1 : TinyEmbedder.WIDTH, context.pooledSize());
                    float[] one = pooled(model, context, "some words")[0];
                    float[] two = pooled(model, context, "other, longer words")[0];
                    float[][] both = pooled(model, context, "some words", "other, longer words");
                    assertArrayEquals(one, both[0], ROUNDING);
                    assertArrayEquals(two, both[1], ROUNDING);
                    assertTrue(apart(one, two) > 10 * ROUNDING, () -> "only " + apart(one, two));
                });
    }

    @Test
    void a_decoder_gives_each_sequence_of_a_batch_what_it_gets_alone() {
        with(
                TinyEmbedder.writeDecoder(
                        folder.resolve("d.gguf"), Pooling.LAST, TinyModel.Options.base()),
                (model, context) -> {
                    float[] one = pooled(model, context, "some words")[0];
                    float[][] both = pooled(model, context, "other", "some words");
                    assertArrayEquals(one, both[1], ROUNDING);
                    assertTrue(apart(one, both[0]) > 10 * ROUNDING);
                });
    }

    @Test
    void a_batch_may_be_as_long_as_the_context() {
        with(
                TinyEmbedder.write(folder.resolve("e.gguf"), Pooling.MEAN, TOKENS, 3),
                (model, context) ->
                        assertEquals(
                                TinyEmbedder.WIDTH,
                                pooled(model, context, "x".repeat(TOKENS - 2))[0].length));
    }

    @Test
    void a_sequence_that_was_not_computed_has_no_vector() {
        with(
                TinyEmbedder.write(folder.resolve("e.gguf"), Pooling.MEAN, 256, 3),
                (model, context) -> {
                    pooled(model, context, "a");
                    assertThrows(NativeException.class, () -> context.pooled(2));
                });
    }

    @Test
    void a_model_that_does_not_pool_says_so() {
        with(
                TinyModel.write(folder.resolve("m.gguf"), TinyModel.Options.base()),
                (_, context) -> {
                    assertEquals(0, context.pooledSize());
                    assertThrows(IllegalStateException.class, () -> context.pooled(0));
                });
    }

    @Test
    void the_vocabulary_of_an_encoder_says_what_goes_between_texts() {
        with(
                TinyEmbedder.write(folder.resolve("e.gguf"), Pooling.RANK, 256, 3),
                (model, _) -> {
                    assertEquals(TinyEmbedder.SEPARATOR, model.separatorToken().orElseThrow());
                    int[] tokens = model.tokenize("ab [SEP]", true, false);
                    assertEquals(TinyEmbedder.BEGIN, tokens[0]);
                    assertEquals(TinyEmbedder.SEPARATOR, tokens[tokens.length - 1]);
                    assertEquals(
                            1,
                            Arrays.stream(tokens)
                                    .filter(token -> token == TinyEmbedder.SEPARATOR)
                                    .count());
                });
    }
}
