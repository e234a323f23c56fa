package redoubt.appliance.answers;

import redoubt.appliance.http.RefusedException;

/// What happens to an answer, in this order: Queued, Started, Delta, and exactly one of Done or
/// Failed at the end. No Delta comes before the INTENT entry is durable, no Done before the SEAL.
public sealed interface AnswerEvent {

    /// All sequences of the engine are busy; position 1 is next.
    record Queued(int position) implements AnswerEvent {}

    record Started(int promptTokens) implements AnswerEvent {}

    record Delta(String text) implements AnswerEvent {}

    /// The answer is sealed.
    ///
    /// @param text the exact text that was hashed and stamped
    /// @param finishReason stop, length or cancelled
    record Done(
            String outputId,
            String text,
            String finishReason,
            int promptTokens,
            int cachedTokens,
            int completionTokens,
            Receipt receipt)
            implements AnswerEvent {}

    /// There is no answer; the record has an ABORTED where it has an INTENT.
    record Failed(RefusedException why) implements AnswerEvent {}

    default boolean last() {
        return this instanceof Done || this instanceof Failed;
    }
}
