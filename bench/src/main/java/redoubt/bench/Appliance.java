package redoubt.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;

/// One run of the real appliance: the packaged modules in a process of their own, with record,
/// credentials, sign-in and TLS as an institution would have them. Owns that process.
final class Appliance implements AutoCloseable {
    private static final long READY_S_MAX = 180;
    // Each question costs a handshake on the cores that are busy with starting.
    private static final long POLL_MS = 50;

    private final Process process;
    private final Path home;
    private final CompletionClient client;
    private final String base;
    private final double readySeconds;

    private Appliance(
            Process process, Path home, String base, CompletionClient client, double readySeconds) {
        this.process = process;
        this.home = home;
        this.base = base;
        this.client = client;
        this.readySeconds = readySeconds;
    }

    /// What it takes to start one.
    ///
    /// @param gateway the command that starts a gateway, without what it is to serve
    record Parts(List<String> gateway, Path nativeDir, Path model) {
        Parts {
            gateway = List.copyOf(gateway);
        }
    }

    /// Starts an appliance in `home` and returns when it says that it is ready.
    static Appliance start(Parts parts, Path home)
            throws IOException, InterruptedException, BenchException {
        int port = ChildProcesses.freePort();
        Path log = home.resolveSibling(home.getFileName() + ".log");
        long started = System.nanoTime();
        Process process =
                ChildProcesses.start(
                        new ProcessBuilder(command(parts, home, port))
                                .redirectErrorStream(true)
                                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile())));
        try {
            Path authority = home.resolve("tls").resolve("ca.pem");
            Path token = home.resolve("run").resolve("console.token");
            String base = "https://127.0.0.1:" + port;
            CompletionClient client = null;
            while ((System.nanoTime() - started) / 1e9 < READY_S_MAX) {
                if (!process.isAlive()) {
                    throw new BenchException(
                            "The appliance ended while it was starting: "
                                    + ChildProcesses.tail(log));
                }
                if (client == null && Files.exists(authority)) {
                    client = new CompletionClient(base, null, trusting(authority));
                }
                if (client != null && ready(client)) {
                    double seconds = (System.nanoTime() - started) / 1e9;
                    client.close();
                    String secret = Files.readString(token).strip();
                    return new Appliance(
                            process,
                            home,
                            base,
                            new CompletionClient(base, secret, trusting(authority)),
                            seconds);
                }
                TimeUnit.MILLISECONDS.sleep(POLL_MS);
            }
            throw new BenchException(
                    "The appliance was not ready after %d s: %s"
                            .formatted(READY_S_MAX, ChildProcesses.tail(log)));
        } catch (IOException | InterruptedException | BenchException | RuntimeException failed) {
            ChildProcesses.end(process);
            throw failed;
        }
    }

    private static List<String> command(Parts parts, Path home, int port) {
        List<String> words = new ArrayList<>(parts.gateway());
        words.addAll(
                List.of(
                        "serve",
                        "--home",
                        home.toString(),
                        "--model",
                        parts.model().toString(),
                        "--native",
                        parts.nativeDir().toString(),
                        "--port",
                        Integer.toString(port),
                        "--quiet"));
        return words;
    }

    private static boolean ready(CompletionClient client) throws IOException, InterruptedException {
        try {
            return client.status("/health") == 200;
        } catch (ConnectException | SSLHandshakeException notYet) {
            return false;
        }
    }

    private static SSLContext trusting(Path authority) throws IOException {
        try (InputStream in = Files.newInputStream(authority)) {
            Certificate certificate =
                    CertificateFactory.getInstance("X.509").generateCertificate(in);
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("site", certificate);
            TrustManagerFactory managers = TrustManagerFactory.getInstance("PKIX");
            managers.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException unusable) {
            throw new IOException("the site's certificate cannot be used", unusable);
        }
    }

    /// Waits until its model answers again.
    void awaitReady() throws IOException, InterruptedException, BenchException {
        for (long start = System.nanoTime(); !ready(client); ) {
            if ((System.nanoTime() - start) / 1e9 > READY_S_MAX) {
                throw new BenchException(
                        "The appliance was not ready again after %d s.".formatted(READY_S_MAX));
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
    }

    /// Waits until the appliance has done what it does once after each start, so that neither it
    /// nor a peer is measured beside that.
    void awaitWarm() throws InterruptedException, BenchException {
        Path warming = home.resolve("run").resolve("warm-up");
        for (long start = System.nanoTime(); Files.exists(warming); ) {
            if ((System.nanoTime() - start) / 1e9 > READY_S_MAX) {
                throw new BenchException(
                        "The appliance's warm-up was not over after %d s.".formatted(READY_S_MAX));
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MS);
        }
    }

    /// Seconds from the start of the process to the first good answer of `/health`.
    double readySeconds() {
        return readySeconds;
    }

    CompletionClient client() {
        return client;
    }

    /// The id of its model.
    String model() throws IOException, InterruptedException, BenchException {
        return client.json("/v1/models").path("data").path(0).path("id").asText();
    }

    /// This appliance as so many people see it, each with a key.
    Target people(int count) throws IOException, InterruptedException, BenchException {
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            keys.add(client.createKey("bench " + i));
        }
        return Target.redoubt(base, trusting(home.resolve("tls").resolve("ca.pem")), model(), keys);
    }

    /// The first value of a metric.
    double metric(String name) throws IOException, InterruptedException, BenchException {
        return client.text("/metrics")
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new BenchException("There is no metric " + name + "."));
    }

    /// The sum of a metric over its labels.
    double metricSum(String name) throws IOException, InterruptedException, BenchException {
        return client.text("/metrics")
                .lines()
                .filter(line -> line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /// Ends its engines as no good process ends.
    void killEngines() {
        process.toHandle().children().forEach(ProcessHandle::destroyForcibly);
    }

    /// Has its model loaded again; what is under way is finished before, what comes meanwhile
    /// waits.
    void reload() throws IOException, InterruptedException, BenchException {
        String _ = client.post("/api/models/" + model() + "/load", "{\"again\":true}");
    }

    long enginePid() throws BenchException {
        return process.toHandle()
                .children()
                .findFirst()
                .orElseThrow(() -> new BenchException("The appliance has no engine."))
                .pid();
    }

    /// Resident memory of gateway and engine together.
    double residentMib() throws IOException {
        double sum = ChildProcesses.residentMib(process.pid());
        for (ProcessHandle child : process.toHandle().descendants().toList()) {
            sum += ChildProcesses.residentMib(child.pid());
        }
        return sum;
    }

    long gatewayPid() {
        return process.pid();
    }

    double gatewayResidentMib() throws IOException {
        return ChildProcesses.residentMib(process.pid());
    }

    /// The CPU variant that its engine has mapped.
    String variant() throws IOException, BenchException {
        List<String> mapped = ChildProcesses.variants(process.toHandle());
        if (mapped.size() != 1) {
            throw new BenchException(
                    String.format(
                            Locale.ROOT,
                            "The appliance in %s has %s CPU variants mapped; a fair comparison needs exactly one.",
                            home.getFileName(),
                            mapped));
        }
        return mapped.getFirst();
    }

    @Override
    public void close() {
        client.close();
        ChildProcesses.end(process);
    }
}
