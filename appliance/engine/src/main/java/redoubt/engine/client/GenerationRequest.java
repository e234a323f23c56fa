package redoubt.engine.client;

import java.util.List;

/// One thing to be generated.
///
/// @param requestId the caller's name for it, for logs
/// @param tenant whose text this is: nothing computed for one tenant is ever reused for another.
///   Put the person and the label of the text into it
/// @param maxTokens most tokens to generate; 0 goes on to the end of the context
/// @param stops texts that end the answer and are not part of it
/// @param seed 0 to 4294967295; the same seed and request give the same answer when it is alone
public record GenerationRequest(
        String requestId,
        String tenant,
        Prompt prompt,
        SamplingParameters sampling,
        int maxTokens,
        List<String> stops,
        long seed) {
    private static final int STOPS_MAX = 64;
    private static final int STOP_CHARACTERS_MAX = 1000;

    public GenerationRequest {
        stops = List.copyOf(stops);
        require(!tenant.isEmpty(), "tenant must not be empty");
        require(maxTokens >= 0, "maxTokens must not be negative");
        require(seed >= 0 && seed <= 0xFFFF_FFFFL, "seed must be 0 to 4294967295");
        require(stops.size() <= STOPS_MAX, "at most 64 stop texts are possible");
        require(stops.stream().noneMatch(stop -> stop.isEmpty()), "a stop text must not be empty");
        require(
                stops.stream().allMatch(stop -> stop.length() <= STOP_CHARACTERS_MAX),
                "a stop text has at most 1000 characters");
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new IllegalArgumentException(sentence);
        }
    }
}
