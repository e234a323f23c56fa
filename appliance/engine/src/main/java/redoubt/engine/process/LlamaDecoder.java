package redoubt.engine.process;

import java.util.List;
import redoubt.engine.client.AdapterUse;
import redoubt.engine.client.SamplingParameters;
import redoubt.engine.schedule.Choosing;
import redoubt.engine.schedule.Decoder;
import redoubt.foreign.llama.ContextOptions;
import redoubt.foreign.llama.DecodeResult;
import redoubt.foreign.llama.LlamaContext;
import redoubt.foreign.llama.LlamaModel;
import redoubt.foreign.llama.NativeException;
import redoubt.foreign.llama.SavedSequence;
import redoubt.foreign.llama.TokenBatch;

/// llama.cpp as the scheduler sees it. Owns batch and context; the model is lent. Step thread only.
final class LlamaDecoder implements Decoder {
    private static final int ALONE_TOKENS_MIN = 256;
    // Saving a mark takes about as long as computing five tokens.
    private static final int MARK_TOKENS = 512;
    // Kernels take tokens by fours.
    private static final int PADDING_MAX = 3;
    private static final int PADDING_TOKEN = 0;

    private final LlamaModel model;
    private final LlamaContext context;
    private final TokenBatch batch;
    private final Pulse pulse;
    private final Computing computing;
    private final Adapters adapters;
    private final int slidingWindowTokens;
    // Asked for with every token, and they never change.
    private final int contextTokens;
    private final int batchTokens;
    private final int sequencesMax;
    private final ContextOptions options;
    private int logitsIndex = -1;
    private int padding;

    private List<AdapterUse> using = List.of();

    /// @param sequencesMax generations that are computed together
    /// @param options with which the context was made
    LlamaDecoder(
            LlamaModel model,
            LlamaContext context,
            int sequencesMax,
            ContextOptions options,
            Adapters adapters,
            Pulse pulse) {
        this(
                model,
                context,
                sequencesMax,
                options,
                adapters,
                pulse,
                Computing.with(context, pulse));
    }

    private LlamaDecoder(
            LlamaModel model,
            LlamaContext context,
            int sequencesMax,
            ContextOptions options,
            Adapters adapters,
            Pulse pulse,
            Computing computing) {
        this.model = model;
        this.context = context;
        this.sequencesMax = sequencesMax;
        this.options = options;
        this.adapters = adapters;
        this.batch = context.newBatch();
        this.pulse = pulse;
        this.computing = computing;
        this.slidingWindowTokens = model.slidingWindowTokens();
        this.contextTokens = context.contextTokens();
        this.batchTokens = context.batchTokens();
    }

    @Override
    public int contextTokens() {
        return contextTokens;
    }

    @Override
    public int sequencesMax() {
        return sequencesMax;
    }

    @Override
    public int places() {
        return paddingMax() == 0 ? context.sequencesMax() : context.sequencesMax() - 1;
    }

    @Override
    public int batchTokens() {
        return batchTokens;
    }

    @Override
    public int ubatchTokens() {
        return context.ubatchTokens();
    }

    @Override
    public void clear() {
        batch.clear();
        padding = 0;
        logitsIndex = -1;
    }

    @Override
    public int add(int token, int position, int sequence, boolean wantsLogits) {
        int index = batch.add(token, position, sequence, wantsLogits);
        logitsIndex = wantsLogits ? index : logitsIndex;
        return index;
    }

    // A model with one state for a sequence would need one for them too.
    @Override
    public int paddingMax() {
        return cutsBack() && context.sequencesMax() > sequencesMax ? PADDING_MAX : 0;
    }

    @Override
    public void pad(int tokens) {
        for (; padding < tokens; padding++) {
            int _ = batch.add(PADDING_TOKEN, padding, places(), true);
        }
    }

    @Override
    public DecodeResult decode() {
        try {
            return computing.during(() -> {
                DecodeResult result = context.decode(batch);
                if (result == DecodeResult.DONE && logitsIndex >= 0) {
                    context.layOutLogits(logitsIndex);
                }
                return result;
            });
        } catch (NativeException failure) {
            throw EngineMemory.unlessExhausted(failure);
        } finally {
            if (padding > 0) {
                context.removeSequence(places());
            }
        }
    }

    @Override
    public Choice choice(Choosing choosing) {
        SamplingParameters sampling = choosing.sampling();
        for (int token : sampling.logitBias().keySet()) {
            if (token < 0 || token >= model.vocabularySize()) {
                throw new IllegalArgumentException(
                        "logit_bias names token %d, but this model's tokens are 0 to %d. Use token numbers of this model."
                                .formatted(token, model.vocabularySize() - 1));
            }
        }
        return new NativeChoice(
                model.newSampler(
                        SamplerChain.of(sampling, choosing.seed()),
                        choosing.form().grammar(),
                        choosing.logprobs()),
                model,
                context,
                choosing.stopwatch());
    }

    @Override
    public void use(List<AdapterUse> uses) {
        if (!uses.equals(using)) {
            context.apply(adapters.applied(uses));
            using = uses;
        }
    }

    @Override
    public boolean cutsBack() {
        return !model.isRecurrent();
    }

    @Override
    public boolean keep(int sequence, int tokens) {
        int there = context.positionMax(sequence) + 1;
        if (there == tokens) {
            return true;
        }
        return there > tokens
                && holdsWindow(sequence, tokens)
                && context.removeSequence(sequence, tokens, -1);
    }

    @Override
    public boolean share(int source, int target, int tokens) {
        int there = context.positionMax(source) + 1;
        if (there < tokens || !holdsWindow(source, tokens) || (there > tokens && !cutsBack())) {
            return false;
        }
        context.copySequence(source, target, 0, tokens);
        return true;
    }

    @Override
    public void share(int source, int target, int tokens, Saved mark) {
        context.copySequence(source, target, 0, tokens);
        rewind(target, mark, tokens);
    }

    @Override
    public boolean reaches(int sequence, int tokens) {
        int there = context.positionMax(sequence) + 1;
        return there == tokens || (there > tokens && cutsBack() && holdsWindow(sequence, tokens));
    }

    @Override
    public boolean reachesSaved(int whole, int tokens) {
        // Of a window, no more is saved than what is in it.
        return whole == tokens
                || (cutsBack() && (slidingWindowTokens == 0 || whole <= slidingWindowTokens));
    }

    @Override
    public int markTokens() {
        return slidingWindowTokens == 0 && cutsBack()
                ? 0
                : Math.max(slidingWindowTokens, MARK_TOKENS);
    }

    @Override
    public boolean marksEarlier() {
        return cutsBack();
    }

    @Override
    public Saved mark(int sequence) {
        int tokens = context.positionMax(sequence) + 1;
        SavedSequence saved = context.passing().save(sequence);
        if (cutsBack()) {
            try {
                // Attention passes over all cells up to the last one in use: now they are fewer.
                context.passing().restore(sequence, saved, tokens);
            } catch (NativeException failure) {
                saved.close();
                throw failure;
            }
        }
        return new NativeState(saved);
    }

    @Override
    public Saved mark(int sequence, int scratch, int tokens) {
        context.copySequence(sequence, scratch, 0, tokens);
        try {
            return new NativeState(context.passing().save(scratch));
        } finally {
            context.removeSequence(scratch);
        }
    }

    @Override
    public void rewind(int sequence, Saved mark, int tokens) {
        context.passing().restore(sequence, stateOf(mark), tokens);
    }

    private static SavedSequence stateOf(Saved saved) {
        if (saved instanceof NativeState(SavedSequence state)) {
            return state;
        }
        throw new IllegalArgumentException("a state of another decoder");
    }

    // A sliding window forgets what it has passed, as soon as others need the room.
    private boolean holdsWindow(int sequence, int tokens) {
        return slidingWindowTokens == 0
                || context.positionMin(sequence) <= Math.max(0, tokens - slidingWindowTokens);
    }

    @Override
    public void forget(int sequence) {
        context.removeSequence(sequence);
    }

    @Override
    public long savedBytes(int sequence) {
        return context.savedSize(sequence);
    }

    @Override
    public Saved save(int sequence) {
        return new NativeState(context.save(sequence));
    }

    @Override
    public Saved blank(long bytes) {
        return new NativeState(SavedSequence.ofSize(bytes));
    }

    @Override
    public void restore(int sequence, Saved saved) {
        context.restore(sequence, stateOf(saved));
    }

    @Override
    public Decoder alone(int tokens) {
        int room = Math.max(tokens, ALONE_TOKENS_MIN);
        OwnCache.require(context.memory(), contextTokens, room);
        ContextOptions own = options.alone(room);
        LlamaContext made = model.newContext(own, context);
        return new LlamaDecoder(
                model, made, 1, own, adapters, pulse, Computing.withTheSameThreads(made, pulse));
    }

    @Override
    public void abort() {
        context.requestAbort();
    }

    @Override
    public void close() {
        batch.close();
        context.close();
    }

    @Override
    public byte[] piece(int token) {
        return model.piece(token);
    }

    @Override
    public byte[] shown(int token) {
        return model.shown(token);
    }

    @Override
    public boolean endsGeneration(int token) {
        return model.endsGeneration(token);
    }

    private record NativeState(SavedSequence state) implements Saved {
        @Override
        public long bytes() {
            return state.size();
        }

        @Override
        public byte[] part(long offset, int length) {
            return state.part(offset, length);
        }

        @Override
        public void put(long offset, byte[] part) {
            state.put(offset, part);
        }

        @Override
        public void close() {
            state.close();
        }
    }
}
