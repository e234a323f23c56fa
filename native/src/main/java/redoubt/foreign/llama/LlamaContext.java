package redoubt.foreign.llama;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One cache and one computation: decodes batches of several sequences. Owns the native context.
/// Used by one thread at a time, which should be a platform thread because calls block;
/// [#requestAbort] may be called by any thread.
public final class LlamaContext implements AutoCloseable {
    private static final VarHandle FLAG = JAVA_INT.varHandle();

    /// Values of `llama_pooling_type`.
    private static final int POOLING_MEAN = 1;

    private static final int POOLING_FIRST = 2;
    private static final int POOLING_LAST = 3;
    private static final int POOLING_RANK = 4;

    private final LlamaLibrary library;
    private final ShimLibrary shim;
    private final Arena arena;
    private final MemorySegment context;
    private final MemorySegment memory;
    private final MemorySegment abort;
    private final MemorySegment error;
    private final int vocabularySize;
    private final int sequencesMax;
    private final int outputsMax;
    private final int pooledSize;
    private List<LlamaAdapter.Applied> applied = List.of();
    private boolean closed;

    private LlamaContext(
            LlamaLibrary library,
            ShimLibrary shim,
            Arena arena,
            MemorySegment context,
            MemorySegment abort,
            MemorySegment error,
            int vocabularySize,
            int outputsMax,
            int pooledSize) {
        this.library = library;
        this.shim = shim;
        this.arena = arena;
        this.context = context;
        this.memory = library.contextMemory.call(context);
        this.abort = abort;
        this.error = error;
        this.vocabularySize = vocabularySize;
        this.outputsMax = outputsMax;
        this.pooledSize = pooledSize;
        this.sequencesMax = library.contextSequences.call(context);
    }

    static LlamaContext of(
            LlamaLibrary library,
            ShimLibrary shim,
            MemorySegment model,
            int vocabularySize,
            ContextOptions options,
            @Nullable LlamaContext beside) {
        Arena arena = Arena.ofShared();
        MemorySegment abort = arena.allocate(JAVA_INT);
        MemorySegment error = arena.allocate(ShimLibrary.ERROR_BYTES);
        MemorySegment parameters =
                library.defaults("llama_context_default_params", Structs.CONTEXT, arena);
        fill(parameters, options);
        Structs.set(parameters, Structs.CONTEXT, "abort_callback", shim.abortWhenSet);
        Structs.set(parameters, Structs.CONTEXT, "abort_callback_data", abort);
        MemorySegment context =
                shim.contextNew.call(
                        model,
                        parameters,
                        beside == null ? MemorySegment.NULL : beside.context,
                        error,
                        ShimLibrary.ERROR_BYTES);
        if (context.equals(MemorySegment.NULL)) {
            String reason = CText.reason(error);
            arena.close();
            throw new NativeException(
                    "The model cannot be given a context of %d tokens for %d sequences (%s). Ask for less, or free memory."
                            .formatted(options.contextTokens(), options.sequencesMax(), reason));
        }
        return new LlamaContext(
                library,
                shim,
                arena,
                context,
                abort,
                error,
                vocabularySize,
                outputsMax(options),
                pooledSize(library, model, context, options));
    }

    private static void fill(MemorySegment parameters, ContextOptions options) {
        Structs.set(parameters, Structs.CONTEXT, "n_ctx", options.contextTokens());
        Structs.set(parameters, Structs.CONTEXT, "n_batch", options.batchTokens());
        Structs.set(parameters, Structs.CONTEXT, "n_ubatch", options.ubatchTokens());
        Structs.set(parameters, Structs.CONTEXT, "n_seq_max", options.sequencesMax());
        // Otherwise llama.cpp reserves logits for every token of a step: half a gigabyte for a
        // large vocabulary.
        Structs.set(parameters, Structs.CONTEXT, "n_outputs_max", outputsMax(options));
        Structs.set(parameters, Structs.CONTEXT, "embeddings", options.pooled());
        Structs.set(parameters, Structs.CONTEXT, "n_threads", options.threads());
        Structs.set(parameters, Structs.CONTEXT, "n_threads_batch", options.threadsBatch());
        Structs.set(parameters, Structs.CONTEXT, "kv_unified", options.kvUnified());
        Structs.set(parameters, Structs.CONTEXT, "no_perf", true);
        Structs.set(
                parameters,
                Structs.CONTEXT,
                "flash_attn_type",
                switch (options.flashAttention()) {
                    case AUTO -> -1;
                    case OFF -> 0;
                    case ON -> 1;
                });
        Structs.set(parameters, Structs.CONTEXT, "type_k", ggmlType(options.typeK()));
        Structs.set(parameters, Structs.CONTEXT, "type_v", ggmlType(options.typeV()));
    }

    /// Every sequence samples from at most one token of a batch; what is pooled is all tokens.
    private static int outputsMax(ContextOptions options) {
        return options.pooled() ? options.batchTokens() : options.sequencesMax();
    }

    private static int pooledSize(
            LlamaLibrary library,
            MemorySegment model,
            MemorySegment context,
            ContextOptions options) {
        if (!options.pooled()) {
            return 0;
        }
        return switch (library.contextPooling.call(context)) {
            case POOLING_MEAN, POOLING_FIRST, POOLING_LAST -> library.modelVectorSize.call(model);
            case POOLING_RANK -> library.modelScores.call(model);
            default -> 0;
        };
    }

    private static int ggmlType(ContextOptions.CacheType type) {
        return switch (type) {
            case F32 -> 0;
            case F16 -> 1;
            case Q4_0 -> 2;
            case Q8_0 -> 8;
            case BF16 -> 30;
        };
    }

    /// Positions of the cache, as llama.cpp rounded them.
    public int contextTokens() {
        return library.contextTokens.call(context);
    }

    /// Sequences from 0 that may be used.
    public int sequencesMax() {
        return sequencesMax;
    }

    /// Tokens that a batch may hold.
    public int batchTokens() {
        return library.contextBatch.call(context);
    }

    /// Tokens computed at once.
    public int ubatchTokens() {
        return library.contextUbatch.call(context);
    }

    /// Computes the batch; the logits it asked for live until the next decode.
    ///
    /// @throws NativeException when the computation failed; what the cache holds is then for
    ///   [#positionMax] to say
    public DecodeResult decode(TokenBatch batch) {
        if (batch.size() == 0) {
            throw new IllegalArgumentException("an empty batch cannot be decoded");
        }
        int result = shim.decode.call(context, batch.segment(), error, ShimLibrary.ERROR_BYTES);
        String why = NativeException.why(result, CText.reason(error));
        return switch (result) {
            case 0 -> DecodeResult.DONE;
            case 1 -> DecodeResult.NO_ROOM;
            case 2 -> {
                FLAG.setVolatile(abort, 0L, 0);
                yield DecodeResult.ABORTED;
            }
            default ->
                    throw new NativeException(
                            "llama.cpp could not decode %d tokens (%s, code %d). The request has to end; others may go on."
                                    .formatted(batch.size(), why, result));
        };
    }

    /// Applies these adapters, and no others, from the next decode on. The order does not matter,
    /// but only the same order gives the same rounding. What sequences hold was computed with the
    /// adapters of its time: llama.cpp does not mark it.
    ///
    /// @throws NativeException when llama.cpp refuses; then what was applied before stays
    public void apply(List<LlamaAdapter.Applied> adapters) {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment pointers = scratch.allocate(ADDRESS, Math.max(adapters.size(), 1));
            MemorySegment scales = scratch.allocate(JAVA_FLOAT, Math.max(adapters.size(), 1));
            for (int index = 0; index < adapters.size(); index++) {
                pointers.setAtIndex(ADDRESS, index, adapters.get(index).adapter().segment());
                scales.setAtIndex(JAVA_FLOAT, index, adapters.get(index).scale());
            }
            int result =
                    shim.adaptersApply.call(
                            context,
                            pointers,
                            scales,
                            adapters.size(),
                            error,
                            ShimLibrary.ERROR_BYTES);
            if (result == ShimLibrary.FAILED) {
                throw new NativeException(
                        "The adapters could not be switched on (%s). The request has to end; others may go on."
                                .formatted(CText.reason(error)));
            }
        }
        adapters.forEach(entering -> entering.adapter().entersContext());
        applied.forEach(leaving -> leaving.adapter().leavesContext());
        applied = List.copyOf(adapters);
    }

    /// How many numbers [#pooled] gives: the width of a vector, or the number of scores; 0 where
    /// this context does not pool, or the model does not say how.
    public int pooledSize() {
        return pooledSize;
    }

    /// The vector, or the scores, of a sequence of the last batch, as the model computed it.
    ///
    /// @throws NativeException when the last batch had no such sequence
    public float[] pooled(int sequence) {
        if (pooledSize == 0) {
            throw new IllegalStateException("this context pools nothing");
        }
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment numbers = scratch.allocate(JAVA_FLOAT, pooledSize);
            int result =
                    shim.pooled.call(
                            context,
                            checked(sequence),
                            numbers,
                            pooledSize,
                            error,
                            ShimLibrary.ERROR_BYTES);
            if (result == ShimLibrary.FAILED) {
                throw new NativeException(
                        "What was computed for an input cannot be read (%s). The request has to end; others may go on."
                                .formatted(CText.reason(error)));
            }
            return numbers.toArray(JAVA_FLOAT);
        }
    }

    /// Removes positions [from, to) of a sequence; to = -1 is the end.
    ///
    /// @return false when this kind of cache cannot cut a part out: then remove the whole sequence
    public boolean removeSequence(int sequence, int from, int to) {
        return library.sequenceRemove.call(memory, checked(sequence), Math.max(from, 0), to);
    }

    /// Removes a whole sequence; never fails.
    public void removeSequence(int sequence) {
        boolean _ = library.sequenceRemove.call(memory, checked(sequence), -1, -1);
    }

    /// Lets `target` share positions [from, to) of `source`; to = -1 is the end. With a unified
    /// cache this copies no data; without one only whole sequences (0, -1) can be copied.
    public void copySequence(int source, int target, int from, int to) {
        library.sequenceCopy.call(memory, checked(source), checked(target), Math.max(from, 0), to);
    }

    /// The highest position of a sequence in the cache, -1 when it is empty.
    public int positionMax(int sequence) {
        return library.sequenceMax.call(memory, checked(sequence));
    }

    /// The lowest position of a sequence in the cache, -1 when it is empty; above 0 with a sliding
    /// window.
    public int positionMin(int sequence) {
        return library.sequenceMin.call(memory, checked(sequence));
    }

    /// Bytes that the state of a sequence has now.
    public long savedSize(int sequence) {
        return library.sequenceStateSize.call(context, checked(sequence));
    }

    /// The state of a sequence, kept beside the Java heap. The caller closes it.
    public SavedSequence save(int sequence) {
        long size = savedSize(sequence);
        Arena own = Arena.ofShared();
        SavedSequence saved = SavedSequence.allocate(own, Math.max(size, 1));
        long written = library.sequenceState.call(context, saved.segment(), size, sequence);
        if (written == 0) {
            own.close();
            throw new NativeException(
                    "The state of sequence %d could not be read.".formatted(sequence));
        }
        return saved.first(written);
    }

    /// Puts a saved state into a sequence, replacing what it held. Only for states of this model
    /// and these options that were kept where nobody else writes: llama.cpp trusts much of what
    /// they say.
    ///
    /// @throws NativeException when there is no room for it or it does not fit; the sequence is
    ///   then empty
    public void restore(int sequence, SavedSequence saved) {
        removeSequence(sequence);
        long size = saved.size();
        long read =
                shim.restore.call(
                        context, saved.segment(), size, sequence, error, ShimLibrary.ERROR_BYTES);
        if (read == 0 || read != size) {
            removeSequence(sequence);
            throw new NativeException(
                    "A parked sequence could not be resumed (%s). Compute it again from its tokens."
                            .formatted(CText.reason(error)));
        }
    }

    /// The part of its sequences' states that they do not keep as they go on.
    public PassingStates passing() {
        return new PassingStates(library, this);
    }

    /// Brings the logits of the last batch into the order in which they are asked for. The first
    /// look at them does that; after it, several threads may look at the same time.
    public void layOutLogits(int batchIndex) {
        MemorySegment _ = library.logits.call(context, batchIndex);
    }

    /// Asks the decode in progress, or the next one, to stop: it returns ABORTED. Any thread.
    public void requestAbort() {
        FLAG.setVolatile(abort, 0L, 1);
    }

    /// Sets how many threads compute one token, and a prompt, from the next decode on.
    public void setThreads(int threads, int threadsBatch) {
        if (threads < 1 || threadsBatch < 1) {
            throw new IllegalArgumentException("at least one thread is needed");
        }
        library.setThreads.call(context, threads, threadsBatch);
    }

    /// What the context and its model hold in memory.
    public MemoryBreakdown memory() {
        try (Arena scratch = Arena.ofConfined()) {
            MemorySegment bytes = scratch.allocate(JAVA_LONG, 3);
            shim.memory.call(context, bytes);
            return new MemoryBreakdown(
                    bytes.getAtIndex(JAVA_LONG, 0),
                    bytes.getAtIndex(JAVA_LONG, 1),
                    bytes.getAtIndex(JAVA_LONG, 2));
        }
    }

    /// A batch that this context can decode, for reuse. Close it after the context's last decode.
    public TokenBatch newBatch() {
        return new TokenBatch(batchTokens(), sequencesMax, outputsMax, vocabularySize);
    }

    MemorySegment segment() {
        return context;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            shim.contextFree.call(context);
            applied.forEach(leaving -> leaving.adapter().leavesContext());
            arena.close();
        }
    }

    int checked(int sequence) {
        if (sequence < 0 || sequence >= sequencesMax) {
            throw new IllegalArgumentException(
                    "sequence %d is not one of the %d of this context"
                            .formatted(sequence, sequencesMax));
        }
        return sequence;
    }
}
