package redoubt.appliance.metrics;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// The memory that states of idle conversations take beside the caches of the engines, for each
/// model, as its engine said last. Thread safe. Source: docs/engine.md.
public final class Parked {
    private final Map<String, Long> bytes = new ConcurrentHashMap<>();

    Parked() {}

    /// @param model as requests name it
    public void is(String model, long parkedBytes) {
        bytes.put(model, parkedBytes);
    }

    /// Its engine has ended, and what was parked in its memory with it.
    public void gone(String model) {
        bytes.remove(model);
    }

    void write(StringBuilder out) {
        String name = "redoubt_parked_bytes";
        Metrics.head(out, name, "gauge", "Memory of parked states of idle conversations");
        new TreeMap<>(bytes)
                .forEach((model, parked) ->
                        out.append(
                                "%s{model=\"%s\"} %d\n"
                                        .formatted(name, Metrics.escaped(model), parked)));
    }
}
