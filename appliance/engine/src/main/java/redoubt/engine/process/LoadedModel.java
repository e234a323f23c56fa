package redoubt.engine.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import redoubt.engine.client.EngineFacts;
import redoubt.engine.protocol.ToEngine;
import redoubt.foreign.llama.ChatTemplate;
import redoubt.foreign.llama.ContextOptions;
import redoubt.foreign.llama.Llama;
import redoubt.foreign.llama.LlamaContext;
import redoubt.foreign.llama.LlamaModel;
import redoubt.foreign.llama.MemoryBreakdown;
import redoubt.foreign.llama.ModelOptions;
import redoubt.foreign.llama.NativeException;
import redoubt.foreign.llama.TokenBatch;
import redoubt.foreign.posix.PosixException;
import redoubt.foreign.posix.SystemCallFilter;
import redoubt.hardware.ContextWanted;
import redoubt.hardware.GgufHeader;
import redoubt.hardware.GgufReading;
import redoubt.hardware.Host;
import redoubt.hardware.MemoryPlan;
import redoubt.hardware.MemoryVerdict;
import redoubt.hardware.ModelPurpose;

/// The model of this process, ready to be used. Loading goes in an order that trusts as little as
/// possible: the file's header is checked in Java, the memory is planned, the libraries are opened,
/// the process seals itself, and only then does native code read the weights.
record LoadedModel(
        GgufHeader header,
        LlamaModel model,
        LlamaContext context,
        ContextOptions contextOptions,
        ChatTemplate template,
        @Nullable DraftModel draft,
        int longestPieceBytes,
        EngineMemory memory,
        EngineFacts facts) {
    private static final int CONTEXT_TOKENS_MIN = 256;
    // What is pooled is computed at once, and memory grows with the square of its length.
    private static final int POOLED_TOKENS_USUAL = 2048;
    private static final int POOLED_TOKENS_MAX = 8192;
    private static final int POOLED_SEQUENCES = 32;

    // What llama.cpp is built for.
    private static final int SEQUENCES_MAX = 256;
    private static final int HOLDERS = 32;
    // For tokens of nobody.
    private static final int PADDING = 1;

    /// What is certain not to fit.
    PromptBound promptBound() {
        return new PromptBound(longestPieceBytes, context.contextTokens());
    }

    /// @param startedNanos when the process began, by `System.nanoTime`
    static LoadedModel load(ToEngine.Open open, long startedNanos) throws StartRefusal {
        Path file = Path.of(open.model());
        GgufHeader header = header(file);
        requireUsable(header);
        GgufHeader draftHeader = DraftModel.header(open, header);
        Planned planned = plan(header, draftHeader, open);
        planned.memory().hold();
        Llama llama;
        try {
            llama = Llama.open(Path.of(open.nativeDir()), open.cpuVariant());
        } catch (NativeException failure) {
            throw new StartRefusal("native_failed", String.valueOf(failure.getMessage()));
        }
        String seal = seal();
        try {
            LlamaModel model = llama.load(file, ModelOptions.defaults());
            ContextOptions options =
                    purpose(header) == EngineFacts.Purpose.GENERATION
                            ? options(open, planned.contextTokens(), model)
                            : pooling(open, planned.contextTokens());
            LlamaContext context = model.newContext(options);
            ChatTemplate template = model.chatTemplate(null);
            warm(model, context);
            DraftModel draft =
                    draftHeader == null
                            ? null
                            : DraftModel.load(llama, draftHeader, header, model, context, open);
            if (draft != null) {
                warm(draft.model(), draft.context());
            }
            TokenizerDigest tokenizer = TokenizerDigest.of(model);
            return new LoadedModel(
                    header,
                    model,
                    context,
                    options,
                    template,
                    draft,
                    tokenizer.longestPieceBytes(),
                    planned.memory(),
                    facts(
                            open,
                            header,
                            planned,
                            llama,
                            seal,
                            model,
                            context,
                            template,
                            draft,
                            tokenizer.sha256(),
                            startedNanos));
        } catch (NativeException failure) {
            throw new StartRefusal("native_failed", String.valueOf(failure.getMessage()));
        }
    }

    private record Planned(int contextTokens, String sentence, EngineMemory memory) {}

    private static GgufHeader header(Path file) throws StartRefusal {
        try {
            return switch (GgufHeader.read(file)) {
                case GgufHeader header -> header;
                case GgufReading.Refused refused ->
                        throw new StartRefusal("model_refused", refused.sentence());
            };
        } catch (IOException unreadable) {
            throw new StartRefusal(
                    "model_refused",
                    "The model file %s cannot be read (%s). Check that it is there and that the service may read it."
                            .formatted(file.getFileName(), unreadable.getMessage()));
        }
    }

    private static Planned plan(GgufHeader header, @Nullable GgufHeader draft, ToEngine.Open open)
            throws StartRefusal {
        long trained = header.contextTokensTrained();
        long most = trained;
        long usual = trained;
        if (purpose(header) != EngineFacts.Purpose.GENERATION) {
            most = Math.min(trained, POOLED_TOKENS_MAX);
            usual = Math.min(trained, POOLED_TOKENS_USUAL);
        }
        long wanted = open.contextTokens() == 0 ? usual : Math.min(open.contextTokens(), most);
        int tokens = Math.clamp(wanted, 1, Integer.MAX_VALUE);
        // The cache is one for all sequences, so it is planned as one sequence.
        ContextWanted context =
                new ContextWanted(
                                tokens,
                                1,
                                open.ubatchTokens(),
                                Math.min(tokens, CONTEXT_TOKENS_MIN))
                        .withDraft(draft);
        Host host;
        try {
            host = Host.detect(Path.of("/"));
        } catch (IOException unreadable) {
            throw new StartRefusal(
                    "cannot_start",
                    "This host's memory limits cannot be read (%s), so it is unknown whether the model fits."
                            .formatted(unreadable.getMessage()));
        }
        MemoryVerdict verdict = MemoryPlan.of(header, context, host);
        return switch (verdict) {
            case MemoryVerdict.Fits _ -> planned(header, context, tokens, verdict, host, open);
            case MemoryVerdict.FitsWith less ->
                    planned(header, context, less.contextTokens(), verdict, host, open);
            case MemoryVerdict.DoesNotFit not ->
                    throw new StartRefusal("does_not_fit", not.sentence());
        };
    }

    private static Planned planned(
            GgufHeader header,
            ContextWanted wanted,
            int contextTokens,
            MemoryVerdict verdict,
            Host host,
            ToEngine.Open open)
            throws StartRefusal {
        return new Planned(
                contextTokens,
                verdict.sentence(),
                EngineMemory.of(
                        header,
                        wanted,
                        contextTokens,
                        host,
                        open.threads(),
                        open.memoryMaxBytes()));
    }

    private static String seal() throws StartRefusal {
        try {
            return SystemCallFilter.engine().install().sentence();
        } catch (PosixException failure) {
            throw new StartRefusal(
                    "seal_failed",
                    "The engine could not seal itself and does not run unsealed. "
                            + failure.getMessage());
        }
    }

    private static void requireUsable(GgufHeader header) throws StartRefusal {
        if (ModelPurpose.of(header) instanceof ModelPurpose.Unusable unusable) {
            throw new StartRefusal(
                    "model_refused",
                    "%s is refused: %s. Nothing was loaded. Convert it again with a current converter, or use another model."
                            .formatted(header.name(), unusable.what()));
        }
    }

    private static EngineFacts.Purpose purpose(GgufHeader header) {
        return switch (ModelPurpose.of(header)) {
            case ModelPurpose.Embedding _ -> EngineFacts.Purpose.EMBEDDING;
            case ModelPurpose.Reranking _ -> EngineFacts.Purpose.RERANKING;
            case ModelPurpose.Generation _, ModelPurpose.Unusable _ ->
                    EngineFacts.Purpose.GENERATION;
        };
    }

    private static ContextOptions pooling(ToEngine.Open open, int tokens) {
        return new ContextOptions(
                tokens,
                Math.min(tokens, POOLED_SEQUENCES),
                tokens,
                tokens,
                open.threads(),
                open.threads(),
                true,
                ContextOptions.FlashAttention.AUTO,
                ContextOptions.CacheType.F16,
                ContextOptions.CacheType.F16,
                true);
    }

    private static ContextOptions options(ToEngine.Open open, int contextTokens, LlamaModel model) {
        // Sequences that hold what may be of use again cost next to nothing where the cache is one
        // of positions, and a state each where it is not.
        int more = model.isRecurrent() ? 0 : HOLDERS + PADDING;
        return new ContextOptions(
                contextTokens,
                Math.min(open.sequencesMax() + more, SEQUENCES_MAX),
                Math.max(open.batchTokens(), open.sequencesMax()),
                open.ubatchTokens(),
                open.threads(),
                open.threads(),
                true,
                ContextOptions.FlashAttention.AUTO,
                ContextOptions.CacheType.F16,
                ContextOptions.CacheType.F16);
    }

    /// Computes once, so that the first person does not wait for pages and threads.
    private static void warm(LlamaModel model, LlamaContext context) {
        try (TokenBatch batch = context.newBatch()) {
            int token = model.beginToken().orElse(model.endToken().orElse(0));
            batch.add(token, 0, 0, true);
            context.decode(batch);
        }
        context.removeSequence(0);
    }

    private static EngineFacts facts(
            ToEngine.Open open,
            GgufHeader header,
            Planned planned,
            Llama llama,
            String seal,
            LlamaModel model,
            LlamaContext context,
            ChatTemplate template,
            @Nullable DraftModel draft,
            String tokenizerSha256,
            long startedNanos) {
        MemoryBreakdown memory = context.memory();
        byte[] source = template.source().getBytes(StandardCharsets.UTF_8);
        return new EngineFacts(
                header.name(),
                header.architecture(),
                model.quantisation(),
                model.parameterCount(),
                model.sizeBytes(),
                context.contextTokens(),
                model.trainedContextTokens(),
                open.sequencesMax(),
                llama.cpuVariant(),
                open.threads(),
                open.threads(),
                llama.version(),
                template.origin().name().toLowerCase(Locale.ROOT),
                HexFormat.of().formatHex(TokenizerDigest.newSha256().digest(source)),
                tokenizerSha256,
                List.of(seal),
                planned.sentence(),
                memory.contextBytes(),
                memory.computeBytes(),
                (System.nanoTime() - startedNanos) / 1_000_000,
                purpose(header),
                context.pooledSize(),
                context.pooledSize() == 0 ? 0 : planned.contextTokens(),
                draft == null ? null : draft.facts(),
                planned.memory().limitBytes());
    }
}
