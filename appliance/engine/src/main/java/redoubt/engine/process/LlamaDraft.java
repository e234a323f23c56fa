package redoubt.engine.process;

import redoubt.engine.client.SamplingParameters;
import redoubt.engine.schedule.Draft;
import redoubt.foreign.llama.DecodeResult;
import redoubt.foreign.llama.LlamaContext;
import redoubt.foreign.llama.Sampler;
import redoubt.foreign.llama.TokenBatch;

/// A draft in llama.cpp, as the scheduler sees it. Owns batch, sampler, and the draft's model and
/// context. Step thread only.
final class LlamaDraft implements Draft {
    private final DraftModel draft;
    private final LlamaContext context;
    private final TokenBatch batch;
    private final Sampler likeliest;
    private final Computing computing;
    private final int sequenceTokensMax;
    private final int contextTokens;
    private final int batchTokens;

    LlamaDraft(DraftModel draft, Pulse pulse) {
        this.draft = draft;
        this.context = draft.context();
        this.batch = context.newBatch();
        this.likeliest = draft.model().newSampler(SamplerChain.of(SamplingParameters.greedy(), 0));
        this.computing = Computing.with(context, pulse);
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
        return computing.during(() -> context.decode(batch));
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
        draft.close();
    }
}
