package redoubt.engine.process;

import redoubt.foreign.llama.SamplingParameters;

/// Turns what a caller asked for into the parameters of a native sampler, which checks the ranges.
final class SamplerChain {
    private SamplerChain() {}

    /// @throws IllegalArgumentException when a value is out of its range, with a sentence
    static SamplingParameters of(redoubt.engine.client.SamplingParameters asked, long seed) {
        var xtc = asked.xtc();
        var dry = asked.dry();
        var penalties = asked.penalties();
        var mirostat = asked.mirostat();
        return new SamplingParameters(
                asked.temperature(),
                asked.topK(),
                asked.topP(),
                asked.minP(),
                asked.typicalP(),
                asked.topNSigma(),
                new SamplingParameters.Xtc(xtc.probability(), xtc.threshold()),
                new SamplingParameters.Dry(
                        dry.multiplier(),
                        dry.base(),
                        dry.allowedLength(),
                        dry.lastTokens(),
                        dry.breakers()),
                new SamplingParameters.Penalties(
                        penalties.lastTokens(),
                        penalties.repeat(),
                        penalties.frequency(),
                        penalties.presence()),
                new SamplingParameters.Mirostat(mirostat.version(), mirostat.tau(), mirostat.eta()),
                asked.logitBias(),
                seed);
    }
}
