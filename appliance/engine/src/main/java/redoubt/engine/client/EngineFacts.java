package redoubt.engine.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a ready engine says about itself.
///
/// @param modelName what the model calls itself
/// @param architecture for example `llama`
/// @param quantisation for example `Q4_K - Medium`
/// @param parameters how many weights there are
/// @param weightBytes size of the weights
/// @param contextTokens positions of the cache, shared by all sequences; no prompt may be longer
/// @param contextTokensTrained what the model was trained for
/// @param sequencesMax generations that run at the same time
/// @param cpuVariant the CPU back end in use
/// @param libraryVersion release of llama.cpp
/// @param templateOrigin `model`, `override` or `fallback`
/// @param templateSha256 SHA-256 (hex) of the chat template's source
/// @param tokenizerSha256 SHA-256 (hex) of the vocabulary: every token's bytes and role, and the
///   tokenizer's kind, in token order
/// @param seal which layers of the seal took hold, a sentence each
/// @param memoryPlan the verdict of the memory plan
/// @param cacheBytes bytes of the KV cache
/// @param computeBytes bytes of the compute buffers
/// @param loadMs time from the process's start to ready
/// @param purpose what the model is for
/// @param vectorNumbers how long its vectors are; 1 for scores, 0 for a model that generates
/// @param inputTokensMax most tokens of one input that becomes a vector, or of query and document
///   together; 0 for a model that generates
/// @param draft the model that guesses for this one, where there is one
/// @param memoryLimitBytes most that the kernel lets it take of memory of its own, beside mapped
///   weights
public record EngineFacts(
        String modelName,
        String architecture,
        String quantisation,
        long parameters,
        long weightBytes,
        int contextTokens,
        int contextTokensTrained,
        int sequencesMax,
        String cpuVariant,
        int threads,
        int threadsBatch,
        String libraryVersion,
        String templateOrigin,
        String templateSha256,
        String tokenizerSha256,
        List<String> seal,
        String memoryPlan,
        long cacheBytes,
        long computeBytes,
        long loadMs,
        Purpose purpose,
        int vectorNumbers,
        int inputTokensMax,
        @Nullable DraftFacts draft,
        long memoryLimitBytes) {
    /// What a model is for. It can do nothing else.
    public enum Purpose {
        GENERATION,
        EMBEDDING,
        RERANKING
    }

    public EngineFacts {
        seal = List.copyOf(seal);
    }
}
