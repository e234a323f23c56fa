package redoubt.appliance.api.openai;

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

/// The parameters of generation that both OpenAI routes and the page know, read with their ranges.
///
/// @param named as the record names them, always with the seed that was used
public record SamplingFields(
        SamplingParameters sampling, long seed, List<String> stops, Map<String, String> named) {
    private static final int STOPS_MAX = 16;
    private static final int STOP_CHARACTERS_MAX = 1000;
    private static final int BIASES_MAX = 1024;

    public static SamplingFields read(Fields fields) {
        SamplingParameters usual = SamplingParameters.defaults();
        SamplingParameters.Penalties none = SamplingParameters.Penalties.OFF;
        SamplingParameters sampling =
                new SamplingParameters(
                        fields.number("temperature", 0, 2).orElse(usual.temperature()),
                        fields.whole("top_k", 0, 1_000_000)
                                .map(Math::toIntExact)
                                .orElse(usual.topK()),
                        fields.number("top_p", 0, 1).orElse(usual.topP()),
                        fields.number("min_p", 0, 1).orElse(usual.minP()),
                        fields.number("typical_p", 0, 1).orElse(usual.typicalP()),
                        usual.topNSigma(),
                        usual.xtc(),
                        usual.dry(),
                        new SamplingParameters.Penalties(
                                none.lastTokens(),
                                fields.number("repeat_penalty", 0.01, 10).orElse(none.repeat()),
                                fields.number("frequency_penalty", -2, 2).orElse(none.frequency()),
                                fields.number("presence_penalty", -2, 2).orElse(none.presence())),
                        usual.mirostat(),
                        biases(fields));
        long seed =
                fields.whole("seed", 0, 0xFFFF_FFFFL)
                        .orElseGet(() -> ThreadLocalRandom.current().nextLong(1L << 32));
        List<String> stops = stops(fields);
        return new SamplingFields(sampling, seed, stops, named(sampling, seed, stops.size()));
    }

    private static Map<String, String> named(SamplingParameters sampling, long seed, int stops) {
        TreeMap<String, String> named = new TreeMap<>();
        named.put("temperature", String.valueOf(sampling.temperature()));
        named.put("top_k", String.valueOf(sampling.topK()));
        named.put("top_p", String.valueOf(sampling.topP()));
        named.put("min_p", String.valueOf(sampling.minP()));
        named.put("typical_p", String.valueOf(sampling.typicalP()));
        named.put("repeat_penalty", String.valueOf(sampling.penalties().repeat()));
        named.put("frequency_penalty", String.valueOf(sampling.penalties().frequency()));
        named.put("presence_penalty", String.valueOf(sampling.penalties().presence()));
        named.put("logit_biases", String.valueOf(sampling.logitBias().size()));
        named.put("stops", String.valueOf(stops));
        named.put("seed", String.valueOf(seed));
        return named;
    }

    private static List<String> stops(Fields fields) {
        List<String> stops = new ArrayList<>();
        fields.any("stop")
                .ifPresent(value -> {
                    if (value.isArray()) {
                        if (value.size() > STOPS_MAX)
                            throw Fields.wrong("stop", "has at most " + STOPS_MAX + " texts");
                        value.forEach(text -> stops.add(stop(text)));
                    } else stops.add(stop(value));
                });
        return stops;
    }

    private static String stop(JsonNode value) {
        String text = Fields.text(value, "stop", STOP_CHARACTERS_MAX);
        if (text.isEmpty()) throw Fields.wrong("stop", "must not be empty");
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
