package redoubt.hardware;

import java.io.IOException;
import java.util.Optional;

/// Whether a model can guess for another: both write text, and a token is the same for both. Said
/// from the headers alone, before anything is loaded.
public final class DraftFit {
    private DraftFit() {}

    /// Why it cannot, in a sentence; empty where it can.
    ///
    /// @throws IOException when a file cannot be read any more
    public static Optional<String> refusal(GgufHeader draft, GgufHeader model) throws IOException {
        for (GgufHeader writer : new GgufHeader[] {draft, model}) {
            if (!(ModelPurpose.of(writer) instanceof ModelPurpose.Generation)) {
                return Optional.of(
                        sentence(draft, model, "%s writes no text".formatted(writer.name())));
            }
        }
        return Vocabulary.of(draft)
                .differenceTo(Vocabulary.of(model))
                .map(difference ->
                        sentence(
                                draft,
                                model,
                                "a draft must have the model's vocabulary, and " + difference));
    }

    /// A sentence that refuses a draft for this reason.
    public static String sentence(GgufHeader draft, GgufHeader model, String why) {
        return "%s is refused as the draft of %s: %s. Nothing was loaded. Choose another draft, such as a smaller model of the same family, or load the model without one."
                .formatted(draft.name(), model.name(), why);
    }
}
