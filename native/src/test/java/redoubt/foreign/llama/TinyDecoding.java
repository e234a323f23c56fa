package redoubt.foreign.llama;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

    static int[] tokens(String text) {
        return model.tokenize(text, true, false);
    }
}
