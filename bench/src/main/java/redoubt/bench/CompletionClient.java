package redoubt.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// Asks a server for streamed completions over HTTP/1.1, one at a time, on the calling thread.
final class CompletionClient implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final HttpClient.Builder clients;
    private final String base;
    private final @Nullable String token;

    /// @param base for example `https://127.0.0.1:8443`
    /// @param token bearer token, or null where the server asks for none
    CompletionClient(String base, @Nullable String token, @Nullable SSLContext tls) {
        HttpClient.Builder builder =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(Duration.ofSeconds(5));
        this.clients = tls == null ? builder : builder.sslContext(tls);
        this.base = base;
        this.token = token;
    }

    /// Status of a GET; throws where nobody answers.
    int status(String path) throws IOException, InterruptedException {
        HttpRequest request = request(path).timeout(Duration.ofSeconds(5)).build();
        try (HttpClient client = clients.build()) {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        }
    }

    /// The JSON of a GET.
    JsonNode json(String path) throws IOException, InterruptedException, BenchException {
        return JSON.readTree(text(path));
    }

    /// The text of a GET.
    String text(String path) throws IOException, InterruptedException, BenchException {
        try (HttpClient client = clients.build()) {
            HttpResponse<String> response =
                    client.send(
                            request(path).timeout(PATIENCE).build(),
                            HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw refused(path, response.statusCode(), response.body());
            }
            return response.body();
        }
    }

    /// Makes a key for somebody on the staff.
    String createKey(String name) throws IOException, InterruptedException, BenchException {
        ObjectNode body =
                JsonNodeFactory.instance.objectNode().put("name", name).put("role", "staff");
        return JSON.readTree(post("/api/keys", body.toString())).path("secret").asText();
    }

    /// What a POST of JSON is answered with; anything but a success is thrown.
    String post(String path, String body) throws IOException, InterruptedException, BenchException {
        HttpRequest request =
                request(path)
                        .timeout(PATIENCE)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
        try (HttpClient client = clients.build()) {
            HttpResponse<String> response =
                    client.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() / 100 != 2) {
                throw refused(path, response.statusCode(), response.body());
            }
            return response.body();
        }
    }

    /// One streamed completion, without sampling's chance: temperature 0.
    StreamedAnswer complete(String model, String prompt, int tokens)
            throws IOException, InterruptedException, BenchException {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("model", model);
        body.put("prompt", prompt);
        body.put("max_tokens", tokens);
        body.put("temperature", 0);
        body.put("stream", true);
        body.putObject("stream_options").put("include_usage", true);
        HttpRequest request =
                request("/v1/completions")
                        .timeout(PATIENCE)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                        .build();
        try (HttpClient client = clients.build()) {
            return answer(client.send(request, HttpResponse.BodyHandlers.ofInputStream()));
        }
    }

    private static StreamedAnswer answer(HttpResponse<InputStream> response)
            throws IOException, BenchException {
        StreamedAnswer answer = new StreamedAnswer();
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            if (response.statusCode() != 200) {
                throw refused("/v1/completions", response.statusCode(), lines.readLine());
            }
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                answer.line(line, System.nanoTime());
            }
        }
        return answer;
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(base + path));
        return token == null ? builder : builder.header("Authorization", "Bearer " + token);
    }

    private static BenchException refused(String path, int status, @Nullable String body) {
        return new BenchException("%s was answered with %d: %s".formatted(path, status, body));
    }

    @Override
    public void close() {
        // Each request has a client of its own: a server that closes idle connections would
        // otherwise end a benchmark now and then.
    }
}
