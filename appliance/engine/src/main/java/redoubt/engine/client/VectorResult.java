package redoubt.engine.client;

import java.util.List;

/// What came of an [EmbedRequest] or a [RerankRequest].
public sealed interface VectorResult {

    /// One for each input, in the order of the request.
    ///
    /// @param vectors of length 1 by Euclid; of a reranker each has one number, the score
    /// @param tokens how many were computed for each input
    /// @param truncated numbers of the inputs that were cut
    record Vectors(
            List<float[]> vectors, List<Integer> tokens, List<Integer> truncated, Timings timings)
            implements VectorResult {
        public Vectors {
            vectors = List.copyOf(vectors);
            tokens = List.copyOf(tokens);
            truncated = List.copyOf(truncated);
        }

        /// Tokens of all inputs together.
        public int tokensTotal() {
            return tokens.stream().mapToInt(Integer::intValue).sum();
        }

        /// The first number of each.
        public List<Float> scores() {
            return vectors.stream().map(vector -> vector[0]).toList();
        }
    }

    /// Nothing was made.
    ///
    /// @param code `input_too_long`, `token_out_of_range`, `invalid_request`, `wrong_purpose`,
    ///   `context_length_exceeded`, `engine_busy`, `cancelled`, `engine_failed`, `engine_died`
    /// @param sentence what happened, what it means and what to do
    record Refused(String code, String sentence) implements VectorResult {}
}
