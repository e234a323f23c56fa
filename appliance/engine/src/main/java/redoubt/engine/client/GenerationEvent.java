package redoubt.engine.client;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/// What happens to a generation, in this order: Queued (each time the position changes), Started,
/// Progress, then Reasoning, Text and ToolCall as the model writes them, and exactly one of
/// Finished or Failed at the end.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
@JsonSubTypes({
    @JsonSubTypes.Type(value = GenerationEvent.Queued.class, name = "queued"),
    @JsonSubTypes.Type(value = GenerationEvent.Started.class, name = "started"),
    @JsonSubTypes.Type(value = GenerationEvent.Progress.class, name = "progress"),
    @JsonSubTypes.Type(value = GenerationEvent.Text.class, name = "text"),
    @JsonSubTypes.Type(value = GenerationEvent.Reasoning.class, name = "reasoning"),
    @JsonSubTypes.Type(value = GenerationEvent.ToolCall.class, name = "tool_call"),
    @JsonSubTypes.Type(value = GenerationEvent.Finished.class, name = "finished"),
    @JsonSubTypes.Type(value = GenerationEvent.Failed.class, name = "failed")
})
public sealed interface GenerationEvent {

    /// All sequences are busy; `position` 1 is next.
    ///
    /// @param expectedMs when it is expected to start, from now; -1 while nothing is known
    record Queued(int position, long expectedMs) implements GenerationEvent {}

    /// A sequence was free and the prompt is being computed.
    record Started(int promptTokens, int cachedTokens) implements GenerationEvent {}

    /// How much of the prompt is computed.
    record Progress(int computedTokens, int promptTokens) implements GenerationEvent {}

    /// More of the answer: whole characters only, never a part of a stop text.
    ///
    /// @param completionTokens tokens generated so far
    /// @param chances of the tokens since the last event, where they were asked for
    record Text(String text, int completionTokens, List<TokenChance> chances)
            implements GenerationEvent {
        public Text {
            chances = List.copyOf(chances);
        }
    }

    /// More of what the model thinks before it answers, where its template marks that.
    record Reasoning(String text, int completionTokens) implements GenerationEvent {}

    /// More of a call of a tool. The first event of a call has its id and name, later ones are
    /// empty there.
    ///
    /// @param index of the call in this answer, from 0
    /// @param arguments more of the JSON text of the arguments
    record ToolCall(int index, String id, String name, String arguments, int completionTokens)
            implements GenerationEvent {}

    /// The end.
    ///
    /// @param stop the stop text that ended it, the template's own included; empty where none did
    record Finished(FinishReason reason, String stop, Usage usage, Timings timings, Profile profile)
            implements GenerationEvent {
        /// Without a profile.
        public Finished(FinishReason reason, String stop, Usage usage, Timings timings) {
            this(reason, stop, usage, timings, Profile.none());
        }
    }

    /// The end, without an answer that can be relied on.
    ///
    /// @param code `context_length_exceeded`, `invalid_request`, `engine_busy`, `engine_died`,
    ///   `engine_failed`
    /// @param sentence what happened, what it means and what to do
    record Failed(String code, String sentence) implements GenerationEvent {}

    /// Whether nothing follows.
    default boolean last() {
        return this instanceof Finished || this instanceof Failed;
    }
}
