package redoubt.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/// What a client sees of one streamed completion: when each piece of text came, and what the events
/// around it said. The same code reads Redoubt and llama-server, which speak the same protocol, so
/// that neither is measured more kindly. Fed by one thread, line by line.
final class StreamedAnswer {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<Long> textNanos = new ArrayList<>();
    private long finishedNanos;
    private int promptTokens;
    private int completionTokens;
    private String finishReason = "none";
    private String error = "";
    private OptionalDouble provenanceMs = OptionalDouble.empty();

    /// Takes one line of the stream, with the time at which it arrived.
    void line(String line, long nanos) throws JsonProcessingException {
        if (!line.startsWith("data:")) {
            return;
        }
        String data = line.substring("data:".length()).strip();
        if (data.isEmpty() || data.equals("[DONE]")) {
            return;
        }
        JsonNode event = JSON.readTree(data);
        if (event.has("error")) {
            error = event.path("error").path("message").asText(data);
        }
        JsonNode choice = event.path("choices").path(0);
        String text =
                choice.path("text").asText("") + choice.path("delta").path("content").asText("");
        if (!text.isEmpty()) {
            textNanos.add(nanos);
        }
        if (choice.path("finish_reason").isTextual()) {
            finishReason = choice.path("finish_reason").asText();
            finishedNanos = nanos;
        }
        JsonNode usage = event.path("usage");
        if (usage.isObject()) {
            promptTokens = usage.path("prompt_tokens").asInt();
            completionTokens = usage.path("completion_tokens").asInt();
        }
        JsonNode provenance = event.path("redoubt").path("provenance_ms");
        if (provenance.isNumber()) {
            provenanceMs = OptionalDouble.of(provenance.asDouble());
        }
    }

    int promptTokens() {
        return promptTokens;
    }

    int completionTokens() {
        return completionTokens;
    }

    /// When the first sign of an answer came: its first text, or its end where it has none.
    long firstNanos() {
        return textNanos.isEmpty() ? finishedNanos : textNanos.getFirst();
    }

    /// When the last text came.
    long lastNanos() {
        return textNanos.isEmpty() ? finishedNanos : textNanos.getLast();
    }

    /// The longest time without text that overlaps `[from, to]`, both after the first text.
    long worstGapNanos(long from, long to) {
        long worst = 0;
        for (int i = 1; i < textNanos.size(); i++) {
            if (textNanos.get(i) >= from && textNanos.get(i - 1) <= to) {
                worst = Math.max(worst, textNanos.get(i) - textNanos.get(i - 1));
            }
        }
        return worst;
    }

    /// Milliseconds that the gateway itself counts for record and credential, where it says so.
    OptionalDouble provenanceMs() {
        return provenanceMs;
    }

    /// Tokens a second between the first and the last piece of text: what decoding alone gives,
    /// without the time for the prompt, the queue or the seal.
    double decodeRate(int tokensWanted) throws BenchException {
        check(tokensWanted);
        double seconds = (textNanos.getLast() - textNanos.getFirst()) / 1e9;
        return (completionTokens - 1) / seconds;
    }

    /// Fails unless the answer came to an end without an error, whatever its length.
    void checkEnded() throws BenchException {
        if (!error.isEmpty() || finishedNanos == 0) {
            throw new BenchException(
                    "An answer did not end well: " + (error.isEmpty() ? "no end came" : error));
        }
    }

    /// Fails unless the answer is whole.
    void check(int tokensWanted) throws BenchException {
        if (!error.isEmpty()) {
            throw new BenchException("The answer ended with an error: " + error);
        }
        if (completionTokens != tokensWanted || textNanos.size() < 2) {
            throw new BenchException(
                    "An answer of %d tokens was asked for, and one of %d came in %d pieces (finish reason %s). Rates of answers of different lengths cannot be compared; use a model that goes on for as long as it is let."
                            .formatted(
                                    tokensWanted,
                                    completionTokens,
                                    textNanos.size(),
                                    finishReason));
        }
    }
}
