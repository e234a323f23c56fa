package redoubt.appliance;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import redoubt.fixtures.TinyModel;

/// The real service as a process of its own, with a real engine on a tiny model, in a temporary
/// home on a free port. Tests that change nothing for others share one.
public final class RunningAppliance implements AutoCloseable {
    static final ObjectMapper JSON = new ObjectMapper();
    static final String MODEL = "tiny";
    static final String PASSWORD = "correct horse battery staple";

    private static @Nullable RunningAppliance shared;
    private static volatile @Nullable Path measured;

    private final Process process;
    private final Path home;
    private final JsonNode announced;
    private final HttpClient http;
    private @Nullable String staffKey;

    private RunningAppliance(Process process, Path home, JsonNode announced) {
        this.process = process;
        this.home = home;
        this.announced = announced;
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .sslContext(trusting(home))
                        .build();
    }

    /// One for all tests that leave it as it was; it ends with this JVM.
    public static synchronized RunningAppliance shared() {
        if (shared == null) {
            RunningAppliance started = start(temporaryHome(), model(), List.of());
            StallingClients.begin(started);
            Runtime.getRuntime().addShutdownHook(new Thread(started::close));
            shared = started;
        }
        return shared;
    }

    public static Path temporaryHome() {
        try {
            return Files.createTempDirectory("redoubt-test-").resolve("home");
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// A tiny chat model whose context holds 2048 tokens. It has no memory: what is asked twice
    /// with one seed is answered alike, whatever else is computed meanwhile.
    public static Path model() {
        try {
            return TinyModel.write(
                    Files.createTempDirectory("redoubt-model-").resolve(MODEL + ".gguf"),
                    TinyModel.Options.chat().withContextTokens(2048).withoutMemory());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    public static RunningAppliance start(Path home) {
        return start(home, model());
    }

    /// Starts and waits until it has announced itself. It does not warm up: most are asked so
    /// little that this would be most of what they do.
    public static RunningAppliance start(Path home, Path model) {
        return start(home, model, List.of("--no-warm-up"));
    }

    private static RunningAppliance start(Path home, Path model, List<String> more) {
        try {
            bringProfiles(home);
            Path password = Files.writeString(Files.createTempFile("password", ""), PASSWORD);
            Path log = Files.createTempFile("redoubt-test-", ".log");
            List<String> words =
                    new ArrayList<>(
                            List.of(
                                    "serve",
                                    "--home",
                                    home.toString(),
                                    "--port",
                                    "0",
                                    "--model",
                                    model.toString(),
                                    "--native",
                                    nativeDir(),
                                    "--admin-password-file",
                                    password.toString(),
                                    "--json"));
            words.addAll(more);
            Process process = command(words).redirectError(log.toFile()).start();
            String line = process.inputReader().readLine();
            assertTrue(line != null, () -> "it did not start: " + read(log));
            RunningAppliance started = new RunningAppliance(process, home, JSON.readTree(line));
            measured = home.resolve("profiles");
            return started;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// The CPU variants need not be measured again for each home.
    private static void bringProfiles(Path home) throws IOException {
        Path known = measured;
        if (known == null || Files.exists(home) || !Files.isDirectory(known)) return;
        Files.createDirectories(home.resolve("profiles"));
        try (var files = Files.list(known)) {
            for (Path file : files.filter(Files::isRegularFile).toList())
                Files.copy(file, home.resolve("profiles").resolve(file.getFileName()));
        }
    }

    /// Patience, not a measurement: it fails only when it never comes true.
    static void await(Callable<Boolean> condition, Supplier<String> otherwise) throws Exception {
        for (int i = 0; i < 3000; i++) {
            if (condition.call()) return;
            Thread.sleep(100);
        }
        fail(otherwise);
    }

    /// What a command of the appliance's Java main did.
    public record Ran(int status, String out, String err) {}

    public static Ran run(String... arguments) {
        try {
            Path out = Files.createTempFile("out", "");
            Path err = Files.createTempFile("err", "");
            Process process =
                    command(List.of(arguments))
                            .redirectOutput(out.toFile())
                            .redirectError(err.toFile())
                            .start();
            assertTrue(process.waitFor(5, TimeUnit.MINUTES), "the command does not end");
            return new Ran(process.exitValue(), Files.readString(out), Files.readString(err));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException stop) {
            throw new AssertionError(stop);
        }
    }

    static String nativeDir() {
        String dir = System.getProperty("redoubt.native", "");
        assumeTrue(
                !dir.isEmpty() && Files.isDirectory(Path.of(dir)),
                "the native libraries are not built (-Dredoubt.native)");
        return dir;
    }

    private static ProcessBuilder command(List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "--enable-native-access=redoubt.foreign",
                        "--illegal-native-access=deny",
                        "-XX:+UseSerialGC",
                        "-Xmx512m",
                        // Not one of them runs long enough for the second compiler to pay.
                        "-XX:TieredStopAtLevel=1",
                        "-p",
                        modulePath(),
                        "-m",
                        "redoubt.appliance/redoubt.appliance.Main"));
        command.addAll(arguments);
        return new ProcessBuilder(command);
    }

    /// The modules of the appliance among what this JVM was started with.
    private static String modulePath() {
        return Arrays.stream(
                        (System.getProperty("jdk.module.path", "")
                                        + File.pathSeparator
                                        + System.getProperty("java.class.path", ""))
                                .split(File.pathSeparator))
                .filter(entry -> !entry.isEmpty())
                .filter(entry ->
                        !entry.matches(
                                ".*(test-classes|junit|surefire|opentest4j|apiguardian|fixtures).*"))
                .distinct()
                .collect(java.util.stream.Collectors.joining(File.pathSeparator));
    }

    private static SSLContext trusting(Path home) {
        try (var in = Files.newInputStream(home.resolve("tls/ca.pem"))) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(in));
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (IOException | java.security.GeneralSecurityException failure) {
            throw new AssertionError(failure);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// Without a slash at the end.
    public String url() {
        return announced.path("address").asText().replaceAll("/$", "");
    }

    public int port() {
        return URI.create(url()).getPort();
    }

    public JsonNode announced() {
        return announced;
    }

    public String adminName() {
        return Appliance.FIRST_ADMINISTRATOR;
    }

    public String adminPassword() {
        return PASSWORD;
    }

    public Path home() {
        return home;
    }

    public Path trust() {
        return home.resolve("trust");
    }

    public Process process() {
        return process;
    }

    SSLContext tls() {
        return trusting(home);
    }

    /// A connection of its own.
    SSLSocket socket() throws IOException {
        return (SSLSocket) tls().getSocketFactory().createSocket("127.0.0.1", port());
    }

    HttpClient http() {
        return http;
    }

    /// An API key with the role staff.
    public synchronized String staffKey() {
        String key = staffKey;
        if (key == null) {
            key = newKey("staff");
            staffKey = key;
        }
        return key;
    }

    public String newKey(String role) {
        return ok(consoleSend(
                        "POST", "/api/keys", "{\"name\":\"test\",\"role\":\"%s\"}".formatted(role)))
                .path("secret")
                .asText();
    }

    /// The processes of engines.
    public List<ProcessHandle> engines() {
        return process.toHandle().children().filter(ProcessHandle::isAlive).toList();
    }

    public HttpResponse<String> consoleSend(String method, String path, @Nullable String body) {
        return send(
                method,
                path,
                body,
                "Authorization",
                "Bearer " + read(home.resolve("run/console.token")).strip());
    }

    public HttpResponse<String> keySend(String method, String path, @Nullable String body) {
        return send(method, path, body, "Authorization", "Bearer " + staffKey());
    }

    public HttpResponse<String> send(
            String method, String path, @Nullable String body, String... headers) {
        try {
            return http.send(
                    request(method, path, body, headers), HttpResponse.BodyHandlers.ofString());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException stop) {
            throw new AssertionError(stop);
        }
    }

    HttpRequest request(String method, String path, @Nullable String body, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url() + path))
                        .timeout(java.time.Duration.ofMinutes(5))
                        .expectContinue(body != null && body.length() > 1024 * 1024)
                        .method(
                                method,
                                body == null
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) request.headers(headers);
        return request.build();
    }

    static JsonNode ok(HttpResponse<String> response) {
        assertTrue(
                response.statusCode() < 300, () -> response.statusCode() + " " + response.body());
        return json(response);
    }

    static JsonNode json(HttpResponse<String> response) {
        try {
            return JSON.readTree(response.body());
        } catch (IOException notJson) {
            throw new AssertionError("not JSON: " + response.body(), notJson);
        }
    }

    static String code(HttpResponse<String> response) {
        return json(response).path("error").path("code").asText();
    }

    static String chat(String more) {
        return "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]%s}"
                .formatted(MODEL, more.isEmpty() ? "" : "," + more);
    }

    /// Ends it at once, as a power cut would.
    void kill() throws InterruptedException {
        List<ProcessHandle> orphans = engines();
        process.destroyForcibly().waitFor();
        orphans.forEach(engine -> engine.onExit().join());
    }

    /// Stops it in order.
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(2, TimeUnit.MINUTES)) process.destroyForcibly();
        } catch (InterruptedException stop) {
            process.destroyForcibly();
        }
    }
}
