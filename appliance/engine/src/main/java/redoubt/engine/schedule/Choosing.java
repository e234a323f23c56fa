package redoubt.engine.schedule;

import redoubt.engine.client.SamplingParameters;

/// How the tokens of one generation are chosen.
///
/// @param form what the answer must look like
/// @param logprobs most likely tokens to tell with each token; -1 tells nothing
/// @param stopwatch is told of every token
public record Choosing(
        SamplingParameters sampling, long seed, Form form, int logprobs, Stopwatch stopwatch) {
    /// Measured by nobody.
    public Choosing(SamplingParameters sampling, long seed, Form form, int logprobs) {
        this(sampling, seed, form, logprobs, new Stopwatch(System.nanoTime()));
    }
}
