package redoubt.engine.client;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/// What happens to a generation, in this order: Queued (each time the position changes), Started,
/// Text, and exactly one of Finished or Failed at the end.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event")
@JsonSubTypes({
    @JsonSubTypes.Type(value = GenerationEvent.Queued.class, name = "queued"),
    @JsonSubTypes.Type(value = GenerationEvent.Started.class, name = "started"),
    @JsonSubTypes.Type(value = GenerationEvent.Text.class, name = "text"),
    @JsonSubTypes.Type(value = GenerationEvent.Finished.class, name = "finished"),
    @JsonSubTypes.Type(value = GenerationEvent.Failed.class, name = "failed")
})
public sealed interface GenerationEvent {

    /// All sequences are busy; `position` 1 is next.
    record Queued(int position) implements GenerationEvent {}

    /// A sequence was free and the prompt is being computed.
    record Started(int promptTokens, int cachedTokens) implements GenerationEvent {}

    /// More of the answer: whole characters only, never a part of a stop text.
    ///
    /// @param completionTokens tokens generated so far
    record Text(String text, int completionTokens) implements GenerationEvent {}

    /// The end.
    record Finished(FinishReason reason, Usage usage, Timings timings) implements GenerationEvent {}

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
