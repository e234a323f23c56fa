package redoubt.appliance.answers;

import java.util.List;
import redoubt.engine.client.AdapterUse;
import redoubt.engine.client.Constraint;
import redoubt.engine.client.Owner;
import redoubt.engine.client.Prompt;
import redoubt.engine.client.SamplingParameters;

/// What the engine is to generate for an answer, in the words of
/// [redoubt.engine.client.GenerationRequest].
///
/// @param maxTokens most tokens to generate; 0 goes on to the end of the context
/// @param seed 0 to 4294967295
/// @param logprobs how many of the most likely tokens are told with each token; -1 tells nothing
/// @param replayable whether it is computed by itself, so that a replay computes the same
public record Wanted(
        Prompt prompt,
        SamplingParameters sampling,
        int maxTokens,
        List<String> stops,
        long seed,
        Constraint constraint,
        int logprobs,
        List<AdapterUse> adapters,
        Owner.Priority priority,
        boolean replayable) {
    public Wanted {
        stops = List.copyOf(stops);
        adapters = List.copyOf(adapters);
    }

    /// Any text, for somebody who waits.
    public static Wanted plain(
            Prompt prompt,
            SamplingParameters sampling,
            int maxTokens,
            List<String> stops,
            long seed) {
        return new Wanted(
                prompt,
                sampling,
                maxTokens,
                stops,
                seed,
                Constraint.none(),
                -1,
                List.of(),
                Owner.Priority.INTERACTIVE,
                false);
    }

    /// The same with another seed.
    public Wanted withSeed(long other) {
        return new Wanted(
                prompt,
                sampling,
                maxTokens,
                stops,
                other,
                constraint,
                logprobs,
                adapters,
                priority,
                replayable);
    }
}
