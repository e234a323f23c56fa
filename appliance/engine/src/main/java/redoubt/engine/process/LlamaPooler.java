package redoubt.engine.process;

import java.util.ArrayList;
import java.util.List;
import redoubt.engine.vectors.Pooler;
import redoubt.foreign.llama.DecodeResult;
import redoubt.foreign.llama.LlamaContext;
import redoubt.foreign.llama.NativeException;
import redoubt.foreign.llama.TokenBatch;

/// llama.cpp as the loop of vectors sees it. Each input is a sequence of its own, whole in one
/// batch, and forgotten after it. Owns the batch; the context is lent. Step thread only.
final class LlamaPooler implements Pooler {
    private final LlamaContext context;
    private final TokenBatch batch;
    private final Computing computing;
    private final int tokensMax;

    /// @param tokensMax no input is longer; the model has no positions beyond
    LlamaPooler(LlamaContext context, int tokensMax, Pulse pulse) {
        this.context = context;
        this.batch = context.newBatch();
        this.tokensMax = tokensMax;
        this.computing = Computing.with(context, pulse);
    }

    @Override
    public int tokensMax() {
        return tokensMax;
    }

    @Override
    public int inputsMax() {
        return context.sequencesMax();
    }

    @Override
    public List<float[]> compute(List<int[]> inputs) {
        batch.clear();
        for (int sequence = 0; sequence < inputs.size(); sequence++) {
            int[] tokens = inputs.get(sequence);
            for (int position = 0; position < tokens.length; position++) {
                batch.add(tokens[position], position, sequence, true);
            }
        }
        try {
            return computing.during(() -> vectors(inputs.size()));
        } catch (NativeException failure) {
            throw EngineMemory.unlessExhausted(failure);
        } finally {
            for (int sequence = 0; sequence < inputs.size(); sequence++) {
                context.removeSequence(sequence);
            }
        }
    }

    private List<float[]> vectors(int inputs) {
        DecodeResult result = context.decode(batch);
        if (result != DecodeResult.DONE) {
            throw new NativeException(
                    "The inputs were not computed (%s). Try again, and report it if it happens twice."
                            .formatted(result));
        }
        List<float[]> vectors = new ArrayList<>();
        for (int sequence = 0; sequence < inputs; sequence++) {
            vectors.add(context.pooled(sequence));
        }
        return vectors;
    }
}
