package redoubt.appliance.metrics;

import java.util.Locale;

/// Counts of durations in fixed buckets. Thread safe.
public final class Histogram {
    private final double[] bounds;
    private final long[] counts;
    private double sum;
    private long count;

    /// @param bounds upper bounds in seconds, rising
    public Histogram(double... bounds) {
        this.bounds = bounds.clone();
        this.counts = new long[bounds.length];
    }

    public synchronized void add(double seconds) {
        for (int i = 0; i < bounds.length; i++) if (seconds <= bounds[i]) counts[i]++;
        sum += seconds;
        count++;
    }

    synchronized void write(StringBuilder out, String name, String labels) {
        String inner = labels.isEmpty() ? "" : labels + ",";
        String outer = labels.isEmpty() ? "" : "{" + labels + "}";
        for (int i = 0; i < bounds.length; i++)
            out.append(
                    "%s_bucket{%sle=\"%s\"} %d\n"
                            .formatted(name, inner, number(bounds[i]), counts[i]));
        out.append("%s_bucket{%sle=\"+Inf\"} %d\n".formatted(name, inner, count));
        out.append("%s_sum%s %s\n".formatted(name, outer, number(sum)));
        out.append("%s_count%s %d\n".formatted(name, outer, count));
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.6g", value);
    }
}
