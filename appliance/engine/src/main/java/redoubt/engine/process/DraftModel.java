package redoubt.engine.process;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import redoubt.engine.client.DraftFacts;
import redoubt.engine.protocol.ToEngine;
import redoubt.foreign.llama.ContextOptions;
import redoubt.foreign.llama.Llama;
import redoubt.foreign.llama.LlamaContext;
import redoubt.foreign.llama.LlamaModel;
import redoubt.foreign.llama.ModelOptions;
import redoubt.foreign.llama.NativeException;
import redoubt.hardware.DraftFit;
import redoubt.hardware.GgufHeader;
import redoubt.hardware.GgufReading;

/// The smaller model that guesses for the model of this process. It is held to the same checks, and
/// its vocabulary must be the model's: a guess is a number of a token.
record DraftModel(GgufHeader header, LlamaModel model, LlamaContext context)
        implements AutoCloseable {
    private static final String REFUSED = "draft_refused";

    /// The header of the draft, checked against the model's before native code sees either; null
    /// where there is to be none.
    static @Nullable GgufHeader header(ToEngine.Open open, GgufHeader model) throws StartRefusal {
        String named = open.draft();
        if (named == null) {
            return null;
        }
        Path file = Path.of(named);
        try {
            return switch (GgufHeader.read(file)) {
                case GgufHeader header -> fitting(header, model);
                case GgufReading.Refused refused ->
                        throw new StartRefusal(REFUSED, "The draft " + refused.sentence());
            };
        } catch (IOException unreadable) {
            throw new StartRefusal(
                    REFUSED,
                    "The file of the draft %s cannot be read (%s). Check that it is there and that the service may read it."
                            .formatted(file.getFileName(), unreadable.getMessage()));
        }
    }

    private static GgufHeader fitting(GgufHeader draft, GgufHeader model)
            throws IOException, StartRefusal {
        Optional<String> refusal = DraftFit.refusal(draft, model);
        if (refusal.isPresent()) {
            throw new StartRefusal(REFUSED, refusal.get());
        }
        return draft;
    }

    private static StartRefusal refusal(GgufHeader draft, GgufHeader model, String why) {
        return new StartRefusal(REFUSED, DraftFit.sentence(draft, model, why));
    }

    /// Loads it.
    ///
    /// @param model for which it guesses
    /// @param beside the model's context
    static DraftModel load(
            Llama llama,
            GgufHeader header,
            GgufHeader modelHeader,
            LlamaModel model,
            LlamaContext beside,
            ToEngine.Open open)
            throws StartRefusal {
        if (model.isRecurrent()) {
            throw refusal(
                    header,
                    modelHeader,
                    "%s cannot be set back after a wrong guess".formatted(modelHeader.name()));
        }
        LlamaModel draft;
        try {
            draft = llama.load(header.shards().getFirst(), ModelOptions.defaults());
        } catch (NativeException failure) {
            throw new StartRefusal(REFUSED, "The draft: " + failure.getMessage());
        }
        if (draft.isRecurrent()) {
            throw refusal(
                    header,
                    modelHeader,
                    "%s cannot be set back after a wrong guess".formatted(header.name()));
        }
        if (draft.vocabularySize() != model.vocabularySize()) {
            throw refusal(
                    header,
                    modelHeader,
                    "it has %d tokens, the model %d"
                            .formatted(draft.vocabularySize(), model.vocabularySize()));
        }
        LlamaContext context =
                draft.newContext(
                        new ContextOptions(
                                Math.min(beside.contextTokens(), draft.trainedContextTokens()),
                                open.sequencesMax(),
                                Math.max(open.ubatchTokens(), open.sequencesMax()),
                                open.ubatchTokens(),
                                open.threads(),
                                open.threads(),
                                true,
                                ContextOptions.FlashAttention.AUTO,
                                ContextOptions.CacheType.F16,
                                ContextOptions.CacheType.F16),
                        beside);
        return new DraftModel(header, draft, context);
    }

    @Override
    public void close() {
        context.close();
        model.close();
    }

    DraftFacts facts() {
        return new DraftFacts(
                header.name(),
                header.architecture(),
                model.quantisation(),
                model.sizeBytes(),
                context.contextTokens(),
                context.memory().contextBytes());
    }
}
