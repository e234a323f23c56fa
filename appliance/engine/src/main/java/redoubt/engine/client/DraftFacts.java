package redoubt.engine.client;

/// What a ready engine says about the draft that guesses for its model.
///
/// @param name what the draft calls itself
/// @param architecture for example `llama`
/// @param quantisation for example `Q4_K - Medium`
/// @param weightBytes size of the weights
/// @param contextTokens positions of its cache, shared by all sequences
/// @param cacheBytes bytes of its KV cache
public record DraftFacts(
        String name,
        String architecture,
        String quantisation,
        long weightBytes,
        int contextTokens,
        long cacheBytes) {}
