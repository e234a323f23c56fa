package redoubt.foreign.llama;

import java.util.List;
import java.util.Map;

/// How the next token is chosen from the model's distribution. Neutral values switch a step off, so
/// [#defaults] with temperature 0 is plain greedy choice.
///
/// @param temperature 0 takes the most likely token; 1 leaves the distribution as it is
/// @param topK keep the k most likely tokens; 0 keeps all
/// @param topP keep the most likely tokens up to this sum of probability; 1 keeps all
/// @param minP keep tokens at least this fraction as likely as the best; 0 keeps all
/// @param typicalP keep tokens of typical information up to this sum; 1 keeps all
/// @param topNSigma keep tokens within so many standard deviations of the best logit; 0 or less
///   keeps all
/// @param xtc leave out top choices now and then
/// @param dry penalise the continuation of repeated sequences
/// @param penalties penalise repeated tokens
/// @param mirostat steer surprise to a target instead of cutting the distribution
/// @param logitBias added to the logits of single tokens
/// @param seed 32 bits, unsigned; the same seed gives the same choices
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
        Map<Integer, Float> logitBias,
        long seed) {

    // Its inverse is multiplied with, and must be a number too.
    private static final float REPEAT_MIN = 0.001f;

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
        require(
                finite(temperature) && temperature >= 0 && temperature <= 100,
                "temperature must be 0 to 100");
        require(topK >= 0, "topK must not be negative");
        require(fraction(topP), "topP must be 0 to 1");
        require(fraction(minP), "minP must be 0 to 1");
        require(fraction(typicalP), "typicalP must be 0 to 1");
        require(finite(topNSigma), "topNSigma must be a number");
        require(
                fraction(xtc.probability()) && fraction(xtc.threshold()),
                "xtc values must be 0 to 1");
        require(
                finite(dry.multiplier()) && dry.multiplier() >= 0,
                "dry.multiplier must not be negative");
        require(finite(dry.base()) && dry.base() >= 0, "dry.base must not be negative");
        require(dry.allowedLength() >= 0, "dry.allowedLength must not be negative");
        require(dry.lastTokens() >= -1, "dry.lastTokens must be -1 or more");
        require(dry.breakers().size() <= 64, "dry.breakers must be at most 64");
        require(penalties.lastTokens() >= -1, "penalties.lastTokens must be -1 or more");
        require(
                finite(penalties.repeat()) && penalties.repeat() >= REPEAT_MIN,
                "penalties.repeat must be at least 0.001");
        require(
                finite(penalties.frequency()) && finite(penalties.presence()),
                "penalties must be numbers");
        require(
                mirostat.version() >= 0 && mirostat.version() <= 2,
                "mirostat.version must be 0, 1 or 2");
        require(
                finite(mirostat.tau()) && finite(mirostat.eta()),
                "mirostat values must be numbers");
        require(seed >= 0 && seed <= 0xFFFF_FFFFL, "seed must be 0 to 4294967295");
        for (float bias : logitBias.values()) {
            require(
                    finite(bias) || bias == Float.NEGATIVE_INFINITY,
                    "a logit bias must be a number, or minus infinity");
        }
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
                Map.of(),
                0);
    }

    /// Always the most likely token.
    public static SamplingParameters greedy() {
        return defaults().withTemperature(0f);
    }

    /// The same with another temperature.
    public SamplingParameters withTemperature(float other) {
        return new SamplingParameters(
                other, topK, topP, minP, typicalP, topNSigma, xtc, dry, penalties, mirostat,
                logitBias, seed);
    }

    /// The same with another seed.
    public SamplingParameters withSeed(long other) {
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
                logitBias,
                other);
    }

    private static boolean finite(float value) {
        return Float.isFinite(value);
    }

    private static boolean fraction(float value) {
        return value >= 0 && value <= 1;
    }

    private static void require(boolean holds, String sentence) {
        if (!holds) {
            throw new IllegalArgumentException(sentence);
        }
    }
}
