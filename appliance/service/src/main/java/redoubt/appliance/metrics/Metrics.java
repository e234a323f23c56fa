package redoubt.appliance.metrics;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;

/// The figures of `/metrics`, in the Prometheus text format 0.0.4. Nothing in them names a person.
/// Thread safe.
public final class Metrics {
    public final LongAdder promptTokens = new LongAdder();
    public final LongAdder completionTokens = new LongAdder();
    public final AtomicInteger answersRunning = new AtomicInteger();
    public final AtomicInteger answersQueued = new AtomicInteger();
    public final Histogram firstToken = new Histogram(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60);
    public final Histogram answer = new Histogram(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300);

    /// Record and credential of one answer: INTENT, OUTPUT, manifest, SEAL.
    public final Histogram provenance =
            new Histogram(0.001, 0.002, 0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1, 0.25, 1);

    /// Each phase of an answer by itself.
    public final Phases phases = new Phases();

    /// Tokens that were computed ahead of their answers.
    public final Guesses guesses = new Guesses();

    /// What idle conversations take.
    public final Parked parked = new Parked();

    private final Map<String, LongAdder> requests = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> answers = new ConcurrentHashMap<>();
    private final Map<String, Gauge> gauges = new ConcurrentHashMap<>();
    private final LongAdder engineCrashes = new LongAdder();

    private record Gauge(String help, DoubleSupplier value) {}

    public void request(String route, int status) {
        count(requests, "route=\"%s\",status=\"%d\"".formatted(route, status));
    }

    /// @param outcome such as `stop`, `length`, `cancelled`, `aborted`
    public void answered(String outcome) {
        count(answers, "outcome=\"%s\"".formatted(outcome));
    }

    public void engineCrashed() {
        engineCrashes.increment();
    }

    /// A figure that is read when it is asked for.
    public void gauge(String name, String help, DoubleSupplier value) {
        gauges.put(name, new Gauge(help, value));
    }

    /// The whole page.
    public String text() {
        StringBuilder out = new StringBuilder();
        head(out, "redoubt_http_requests_total", "counter", "HTTP requests by route and status");
        lines(out, "redoubt_http_requests_total", requests);
        head(out, "redoubt_answers_total", "counter", "Answers by how they ended");
        lines(out, "redoubt_answers_total", answers);
        single(
                out,
                "redoubt_prompt_tokens_total",
                "counter",
                "Tokens of prompts",
                (double) promptTokens.sum());
        single(
                out,
                "redoubt_completion_tokens_total",
                "counter",
                "Tokens generated",
                (double) completionTokens.sum());
        guesses.write(out);
        parked.write(out);
        single(out, "redoubt_answers_running", "gauge", "Answers under way", answersRunning.get());
        single(
                out,
                "redoubt_answers_queued",
                "gauge",
                "Answers that wait for the engine",
                answersQueued.get());
        single(
                out,
                "redoubt_engine_crashes_total",
                "counter",
                "Engine processes that died",
                (double) engineCrashes.sum());
        new TreeMap<>(gauges)
                .forEach((name, gauge) ->
                        single(out, name, "gauge", gauge.help(), gauge.value().getAsDouble()));
        histogram(out, "redoubt_first_token_seconds", "From request to first text", firstToken);
        histogram(out, "redoubt_answer_seconds", "From request to final event", answer);
        histogram(
                out,
                "redoubt_provenance_seconds",
                "Record and credential of one answer",
                provenance);
        phases.write(out);
        return out.toString();
    }

    private static void count(Map<String, LongAdder> counters, String labels) {
        counters.computeIfAbsent(labels, _ -> new LongAdder()).increment();
    }

    static void lines(StringBuilder out, String name, Map<String, LongAdder> counters) {
        new TreeMap<>(counters)
                .forEach((labels, count) ->
                        out.append("%s{%s} %d\n".formatted(name, labels, count.sum())));
    }

    private static void single(
            StringBuilder out, String name, String type, String help, double value) {
        head(out, name, type, help);
        out.append(name).append(' ');
        if (value == Math.rint(value) && Math.abs(value) < 1e15) out.append((long) value);
        else out.append(value);
        out.append('\n');
    }

    private static void histogram(StringBuilder out, String name, String help, Histogram values) {
        head(out, name, "histogram", help);
        values.write(out, name, "");
    }

    // A model is called as its file is. Source: Prometheus text format 0.0.4, "Comments, help text,
    // and type information".
    static String escaped(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }

    static void head(StringBuilder out, String name, String type, String help) {
        out.append("# HELP %s %s\n# TYPE %s %s\n".formatted(name, help, name, type));
    }
}
