package redoubt.appliance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import redoubt.appliance.site.ShellWord;

/// The operator at this host's console: speaks to the running appliance over its own API, with the
/// token that only a reader of the home folder has, and trusts only the site's own certificate.
final class ConsoleClient implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration ANSWER_TIME = Duration.ofSeconds(60);
    private static final int REFUSAL_BYTES_MAX = 1 << 20;
    private static final int FETCHED_BYTES_MAX = 64 << 20;

    private final HttpClient http;
    private final String address;
    private final String token;

    /// The appliance did not do it; the message is a sentence.
    static final class FailedException extends Exception {
        private static final long serialVersionUID = 1L;

        FailedException(String sentence) {
            super(sentence);
        }
    }

    private ConsoleClient(HttpClient http, String address, String token) {
        this.http = http;
        this.address = address;
        this.token = token;
    }

    static ConsoleClient open(Path home) throws FailedException {
        return open(home, Optional.empty());
    }

    /// @param key an API key to use in the place of the console's own rights
    static ConsoleClient open(Path home, Optional<String> key) throws FailedException {
        Path run = home.resolve("run");
        try {
            String address = Files.readString(run.resolve("address")).strip();
            String token =
                    key.isPresent()
                            ? key.get()
                            : Files.readString(run.resolve("console.token")).strip();
            HttpClient http =
                    HttpClient.newBuilder()
                            .version(HttpClient.Version.HTTP_1_1)
                            .connectTimeout(Duration.ofSeconds(5))
                            .sslContext(trusting(home.resolve("tls").resolve("ca.pem")))
                            .build();
            return new ConsoleClient(http, address, token);
        } catch (NoSuchFileException none) {
            throw new FailedException(
                    "No appliance is running with the home %s. Start it with `redoubt run --home %s`."
                            .formatted(home, ShellWord.of(home)));
        } catch (IOException | GeneralSecurityException unreadable) {
            throw new FailedException(
                    "The home %s cannot be read: %s. Use the account that runs the appliance."
                            .formatted(home, unreadable.getMessage()));
        }
    }

    private static SSLContext trusting(Path authority)
            throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (var in = Files.newInputStream(authority)) {
            store.setCertificateEntry(
                    "site", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    /// Sends a request; the answer's JSON, or an empty object.
    JsonNode call(String method, String path, @Nullable Object body)
            throws FailedException, InterruptedException {
        return call(method, path, body, ANSWER_TIME);
    }

    /// The same for what may take its time.
    JsonNode call(String method, String path, @Nullable Object body, Duration within)
            throws FailedException, InterruptedException {
        try {
            HttpRequest.BodyPublisher content =
                    body == null
                            ? HttpRequest.BodyPublishers.noBody()
                            : HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body));
            HttpResponse<byte[]> response =
                    http.send(
                            HttpRequest.newBuilder(URI.create(address + path))
                                    .timeout(within)
                                    .header("Authorization", "Bearer " + token)
                                    .header("Content-Type", "application/json")
                                    .method(method, content)
                                    .build(),
                            HttpResponse.BodyHandlers.ofByteArray());
            JsonNode answer =
                    response.body().length == 0
                            ? JSON.createObjectNode()
                            : JSON.readTree(response.body());
            if (response.statusCode() >= 400)
                throw new FailedException(
                        answer.path("error")
                                .path("message")
                                .asText("The appliance answered " + response.statusCode() + "."));
            return answer;
        } catch (IOException unreachable) {
            throw unanswered(unreachable);
        }
    }

    /// Asks for a small file.
    byte[] fetch(String path) throws FailedException, InterruptedException {
        try {
            HttpResponse<InputStream> response =
                    http.send(
                            HttpRequest.newBuilder(URI.create(address + path))
                                    .timeout(ANSWER_TIME)
                                    .header("Authorization", "Bearer " + token)
                                    .build(),
                            HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream in = response.body()) {
                if (response.statusCode() >= 400) throw refused(response.statusCode(), in);
                byte[] file = in.readNBytes(FETCHED_BYTES_MAX + 1);
                if (file.length > FETCHED_BYTES_MAX)
                    throw new FailedException("The appliance sent more than such a file can be.");
                return file;
            }
        } catch (IOException unreachable) {
            throw unanswered(unreachable);
        }
    }

    private static FailedException refused(int status, InputStream body) throws IOException {
        return new FailedException(
                JSON.readTree(body.readNBytes(REFUSAL_BYTES_MAX))
                        .path("error")
                        .path("message")
                        .asText("The appliance answered " + status + "."));
    }

    /// Told now and then how many bytes have arrived, of how many.
    interface Arriving {
        void bytes(long done, long of);
    }

    /// Sends a request whose answer is a file, and writes it; nothing is left where it failed.
    ///
    /// @return how many bytes it has
    /// @throws IOException when the file cannot be written
    long download(String path, Object body, Path to, Arriving arriving)
            throws FailedException, IOException, InterruptedException {
        HttpResponse<InputStream> response;
        try {
            response =
                    http.send(
                            HttpRequest.newBuilder(URI.create(address + path))
                                    .header("Authorization", "Bearer " + token)
                                    .header("Content-Type", "application/json")
                                    .POST(
                                            HttpRequest.BodyPublishers.ofByteArray(
                                                    JSON.writeValueAsBytes(body)))
                                    .build(),
                            HttpResponse.BodyHandlers.ofInputStream());
        } catch (IOException unreachable) {
            throw unanswered(unreachable);
        }
        try (InputStream in = response.body()) {
            if (response.statusCode() >= 400) throw refused(response.statusCode(), in);
            long of = response.headers().firstValueAsLong("Content-Length").orElse(-1);
            return write(in, of, to, arriving);
        }
    }

    private static long write(InputStream in, long of, Path to, Arriving arriving)
            throws IOException, FailedException {
        long done = 0;
        try (var out = Files.newOutputStream(to, StandardOpenOption.CREATE_NEW)) {
            byte[] piece = new byte[1 << 20];
            for (int read; (read = in.readNBytes(piece, 0, piece.length)) > 0; ) {
                out.write(piece, 0, read);
                done += read;
                arriving.bytes(done, of);
            }
        }
        if (of >= 0 && done != of)
            throw new FailedException(
                    "Only %d of %d bytes arrived. Ask for it again.".formatted(done, of));
        return done;
    }

    private FailedException unanswered(IOException unreachable) {
        return new FailedException(
                "The appliance at %s does not answer (%s). If it has ended, start it with `redoubt run`."
                        .formatted(address, unreachable));
    }

    String address() {
        return address;
    }

    @Override
    public void close() {
        http.close();
    }
}
