package redoubt.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// llama-bench and llama-server, built from the same source, run with the CPU variant that the
/// appliance uses: they would choose by the processor's flags, so they are put into a folder that
/// has just that one variant.
final class Peers {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long READY_S_MAX = 60;

    private final Path folder;
    private final Path model;
    private final int threads;

    private Peers(Path folder, Path model, int threads) {
        this.folder = folder;
        this.model = model;
        this.threads = threads;
    }

    /// Lays the folder out under `work`.
    static Peers lay(Path nativeDir, Path work, String variant, Path model, int threads)
            throws IOException, BenchException {
        Path peers = nativeDir.resolve("peers");
        if (!Files.isExecutable(peers.resolve("llama-bench"))) {
            throw new BenchException(
                    "llama-bench and llama-server are not built. Run native/build --peers, or ./redoubt bench, which does.");
        }
        Path folder = Files.createDirectories(work.resolve("peers"));
        for (Path from : List.of(nativeDir, peers)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(from)) {
                for (Path file : files) {
                    String name = String.valueOf(file.getFileName());
                    boolean another =
                            name.startsWith("libggml-cpu-")
                                    && !name.equals("libggml-cpu-" + variant + ".so");
                    if (Files.isRegularFile(file) && !another) {
                        Files.copy(file, folder.resolve(name));
                    }
                }
            }
        }
        return new Peers(folder, model, threads);
    }

    /// The command of llama-bench, as it is written into the report.
    List<String> benchCommand(int depth, int tokens) {
        return List.of(
                "llama-bench",
                "-m",
                model.toString(),
                "-t",
                Integer.toString(threads),
                "-p",
                "0",
                "-n",
                Integer.toString(tokens),
                "-d",
                Integer.toString(depth),
                "-r",
                "1",
                "-o",
                "json");
    }

    /// llama-batched-bench at one depth, for these numbers of sequences, in one process.
    List<String> batchedCommand(int depth, int tokens, List<Integer> sequences, int context) {
        return List.of(
                "llama-batched-bench",
                "-m",
                model.toString(),
                "-t",
                Integer.toString(threads),
                "-c",
                Integer.toString(context),
                "-b",
                "2048",
                "-ub",
                "512",
                "-npp",
                Integer.toString(depth),
                "-ntg",
                Integer.toString(tokens),
                "-npl",
                sequences.stream().map(String::valueOf).collect(Collectors.joining(",")),
                "--kv-unified",
                "--output-format",
                "jsonl");
    }

    /// Tokens a second that llama-batched-bench decodes, for each number of sequences.
    List<Double> batchedRates(int depth, int tokens, List<Integer> sequences, int context)
            throws IOException, InterruptedException, BenchException {
        Path said = Files.createTempFile(folder, "llama-batched-bench", ".jsonl");
        Path log = folder.resolve("llama-batched-bench.log");
        Process process =
                ChildProcesses.start(
                        launch(batchedCommand(depth, tokens, sequences, context))
                                .redirectOutput(said.toFile())
                                .redirectError(log.toFile()));
        int status = process.waitFor();
        Map<Integer, Double> rates = new TreeMap<>();
        for (String line : Files.readAllLines(said)) {
            if (line.startsWith("{")) {
                JsonNode row = JSON.readTree(line);
                rates.put(row.path("pl").asInt(), row.path("speed_tg").asDouble());
            }
        }
        if (status != 0 || !rates.keySet().containsAll(sequences)) {
            throw new BenchException(
                    "llama-batched-bench ended with status %d and rates %s: %s"
                            .formatted(status, rates, ChildProcesses.tail(log)));
        }
        return sequences.stream().map(count -> rates.getOrDefault(count, 0.0)).toList();
    }

    List<String> serverCommand(int port) {
        return serverCommand(port, 4096, 1);
    }

    /// With several slots, one cache for all, as Redoubt has it: otherwise each slot gets a fixed
    /// part of the context, and a long prompt fits none.
    List<String> serverCommand(int port, int context, int slots) {
        List<String> command = new ArrayList<>(slots == 1 ? List.of() : List.of("--kv-unified"));
        command.addAll(
                0,
                List.of(
                        "llama-server",
                        "-m",
                        model.toString(),
                        "-t",
                        Integer.toString(threads),
                        "-c",
                        Integer.toString(context),
                        "-np",
                        Integer.toString(slots),
                        "--host",
                        "127.0.0.1",
                        "--port",
                        Integer.toString(port)));
        return List.copyOf(command);
    }

    /// Tokens a second that llama-bench measures at this depth of context.
    double benchRate(int depth, int tokens)
            throws IOException, InterruptedException, BenchException {
        Path said = Files.createTempFile(folder, "llama-bench", ".json");
        Process process =
                ChildProcesses.start(
                        launch(benchCommand(depth, tokens))
                                .redirectOutput(said.toFile())
                                .redirectError(folder.resolve("llama-bench.log").toFile()));
        int status = process.waitFor();
        if (status != 0) {
            throw new BenchException(
                    "llama-bench ended with status %d: %s"
                            .formatted(
                                    status,
                                    ChildProcesses.tail(folder.resolve("llama-bench.log"))));
        }
        return rate(Files.readString(said), tokens);
    }

    static double rate(String output, int tokens) throws IOException, BenchException {
        for (JsonNode test : JSON.readTree(output)) {
            if (test.path("n_gen").asInt() == tokens && test.path("avg_ts").asDouble() > 0) {
                return test.path("avg_ts").asDouble();
            }
        }
        throw new BenchException("llama-bench did not say how fast it was: " + output);
    }

    /// A running llama-server.
    record Server(Process process, String base, CompletionClient client) implements AutoCloseable {
        @Override
        public void close() {
            client.close();
            ChildProcesses.end(process);
        }
    }

    Server server() throws IOException, InterruptedException, BenchException {
        int port = ChildProcesses.freePort();
        return server(port, serverCommand(port));
    }

    /// One with several slots, which share the context.
    Server server(int context, int slots) throws IOException, InterruptedException, BenchException {
        int port = ChildProcesses.freePort();
        return server(port, serverCommand(port, context, slots));
    }

    private Server server(int port, List<String> command)
            throws IOException, InterruptedException, BenchException {
        Path log = folder.resolve("llama-server.log");
        Process process =
                ChildProcesses.start(
                        launch(command).redirectErrorStream(true).redirectOutput(log.toFile()));
        String base = "http://127.0.0.1:" + port;
        Server server = new Server(process, base, new CompletionClient(base, null, null));
        try {
            for (long start = System.nanoTime();
                    process.isAlive() && (System.nanoTime() - start) / 1e9 < READY_S_MAX; ) {
                if (ready(server.client())) {
                    return server;
                }
                TimeUnit.MILLISECONDS.sleep(50);
            }
            throw new BenchException("llama-server did not come up: " + ChildProcesses.tail(log));
        } catch (IOException | InterruptedException | BenchException | RuntimeException failed) {
            server.close();
            throw failed;
        }
    }

    private static boolean ready(CompletionClient client) throws IOException, InterruptedException {
        try {
            return client.status("/health") == 200;
        } catch (ConnectException notYet) {
            return false;
        }
    }

    /// What a peer says of its version, in one line.
    String version() throws IOException, InterruptedException {
        Process process =
                launch(List.of("llama-server", "--version")).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said.lines()
                .filter(line -> line.startsWith("version"))
                .findFirst()
                .orElse("version unknown");
    }

    private ProcessBuilder launch(List<String> command) {
        List<String> whole = new ArrayList<>(command);
        whole.set(0, folder.resolve(command.getFirst()).toString());
        ProcessBuilder builder = new ProcessBuilder(whole);
        builder.environment().put("LD_LIBRARY_PATH", folder.toString());
        builder.directory(folder.toFile());
        return builder;
    }
}
