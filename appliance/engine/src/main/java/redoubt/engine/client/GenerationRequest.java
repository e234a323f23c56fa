package redoubt.engine.client;

import java.util.List;

/// One thing to be generated.
///
/// @param requestId the caller's name for it, for logs
/// @param owner whose it is: for fairness, and for what may be reused
/// @param maxTokens most tokens to generate; 0 goes on to the end of the context
/// @param stops texts that end the answer and are not part of it
/// @param seed 0 to 4294967295; the same seed and request give the same answer when it is alone
/// @param constraint what form the answer must have
/// @param logprobs how many of the most likely tokens are told with each token, 0 to 20; -1 tells
///   nothing
/// @param adapters LoRA adapters, applied together; the order does not matter
/// @param alone computed by itself: nothing that was computed before is reused, no other request
///   shares its steps, nothing is guessed ahead. For replays
public record GenerationRequest(
        String requestId,
        Owner owner,
        Prompt prompt,
        SamplingParameters sampling,
        int maxTokens,
        List<String> stops,
        long seed,
        Constraint constraint,
        int logprobs,
        List<AdapterUse> adapters,
        boolean alone) {
    private static final int STOPS_MAX = 64;
    private static final int STOP_CHARACTERS_MAX = 1000;
    private static final int LOGPROBS_MAX = 20;
    private static final int ADAPTERS_MAX = 16;

    /// Any text, by the model as it is, without chances.
    public GenerationRequest(
            String requestId,
            Owner owner,
            Prompt prompt,
            SamplingParameters sampling,
            int maxTokens,
            List<String> stops,
            long seed) {
        this(
                requestId,
                owner,
                prompt,
                sampling,
                maxTokens,
                stops,
                seed,
                Constraint.none(),
                -1,
                List.of(),
                false);
    }

    public GenerationRequest {
        stops = List.copyOf(stops);
        adapters = List.copyOf(adapters);
        require(logprobs >= -1 && logprobs <= LOGPROBS_MAX, "logprobs must be 0 to 20, or -1");
        require(adapters.size() <= ADAPTERS_MAX, "at most 16 adapters are possible");
        require(
                adapters.stream().map(AdapterUse::name).distinct().count() == adapters.size(),
                "an adapter is named twice");
        require(maxTokens >= 0, "maxTokens must not be negative");
        require(seed >= 0 && seed <= 0xFFFF_FFFFL, "seed must be 0 to 4294967295");
        require(stops.size() <= STOPS_MAX, "at most 64 stop texts are possible");
        require(stops.stream().noneMatch(stop -> stop.isEmpty()), "a stop text must not be empty");
        require(
                stops.stream().allMatch(stop -> stop.length() <= STOP_CHARACTERS_MAX),
                "a stop text has at most 1000 characters");
    }

    /// The same with another prompt.
    public GenerationRequest withPrompt(Prompt other) {
        return new GenerationRequest(
                requestId,
                owner,
                other,
                sampling,
                maxTokens,
                stops,
                seed,
                constraint,
                logprobs,
                adapters,
                alone);
    }

    /// The same with other adapters.
    public GenerationRequest withAdapters(List<AdapterUse> other) {
        return new GenerationRequest(
                requestId,
                owner,
                prompt,
                sampling,
                maxTokens,
                stops,
                seed,
                constraint,
                logprobs,
                other,
                alone);
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new IllegalArgumentException(sentence);
        }
    }
}
