package redoubt.appliance.engines;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import redoubt.hardware.DraftFit;
import redoubt.hardware.GgufHeader;

/// What is to guess for a model, by its settings: nothing, or a second model whose file was checked
/// and whose vocabulary is the same. Immutable.
record Drafting(@Nullable KnownModel model, @Nullable GgufHeader header) {

    /// What the administrators decided for this model.
    ///
    /// @throws RefusedModelException when there is no such model any more, or it cannot guess
    static Drafting of(KnownModel model, GgufHeader header, EngineParts parts)
            throws IOException, RefusedModelException {
        @Nullable String wanted = parts.settings().get().draftOf(model.id());
        if (wanted == null) return new Drafting(null, null);
        Optional<KnownModel> draft = parts.known().apply(wanted);
        if (draft.isEmpty())
            throw new RefusedModelException(
                    RefusedModelException.DRAFT_REFUSED,
                    "The draft of %s, %s, is not here any more, so nothing was loaded. Put its file back, choose another draft, or load the model without one."
                            .formatted(model.id(), wanted));
        return of(draft.get(), header);
    }

    /// This model as a draft.
    ///
    /// @param of the header of the model for which it is to guess
    /// @throws RefusedModelException when it cannot
    static Drafting of(KnownModel draft, GgufHeader of) throws IOException, RefusedModelException {
        GgufHeader header;
        try {
            header = ModelLoading.header(draft.file());
        } catch (RefusedModelException refused) {
            throw new RefusedModelException(
                    RefusedModelException.DRAFT_REFUSED, "The draft " + refused.getMessage());
        }
        Optional<String> refusal = DraftFit.refusal(header, of);
        if (refusal.isPresent())
            throw new RefusedModelException(RefusedModelException.DRAFT_REFUSED, refusal.get());
        return new Drafting(draft, header);
    }

    @Nullable Path file() {
        return model == null ? null : model.file();
    }

    /// Begins to measure its weights, where there are any.
    Measured measure() throws IOException {
        return model == null || header == null
                ? new Measured("", null)
                : new Measured(model.id(), Measuring.begin(header.shards()));
    }

    /// The measure that is taken; closing it ends it.
    record Measured(String id, @Nullable Measuring measuring) implements AutoCloseable {
        /// Waits for it; null where there is no draft.
        LoadedModel.@Nullable Draft finish() throws IOException, InterruptedException {
            return measuring == null
                    ? null
                    : new LoadedModel.Draft(id, measuring.finish().sha256());
        }

        @Override
        public void close() {
            if (measuring != null) measuring.close();
        }
    }
}
