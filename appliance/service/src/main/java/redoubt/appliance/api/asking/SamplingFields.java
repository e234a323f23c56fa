package redoubt.appliance.api.asking;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import redoubt.appliance.http.Fields;
import redoubt.appliance.http.RefusedException;
import redoubt.engine.client.SamplingParameters;

/// How tokens are chosen, in the words of OpenAI's API and of llama.cpp's server, read with their
/// ranges; the page knows them too.
///
/// @param named as the record names them, always with the seed that was used
public record SamplingFields(
        SamplingParameters sampling, long seed, List<String> stops, Map<String, String> named) {
    private static final int STOPS_MAX = 16;
    private static final int STOP_CHARACTERS_MAX = 1000;
    private static final int BREAKERS_MAX = 16;
    private static final int BREAKER_CHARACTERS_MAX = 100;
    private static final int BIASES_MAX = 1024;
    private static final int TOKENS_MAX = 1_000_000;

    public static SamplingFields read(Fields fields) {
        return read(fields, "stop");
    }

    /// @param stop what this API calls the texts that end an answer
    public static SamplingFields read(Fields fields, String stop) {
        SamplingParameters usual = SamplingParameters.defaults();
        SamplingParameters sampling =
                new SamplingParameters(
                        fields.number("temperature", 0, 2).orElse(usual.temperature()),
                        whole(fields, "top_k", 0, usual.topK()),
                        fields.number("top_p", 0, 1).orElse(usual.topP()),
                        fields.number("min_p", 0, 1).orElse(usual.minP()),
                        fields.number("typical_p", 0, 1).orElse(usual.typicalP()),
                        // llama.cpp's server switches it off with -1, which is 0 here.
                        Math.max(
                                0f,
                                fields.number("top_n_sigma", -1, 100).orElse(usual.topNSigma())),
                        xtc(fields),
                        dry(fields),
                        penalties(fields),
                        mirostat(fields),
                        biases(fields));
        long seed =
                fields.whole("seed", 0, 0xFFFF_FFFFL)
                        .orElseGet(() -> ThreadLocalRandom.current().nextLong(1L << 32));
        List<String> stops = stops(fields, stop);
        return new SamplingFields(sampling, seed, stops, named(sampling, seed, stops.size()));
    }

    private static int whole(Fields fields, String name, int min, int usual) {
        return fields.whole(name, min, TOKENS_MAX).map(Math::toIntExact).orElse(usual);
    }

    private static SamplingParameters.Xtc xtc(Fields fields) {
        SamplingParameters.Xtc off = SamplingParameters.Xtc.OFF;
        return new SamplingParameters.Xtc(
                fields.number("xtc_probability", 0, 1).orElse(off.probability()),
                fields.number("xtc_threshold", 0, 1).orElse(off.threshold()));
    }

    private static SamplingParameters.Dry dry(Fields fields) {
        SamplingParameters.Dry off = SamplingParameters.Dry.OFF;
        return new SamplingParameters.Dry(
                fields.number("dry_multiplier", 0, 100).orElse(off.multiplier()),
                fields.number("dry_base", 1, 100).orElse(off.base()),
                whole(fields, "dry_allowed_length", 1, off.allowedLength()),
                whole(fields, "dry_penalty_last_n", -1, off.lastTokens()),
                fields.any("dry_sequence_breakers")
                        .map(value -> breakers(value))
                        .orElse(off.breakers()));
    }

    private static List<String> breakers(JsonNode value) {
        if (!value.isArray() || value.size() > BREAKERS_MAX)
            throw Fields.wrong(
                    "dry_sequence_breakers",
                    "must be a list of at most " + BREAKERS_MAX + " texts");
        List<String> breakers = new ArrayList<>();
        for (JsonNode text : value)
            breakers.add(oneText(text, "dry_sequence_breakers", BREAKER_CHARACTERS_MAX));
        return breakers;
    }

    private static SamplingParameters.Penalties penalties(Fields fields) {
        SamplingParameters.Penalties off = SamplingParameters.Penalties.OFF;
        return new SamplingParameters.Penalties(
                whole(fields, "repeat_last_n", -1, off.lastTokens()),
                fields.number("repeat_penalty", 0.01, 10).orElse(off.repeat()),
                fields.number("frequency_penalty", -2, 2).orElse(off.frequency()),
                fields.number("presence_penalty", -2, 2).orElse(off.presence()));
    }

    private static SamplingParameters.Mirostat mirostat(Fields fields) {
        SamplingParameters.Mirostat off = SamplingParameters.Mirostat.OFF;
        return new SamplingParameters.Mirostat(
                fields.whole("mirostat", 0, 2).map(Math::toIntExact).orElse(off.version()),
                fields.number("mirostat_tau", 0, 100).orElse(off.tau()),
                fields.number("mirostat_eta", 0, 1).orElse(off.eta()));
    }

    private static Map<String, String> named(SamplingParameters sampling, long seed, int stops) {
        TreeMap<String, String> named = new TreeMap<>();
        named.put("temperature", String.valueOf(sampling.temperature()));
        named.put("top_k", String.valueOf(sampling.topK()));
        named.put("top_p", String.valueOf(sampling.topP()));
        named.put("min_p", String.valueOf(sampling.minP()));
        named.put("typical_p", String.valueOf(sampling.typicalP()));
        named.put("repeat_penalty", String.valueOf(sampling.penalties().repeat()));
        named.put("repeat_last_n", String.valueOf(sampling.penalties().lastTokens()));
        named.put("frequency_penalty", String.valueOf(sampling.penalties().frequency()));
        named.put("presence_penalty", String.valueOf(sampling.penalties().presence()));
        named.put("logit_biases", String.valueOf(sampling.logitBias().size()));
        named.put("stops", String.valueOf(stops));
        named.put("seed", String.valueOf(seed));
        if (sampling.topNSigma() > 0)
            named.put("top_n_sigma", String.valueOf(sampling.topNSigma()));
        var xtc = sampling.xtc();
        if (xtc.probability() > 0) {
            named.put("xtc_probability", String.valueOf(xtc.probability()));
            named.put("xtc_threshold", String.valueOf(xtc.threshold()));
        }
        var dry = sampling.dry();
        if (dry.multiplier() > 0) {
            named.put("dry_multiplier", String.valueOf(dry.multiplier()));
            named.put("dry_base", String.valueOf(dry.base()));
            named.put("dry_allowed_length", String.valueOf(dry.allowedLength()));
            named.put("dry_penalty_last_n", String.valueOf(dry.lastTokens()));
        }
        var mirostat = sampling.mirostat();
        if (mirostat.version() > 0) {
            named.put("mirostat", String.valueOf(mirostat.version()));
            named.put("mirostat_tau", String.valueOf(mirostat.tau()));
            named.put("mirostat_eta", String.valueOf(mirostat.eta()));
        }
        return named;
    }

    private static List<String> stops(Fields fields, String name) {
        List<String> stops = new ArrayList<>();
        fields.any(name)
                .ifPresent(value -> {
                    if (value.isArray()) {
                        if (value.size() > STOPS_MAX)
                            throw Fields.wrong(name, "has at most " + STOPS_MAX + " texts");
                        value.forEach(text -> stops.add(oneText(text, name, STOP_CHARACTERS_MAX)));
                    } else stops.add(oneText(value, name, STOP_CHARACTERS_MAX));
                });
        return stops;
    }

    private static String oneText(JsonNode value, String name, int charactersMax) {
        String text = Fields.text(value, name, charactersMax);
        if (text.isEmpty()) throw Fields.wrong(name, "must not be empty");
        return text;
    }

    private static Map<Integer, Float> biases(Fields fields) {
        Map<Integer, Float> biases = new HashMap<>();
        fields.any("logit_bias")
                .ifPresent(value -> {
                    if (!value.isObject() || value.size() > BIASES_MAX)
                        throw Fields.wrong(
                                "logit_bias",
                                "must be an object of at most " + BIASES_MAX + " tokens");
                    value.properties()
                            .forEach(entry ->
                                    biases.put(
                                            token(entry.getKey()),
                                            Fields.number(
                                                    entry.getValue(),
                                                    "logit_bias." + entry.getKey(),
                                                    -100,
                                                    100)));
                });
        return biases;
    }

    private static int token(String name) {
        if (!name.matches("[0-9]{1,7}"))
            throw RefusedException.invalid(
                    "invalid_parameter",
                    "logit_bias",
                    "The names in 'logit_bias' must be token numbers.");
        return Integer.parseInt(name);
    }
}
