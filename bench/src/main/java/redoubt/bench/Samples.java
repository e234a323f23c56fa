package redoubt.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What was measured so far, by name.
final class Samples {
    private final Map<String, List<Double>> byName = new TreeMap<>();

    void add(String name, double sample) {
        byName.computeIfAbsent(name, _ -> new ArrayList<>()).add(sample);
    }

    Figure figure(String name, String unit, String against) {
        return new Figure(unit, byName.getOrDefault(name, List.of()), against);
    }
}
