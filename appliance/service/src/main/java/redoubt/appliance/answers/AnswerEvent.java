package redoubt.appliance.answers;

import java.util.List;
import redoubt.appliance.http.RefusedException;
import redoubt.engine.client.TokenChance;

/// What happens to an answer, in this order: Queued, Started, Progress, then Reasoning, Delta and
/// ToolCall as the model writes them, and exactly one of Done or Failed at the end. No text comes
/// before the INTENT entry is durable, no Done before the SEAL.
public sealed interface AnswerEvent {

    /// The model is not there yet and is waited for; may come before Queued, once.
    ///
    /// @param sentence what is going on
    record Waiting(String sentence) implements AnswerEvent {}

    /// All sequences of the engine are busy; position 1 is next.
    ///
    /// @param expectedMs when it is expected to start, from now; -1 while nothing is known
    record Queued(int position, long expectedMs) implements AnswerEvent {}

    record Started(int promptTokens, int cachedTokens) implements AnswerEvent {}

    /// How much of the prompt is computed.
    record Progress(int computedTokens, int promptTokens) implements AnswerEvent {}

    /// More of the answer's content.
    ///
    /// @param chances of the tokens since the last one, where they were asked for
    record Delta(String text, List<TokenChance> chances) implements AnswerEvent {
        public Delta {
            chances = List.copyOf(chances);
        }
    }

    /// More of what the model thinks before it answers.
    record Reasoning(String text) implements AnswerEvent {}

    /// More of a call of a tool; the first event of a call has its id and name, later ones are
    /// empty there.
    record ToolCall(int index, String id, String name, String arguments) implements AnswerEvent {}

    /// The answer is sealed.
    ///
    /// @param said everything, in the spelling that was sealed
    /// @param finishReason stop, length, tool_calls or cancelled
    /// @param stop the stop text that ended it; empty where none did
    record Done(
            String outputId,
            Said said,
            String finishReason,
            String stop,
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
