package redoubt.appliance.answers;

import java.time.Duration;
import java.util.Optional;
import redoubt.appliance.http.RefusedException;
import redoubt.engine.client.GenerationEvent;

/// What whoever asked is told where the engine gave no answer.
final class Unanswered {
    private static final Duration BUSY_PAUSE = Duration.ofSeconds(5);

    private Unanswered() {}

    /// @param taken why the engine was ended meanwhile, if it was
    static RefusedException why(GenerationEvent.Failed failed, Optional<String> taken) {
        return taken.map(Unanswered::unloaded).orElseGet(() -> refusal(failed));
    }

    private static RefusedException refusal(GenerationEvent.Failed failed) {
        return switch (failed.code()) {
            case "context_length_exceeded" ->
                    RefusedException.invalid(failed.code(), "messages", failed.sentence());
            case "invalid_request" ->
                    RefusedException.invalid(failed.code(), null, failed.sentence());
            case "engine_busy" ->
                    RefusedException.tooMany(failed.code(), BUSY_PAUSE, failed.sentence());
            default -> RefusedException.unavailable(failed.code(), failed.sentence());
        };
    }

    private static RefusedException unloaded(String why) {
        return RefusedException.unavailable(
                "model_unloaded",
                "The model was unloaded before this answer was finished (%s), so the answer is incomplete and void. Ask again, or ask another model."
                        .formatted(why));
    }
}
