package redoubt.foreign.llama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import redoubt.fixtures.TinyModel;

/// A tiny model, a context of four sequences, and the steps that tests of decoding and sampling
/// share.
abstract class TinyDecoding {
    static final int CONTEXT = 256;

    /// Of a logit; both as measured with every CPU variant, with room.
    private static final double ROUNDING = 0.2;

    private static final double CLEARLY = 0.5;

    @TempDir static Path folder;
    static LlamaModel model;

    LlamaContext context;
    TokenBatch batch;

    @BeforeAll
    static void load() {
        Llama llama = OpenLlama.get();
        Path file = TinyModel.write(folder.resolve("tiny.gguf"), TinyModel.Options.base());
        model = llama.load(file, ModelOptions.defaults());
    }

    @AfterAll
    static void unload() {
        if (model != null) {
            model.close();
        }
    }

    @BeforeEach
    void open() {
        context = model.newContext(ContextOptions.of(CONTEXT, 4, 1));
        batch = context.newBatch();
    }

    @AfterEach
    void close() {
        if (context != null) {
            batch.close();
            context.close();
        }
    }

    /// Decodes a prompt into a sequence and returns the batch index of its last token.
    int prompt(int sequence, int from, int... tokens) {
        batch.clear();
        int last = -1;
        for (int index = 0; index < tokens.length; index++) {
            last = batch.add(tokens[index], from + index, sequence, index == tokens.length - 1);
        }
        assertEquals(DecodeResult.DONE, context.decode(batch));
        return last;
    }

    /// Goes on from where a sequence is.
    List<Integer> generate(int sequence, int lastIndex, SamplingParameters parameters, int count) {
        List<Integer> answer = new ArrayList<>();
        try (Sampler sampler = model.newSampler(parameters)) {
            int index = lastIndex;
            for (int step = 0; step < count; step++) {
                int token = sampler.sample(context, index);
                answer.add(token);
                index = prompt(sequence, context.positionMax(sequence) + 1, token);
            }
        }
        return answer;
    }

    /// Chooses among all tokens, whatever their chances: nothing is cut off.
    static SamplingParameters amongAll(float temperature, Map<Integer, Float> bias, long seed) {
        return amongAll(
                temperature,
                SamplingParameters.Penalties.OFF,
                SamplingParameters.Mirostat.OFF,
                bias,
                seed);
    }

    static SamplingParameters amongAll(
            float temperature,
            SamplingParameters.Penalties penalties,
            SamplingParameters.Mirostat mirostat,
            Map<Integer, Float> bias,
            long seed) {
        return new SamplingParameters(
                temperature,
                0,
                1f,
                0f,
                1f,
                0f,
                SamplingParameters.Xtc.OFF,
                SamplingParameters.Dry.OFF,
                penalties,
                mirostat,
                bias,
                seed);
    }

    /// What it computes for each token that follows, where a sequence goes on with `words`: for a
    /// comparison, because other batches and other cells are rounded differently, and a model of
    /// random weights has two almost equally likely tokens every now and then.
    List<float[]> along(int sequence, int lastIndex, int... words) {
        List<float[]> computed = new ArrayList<>();
        int index = lastIndex;
        for (int token : words) {
            computed.add(Logits.of(context, index, model.vocabularySize()));
            index = prompt(sequence, context.positionMax(sequence) + 1, token);
        }
        computed.add(Logits.of(context, index, model.vocabularySize()));
        return computed;
    }

    /// The same but for rounding.
    static void assertSame(List<float[]> these, List<float[]> those) {
        double apart = apart(these, those);
        assertTrue(apart < ROUNDING, "logits are %f apart".formatted(apart));
    }

    /// Not the same, by far more than rounding does.
    static void assertOther(List<float[]> these, List<float[]> those) {
        double apart = apart(these, those);
        assertTrue(apart > CLEARLY, "logits are only %f apart".formatted(apart));
    }

    private static double apart(List<float[]> these, List<float[]> those) {
        assertEquals(these.size(), those.size());
        double most = 0;
        for (int at = 0; at < these.size(); at++) {
            for (int token = 0; token < these.get(at).length; token++) {
                most = Math.max(most, Math.abs(these.get(at)[token] - those.get(at)[token]));
            }
        }
        return most;
    }

    static int[] tokens(String text) {
        return model.tokenize(text, true, false);
    }
}
