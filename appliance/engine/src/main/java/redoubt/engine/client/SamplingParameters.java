package redoubt.engine.client;

import java.util.List;
import java.util.Map;

/// How the next token is chosen. Neutral values switch a step off. The engine checks the ranges and
/// fails the request with a sentence when one is outside.
///
/// @param temperature 0 takes the most likely token; 1 leaves the distribution as it is
/// @param topK keep the k most likely tokens; 0 keeps all
/// @param topP keep the most likely tokens up to this sum of probability; 1 keeps all
/// @param minP keep tokens at least this fraction as likely as the best; 0 keeps all
/// @param typicalP keep tokens of typical information up to this sum; 1 keeps all
/// @param topNSigma keep tokens within so many standard deviations of the best; 0 keeps all
/// @param logitBias added to the logits of single tokens, by token number
public record SamplingParameters(
        float temperature,
        int topK,
        float topP,
        float minP,
        float typicalP,
        float topNSigma,
        Xtc xtc,
        Dry dry,
        Penalties penalties,
        Mirostat mirostat,
        Map<Integer, Float> logitBias) {

    /// @param probability chance that the top choices above the threshold are left out; 0 is off
    public record Xtc(float probability, float threshold) {
        public static final Xtc OFF = new Xtc(0f, 0.1f);
    }

    /// @param multiplier strength; 0 is off
    /// @param lastTokens how far to look back; -1 is the whole context
    public record Dry(
            float multiplier,
            float base,
            int allowedLength,
            int lastTokens,
            List<String> breakers) {
        public static final Dry OFF = new Dry(0f, 1.75f, 2, -1, List.of("\n", ":", "\"", "*"));

        public Dry {
            breakers = List.copyOf(breakers);
        }
    }

    /// @param lastTokens how many tokens back are looked at; 0 is off
    /// @param repeat 1 is off
    public record Penalties(int lastTokens, float repeat, float frequency, float presence) {
        public static final Penalties OFF = new Penalties(64, 1f, 0f, 0f);
    }

    /// @param version 0 is off, 1 or 2
    public record Mirostat(int version, float tau, float eta) {
        public static final Mirostat OFF = new Mirostat(0, 5f, 0.1f);
    }

    public SamplingParameters {
        logitBias = Map.copyOf(logitBias);
    }

    /// Temperature 0.8, top-k 40, top-p 0.95, min-p 0.05, everything else off.
    public static SamplingParameters defaults() {
        return new SamplingParameters(
                0.8f,
                40,
                0.95f,
                0.05f,
                1f,
                0f,
                Xtc.OFF,
                Dry.OFF,
                Penalties.OFF,
                Mirostat.OFF,
                Map.of());
    }

    /// Always the most likely token.
    public static SamplingParameters greedy() {
        return defaults().withTemperature(0f);
    }

    public SamplingParameters withTemperature(float other) {
        return new SamplingParameters(
                other, topK, topP, minP, typicalP, topNSigma, xtc, dry, penalties, mirostat,
                logitBias);
    }

    public SamplingParameters withLogitBias(Map<Integer, Float> other) {
        return new SamplingParameters(
                temperature,
                topK,
                topP,
                minP,
                typicalP,
                topNSigma,
                xtc,
                dry,
                penalties,
                mirostat,
                other);
    }
}
