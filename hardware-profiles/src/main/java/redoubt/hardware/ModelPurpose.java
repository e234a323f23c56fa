package redoubt.hardware;

import java.util.OptionalLong;
import java.util.Set;

/// What a model is for, by its header: how its tokens' states become an answer. Source: the keys
/// `ARCH.pooling_type` and `llama_model::create_memory` of llama.cpp 0.5.0.
public sealed interface ModelPurpose {
    /// Architectures of encoders. They have no cache, so nothing can be generated with them.
    Set<String> ENCODERS =
            Set.of(
                    "bert",
                    "nomic-bert",
                    "nomic-bert-moe",
                    "neo-bert",
                    "jina-bert-v2",
                    "jina-bert-v3",
                    "eurobert",
                    "modern-bert",
                    "gemma-embedding",
                    "t5encoder");

    /// It writes text.
    record Generation() implements ModelPurpose {}

    /// It makes one thing of a whole input.
    sealed interface Pools extends ModelPurpose {}

    /// A vector for each text.
    record Embedding() implements Pools {}

    /// A score for each pair of query and document.
    record Reranking() implements Pools {}

    /// Nothing that can be used here.
    ///
    /// @param what why, in words
    record Unusable(String what) implements ModelPurpose {}

    /// What this model is for.
    static ModelPurpose of(GgufHeader model) {
        OptionalLong pooling = model.number(model.architecture() + ".pooling_type");
        boolean encoder = ENCODERS.contains(model.architecture());
        if (pooling.isEmpty() || pooling.getAsLong() == 0) {
            return encoder
                    ? new Unusable(
                            "it is an encoder that gives a vector for each token and does not say how they become one (pooling_type)")
                    : new Generation();
        }
        return switch (Math.clamp(pooling.getAsLong(), -1, Integer.MAX_VALUE)) {
            case 1, 2, 3 -> new Embedding();
            case 4 -> new Reranking();
            default ->
                    new Unusable(
                            "it wants its vectors pooled in the way %d, which this version does not know"
                                    .formatted(pooling.getAsLong()));
        };
    }
}
