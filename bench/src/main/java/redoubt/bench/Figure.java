package redoubt.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/// One measured quantity: all its samples, their median, and how sure that median is. `low` and
/// `high` are the ends of the interval that holds 95 % of the medians of samples drawn again from
/// these (a bootstrap, seeded, so that the same samples always give the same interval).
///
/// @param unit of the samples: `ratio`, `ms`, `s` or `MiB`
/// @param against the peer's command and version, or what was counted where there is no peer
public record Figure(String unit, List<Double> samples, String against) {
    private static final int DRAWS = 2000;
    private static final int SEED = 3;

    public Figure {
        samples = List.copyOf(samples);
        if (samples.isEmpty()) {
            throw new IllegalArgumentException("a figure without samples says nothing");
        }
    }

    /// The middle sample, or the mean of the two in the middle.
    public double median() {
        return quantile(sorted(), 0.5);
    }

    /// The value that this share of the samples does not exceed, between samples by a straight
    /// line.
    public double quantile(double share) {
        return quantile(sorted(), share);
    }

    /// Lower end of the median's 95 % interval.
    public double low() {
        return quantile(medians(), 0.025);
    }

    /// Upper end of the median's 95 % interval.
    public double high() {
        return quantile(medians(), 0.975);
    }

    private double[] sorted() {
        return samples.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    }

    private double[] medians() {
        Random random = new Random(SEED);
        double[] medians = new double[DRAWS];
        for (int draw = 0; draw < DRAWS; draw++) {
            double[] again = new double[samples.size()];
            for (int i = 0; i < again.length; i++) {
                again[i] = samples.get(random.nextInt(samples.size()));
            }
            Arrays.sort(again);
            medians[draw] = quantile(again, 0.5);
        }
        Arrays.sort(medians);
        return medians;
    }

    private static double quantile(double[] sorted, double share) {
        double at = share * (sorted.length - 1);
        int below = (int) at;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }

    /// The form of the file that `--json` names.
    ObjectNode json() {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        object.put("median", rounded(median()));
        object.put("low", rounded(low()));
        object.put("high", rounded(high()));
        object.put("unit", unit);
        List<Double> all = new ArrayList<>();
        samples.forEach(sample -> all.add(rounded(sample)));
        all.forEach(object.putArray("samples")::add);
        object.put("against", against);
        return object;
    }

    /// One line for a person.
    String row(String name) {
        return String.format(
                Locale.ROOT,
                "%-32s %9.3f %-6s [%.3f, %.3f]  n=%d  against: %s",
                name,
                median(),
                unit,
                low(),
                high(),
                samples.size(),
                against);
    }

    private static double rounded(double value) {
        return Math.round(value * 1e6) / 1e6;
    }
}
