package redoubt.engine.schedule;

import redoubt.engine.client.SamplingParameters;

/// How the tokens of one generation are chosen.
///
/// @param form what the answer must look like
/// @param logprobs most likely tokens to tell with each token; -1 tells nothing
public record Choosing(SamplingParameters sampling, long seed, Form form, int logprobs) {}
