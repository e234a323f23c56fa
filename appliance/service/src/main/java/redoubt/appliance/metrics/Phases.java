package redoubt.appliance.metrics;

import java.util.LinkedHashMap;
import java.util.Map;
import redoubt.engine.client.Profile;

/// How long the phases of answers take, a histogram each, in seconds. Thread safe.
public final class Phases {
    private static final double[] SHORT = {
        0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1
    };
    private static final double[] LONG = {
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300
    };

    private final Map<String, Of> phases = new LinkedHashMap<>();

    private record Of(String help, Histogram values) {}

    Phases() {
        add("queue", "From a prepared prompt to a free sequence", LONG);
        add("template", "Chat template and tokens", SHORT);
        add("prefill", "Computing the prompt, to the first token", LONG);
        add("time_to_first_token", "From arrival in the engine to the first token", LONG);
        add("inter_token", "From one token to the next", LONG);
        add("sampling", "Choosing the tokens of one answer", SHORT);
        add("intent", "INTENT made durable", SHORT);
        add("store", "Question and answer written", SHORT);
        add("stamp", "OUTPUT and credential made", SHORT);
        add("seal", "SEAL made durable", SHORT);
    }

    private void add(String name, String help, double[] bounds) {
        phases.put(name, new Of(help, new Histogram(bounds)));
    }

    /// @param name one of those above
    public void add(String name, double seconds) {
        Of of = phases.get(name);
        if (of == null) throw new IllegalArgumentException("no phase is called " + name);
        of.values().add(seconds);
    }

    /// Everything that the engine measured of one answer.
    public void add(Profile profile) {
        double before = profile.waitedMs() + profile.preparedMs() + profile.queuedMs();
        add("queue", profile.queuedMs() / 1e3);
        add("template", profile.preparedMs() / 1e3);
        add("prefill", profile.prefillMs() / 1e3);
        add("sampling", profile.samplingMs() / 1e3);
        add("time_to_first_token", (before + profile.prefillMs()) / 1e3);
        profile.tokenMicros().forEach(micros -> add("inter_token", micros / 1e6));
    }

    void write(StringBuilder out) {
        phases.forEach((name, of) -> {
            String metric = "redoubt_" + name + "_seconds";
            out.append("# HELP %s %s\n# TYPE %s histogram\n".formatted(metric, of.help(), metric));
            of.values().write(out, metric, "");
        });
    }
}
