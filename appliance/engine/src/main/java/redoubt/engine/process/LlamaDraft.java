package redoubt.engine.process;

import redoubt.engine.client.SamplingParameters;
import redoubt.engine.schedule.Draft;
import redoubt.foreign.llama.DecodeResult;
import redoubt.foreign.llama.LlamaContext;
import redoubt.foreign.llama.NativeException;
import redoubt.foreign.llama.Sampler;
import redoubt.foreign.llama.TokenBatch;

/// A draft in llama.cpp, as the scheduler sees it. Owns batch, sampler and context; the model is
/// lent. Step thread only.
final class LlamaDraft implements Draft {
    private final LlamaContext context;
    private final TokenBatch batch;
    private final Sampler likeliest;
    private final Pulse pulse;
    private final int sequenceTokensMax;
    private final int contextTokens;
    private final int batchTokens;
    private int threads;

    LlamaDraft(DraftModel draft, Pulse pulse) {
        this.context = draft.context();
        this.batch = context.newBatch();
        this.likeliest = draft.model().newSampler(SamplerChain.of(SamplingParameters.greedy(), 0));
        this.pulse = pulse;
        this.threads = pulse.threads();
        this.contextTokens = context.contextTokens();
        this.batchTokens = context.batchTokens();
        this.sequenceTokensMax = Math.min(contextTokens, draft.model().trainedContextTokens());
    }

    @Override
    public int contextTokens() {
        return contextTokens;
    }

    @Override
    public int sequenceTokensMax() {
        return sequenceTokensMax;
    }

    @Override
    public int sequencesMax() {
        return context.sequencesMax();
    }

    @Override
    public int batchTokens() {
        return batchTokens;
    }

    @Override
    public void clear() {
        batch.clear();
    }

    @Override
    public int add(int token, int position, int sequence, boolean wantsLogits) {
        return batch.add(token, position, sequence, wantsLogits);
    }

    @Override
    public DecodeResult decode() {
        int wanted = pulse.threads();
        if (wanted != threads) {
            context.setThreads(wanted, wanted);
            threads = wanted;
        }
        pulse.begin();
        try {
            return context.decode(batch);
        } catch (NativeException failure) {
            System.err.println(
                    "The draft is not used any more, because it failed. Answers go on without it. "
                            + failure.getMessage());
            throw failure;
        } finally {
            pulse.end();
        }
    }

    @Override
    public int likeliest(int batchIndex) {
        return likeliest.sample(context, batchIndex);
    }

    @Override
    public boolean keep(int sequence, int tokens) {
        return context.removeSequence(sequence, tokens, -1)
                && context.positionMax(sequence) == tokens - 1;
    }

    @Override
    public void forget(int sequence) {
        context.removeSequence(sequence);
    }

    @Override
    public void close() {
        likeliest.close();
        batch.close();
        context.close();
    }
}
