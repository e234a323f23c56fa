package redoubt.appliance.answers;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import redoubt.appliance.http.StrictJson;
import redoubt.engine.client.Profile;

/// The profile of one answer: where its time went, from the request to the receipt. No text is in
/// it. Immutable.
///
/// @param owner who may see it besides administrators
/// @param model how requests name it
/// @param engineNanos where the engine's part begins, since the answer's beginning
public record AnswerTrace(
        String outputId,
        String owner,
        String model,
        int promptTokens,
        int cachedTokens,
        int completionTokens,
        long wholeNanos,
        long engineNanos,
        List<Spans.Span> spans,
        Profile engine) {
    private static final int GATEWAY = 1;
    private static final int ENGINE = 2;
    private static final double NANOS_PER_MICRO = 1e3;
    private static final double MICROS_PER_MS = 1e3;

    /// Chrome's trace event format, which Perfetto and `chrome://tracing` open. Times are
    /// microseconds. Source: the Trace Event Format document of Chromium.
    public ObjectNode chrome() {
        ObjectNode root = StrictJson.MAPPER.createObjectNode().put("displayTimeUnit", "ms");
        root.putObject("otherData")
                .put("output", outputId)
                .put("model", model)
                .put("promptTokens", promptTokens)
                .put("cachedTokens", cachedTokens)
                .put("completionTokens", completionTokens);
        ArrayNode events = root.putArray("traceEvents");
        name(events, GATEWAY, "gateway");
        name(events, ENGINE, "engine");
        span(events, GATEWAY, "answer", 0, wholeNanos / NANOS_PER_MICRO);
        for (Spans.Span span : spans)
            span(
                    events,
                    GATEWAY,
                    span.name(),
                    span.startNanos() / NANOS_PER_MICRO,
                    span.nanos() / NANOS_PER_MICRO);
        engine(events);
        return root;
    }

    private void engine(ArrayNode events) {
        double at = engineNanos / NANOS_PER_MICRO;
        at = phase(events, "wait for preparation", at, engine.waitedMs());
        at = phase(events, "template and tokens", at, engine.preparedMs());
        at = phase(events, "queue", at, engine.queuedMs());
        at = phase(events, "prefill", at, engine.prefillMs());
        int token = 1;
        for (int micros : engine.tokenMicros()) {
            span(events, ENGINE, "token " + ++token, at, micros);
            at += micros;
        }
        if (engine.tokensLeftOut() > 0)
            events.addObject()
                    .put("name", "%d more tokens".formatted(engine.tokensLeftOut()))
                    .put("ph", "i")
                    .put("ts", at)
                    .put("pid", 1)
                    .put("tid", ENGINE)
                    .put("s", "t");
        events.addObject()
                .put("name", "sampling, all together")
                .put("ph", "C")
                .put("ts", at)
                .put("pid", 1)
                .put("tid", ENGINE)
                .putObject("args")
                .put("ms", engine.samplingMs());
    }

    private static double phase(ArrayNode events, String name, double at, double ms) {
        span(events, ENGINE, name, at, ms * MICROS_PER_MS);
        return at + ms * MICROS_PER_MS;
    }

    private static void span(ArrayNode events, int thread, String name, double at, double micros) {
        events.addObject()
                .put("name", name)
                .put("cat", thread == GATEWAY ? "gateway" : "engine")
                .put("ph", "X")
                .put("ts", at)
                .put("dur", micros)
                .put("pid", 1)
                .put("tid", thread);
    }

    private static void name(ArrayNode events, int thread, String name) {
        events.addObject()
                .put("name", "thread_name")
                .put("ph", "M")
                .put("pid", 1)
                .put("tid", thread)
                .putObject("args")
                .put("name", name);
    }
}
