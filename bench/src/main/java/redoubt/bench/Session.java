package redoubt.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// One person at a server: a client that keeps its connection, as the official ones do. Lines are
/// kept with the time at which they came and read afterwards, so that a server which sends more of
/// them is not measured beside the work of reading them. One thread at a time.
final class Session implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final HttpClient client;
    private final String base;
    private final @Nullable String token;
    private final String model;
    private final @Nullable SSLContext tls;
    private @Nullable Session second;

    Session(String base, @Nullable String token, @Nullable SSLContext tls, String model) {
        this.tls = tls;
        HttpClient.Builder builder =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(Duration.ofSeconds(10));
        this.client = (tls == null ? builder : builder.sslContext(tls)).build();
        this.base = base;
        this.token = token;
        this.model = model;
    }

    /// What was sent when, and what came back.
    record Asked(long sentNanos, StreamedAnswer answer, long endedNanos) {
        double firstSeconds() {
            return (answer.firstNanos() - sentNanos) / 1e9;
        }

        double wholeSeconds() {
            return (endedNanos - sentNanos) / 1e9;
        }
    }

    /// Another connection of the same person, open.
    Session another() throws IOException, InterruptedException {
        Session other = second == null ? new Session(base, token, tls, model) : second;
        second = other;
        other.connect();
        return other;
    }

    /// Opens the connection where it is not open.
    void connect() throws IOException, InterruptedException {
        client.send(request("/health").GET().build(), HttpResponse.BodyHandlers.discarding());
    }

    /// A streamed completion, always the most likely token.
    Asked complete(String prompt, int tokens)
            throws IOException, InterruptedException, BenchException {
        return stream(body(prompt, tokens), null);
    }

    /// The same; `begun` is told when its first text has come.
    Asked complete(String prompt, int tokens, Runnable begun)
            throws IOException, InterruptedException, BenchException {
        return stream(body(prompt, tokens), begun);
    }

    private ObjectNode body(String prompt, int tokens) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("model", model);
        body.put("prompt", prompt);
        body.put("max_tokens", tokens);
        body.put("temperature", 0);
        body.put("stream", true);
        body.putObject("stream_options").put("include_usage", true);
        return body;
    }

    /// Asks, and leaves after so many lines of the answer.
    void leave(String prompt, int tokens, int lines) throws IOException, InterruptedException {
        HttpResponse<InputStream> response =
                client.send(post(body(prompt, tokens)), HttpResponse.BodyHandlers.ofInputStream());
        try (BufferedReader reader =
                new BufferedReader(
                        new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            for (int line = 0; line < lines && reader.readLine() != null; line++) {
                // Only counted.
            }
        }
    }

    /// The status of a request that nobody takes.
    int refused() throws IOException, InterruptedException {
        ObjectNode body = body("x", 1);
        body.put("no_such_parameter", true);
        return client.send(post(body), HttpResponse.BodyHandlers.ofString()).statusCode();
    }

    private Asked stream(ObjectNode body, @Nullable Runnable begun)
            throws IOException, InterruptedException, BenchException {
        HttpRequest request = post(body);
        List<String> lines = new ArrayList<>();
        List<Long> times = new ArrayList<>();
        long sent = System.nanoTime();
        HttpResponse<InputStream> response =
                client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        @Nullable Runnable waiting = begun;
        try (BufferedReader reader =
                new BufferedReader(
                        new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
                times.add(System.nanoTime());
                if (waiting != null
                        && line.contains("\"text\":\"")
                        && !line.contains("\"text\":\"\"")) {
                    waiting.run();
                    waiting = null;
                }
            }
        }
        long ended = System.nanoTime();
        if (response.statusCode() != 200) {
            throw new BenchException(
                    "A completion was answered with %d: %s"
                            .formatted(response.statusCode(), String.join(" ", lines)));
        }
        StreamedAnswer answer = new StreamedAnswer();
        for (int i = 0; i < lines.size(); i++) {
            answer.line(lines.get(i), times.get(i));
        }
        return new Asked(sent, answer, ended);
    }

    private HttpRequest post(ObjectNode body) {
        return request("/v1/completions")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder builder =
                HttpRequest.newBuilder(URI.create(base + path)).timeout(PATIENCE);
        return token == null ? builder : builder.header("Authorization", "Bearer " + token);
    }

    @Override
    public void close() {
        if (second != null) {
            second.close();
        }
        client.close();
    }
}
