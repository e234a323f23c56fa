package redoubt.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import redoubt.hardware.Host;

/// `redoubt bench main --model FILE [--json FILE] [--rounds N] [--tokens N] [--answers N] --
/// GATEWAY…` measures; `rehearse --out DIR -- GATEWAY…` makes the caches that later starts use.
/// What follows `--` is the command that starts a gateway, so that what is measured is what the
/// launcher runs. `record` measures the Open Audit Record and starts no gateway. The launcher sets
/// `redoubt.native` (with `peers/` in it). Prints to standard output; ends with status 1 and a
/// sentence where something cannot be done.
public final class Main {
    private static final String USE =
            "Use: redoubt bench main|engine|soak --model FILE [--json FILE] [--rounds N] [--tokens N], or redoubt bench record [--json FILE] [--rounds N] [--entries N] [--only SECTIONS]";
    private static final String GATEWAY = "--";

    private Main() {}

    /// Runs the benchmark that the first word names.
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Locale.setDefault(Locale.ROOT);
        List<String> words = List.of(arguments);
        Path work = Files.createTempDirectory("redoubt-bench");
        try {
            if (!words.isEmpty() && words.getFirst().equals("record")) {
                record(words.subList(1, words.size()));
                return;
            }
            int gateway = words.indexOf(GATEWAY);
            if (gateway < 1 || gateway + 1 >= words.size()) {
                throw new BenchException(USE);
            }
            List<String> own = words.subList(1, gateway);
            List<String> command = words.subList(gateway + 1, words.size());
            switch (words.getFirst()) {
                case "main" -> run(own, command, work);
                case "soak" -> soak(own, command, work);
                case "engine" -> engine(own, command, work);
                case "rehearse" ->
                        new Rehearsal(command, nativeDir(), work)
                                .run(
                                        Path.of(Options.of(own, "--out").text("--out", ""))
                                                .toAbsolutePath());
                default -> throw new BenchException(USE);
            }
        } catch (BenchException refused) {
            System.err.println(refused.getMessage());
            System.exit(1);
        } finally {
            MainBenchmark.remove(work);
        }
    }

    private static Path nativeDir() {
        return Path.of(System.getProperty("redoubt.native", "")).toAbsolutePath();
    }

    private static void engine(List<String> words, List<String> gateway, Path work)
            throws IOException, InterruptedException, BenchException {
        var options =
                Options.of(
                        words, "--model", "--json", "--rounds", "--tokens", "--moments", "--only");
        Host host = Host.detect(Path.of("/"));
        var plan =
                new EngineBenchmark.Plan(
                        options.number("--rounds", 3),
                        options.number("--tokens", 128),
                        options.number("--moments", 5),
                        parts(options.text("--only", "")));
        System.out.println(host.sentence());
        report(
                options,
                new EngineBenchmark(
                                new Appliance.Parts(gateway, nativeDir(), model(options)),
                                work,
                                host.cores().usable(),
                                plan,
                                Main::progress)
                        .run());
    }

    private static void record(List<String> words)
            throws IOException, InterruptedException, BenchException {
        var options = Options.of(words, "--cache", "--json", "--rounds", "--entries", "--only");
        var plan =
                new RecordBenchmark.Plan(
                        Path.of(options.text("--cache", "")).toAbsolutePath(),
                        options.number("--entries", 1_000_000),
                        options.number("--rounds", 7),
                        parts(options.text("--only", "")));
        System.out.println(Host.detect(Path.of("/")).sentence());
        System.out.printf(
                "Java %s, ML-DSA by its provider SUN; the record is on %s.%n",
                Runtime.version(), Files.getFileStore(existing(plan.cache())).type());
        report(options, new RecordBenchmark(plan, Main::progress).run());
    }

    private static Path existing(Path folder) {
        Path at = folder;
        while (at != null && !Files.exists(at)) at = at.getParent();
        return at == null ? folder : at;
    }

    private static Set<String> parts(String listed) {
        return Stream.of(listed.split(",", -1))
                .filter(part -> !part.isEmpty())
                .collect(Collectors.toSet());
    }

    private static void soak(List<String> words, List<String> gateway, Path work)
            throws IOException, InterruptedException, BenchException {
        var options = Options.of(words, "--model", "--seconds", "--kill-every", "--seed");
        var plan =
                new Soak.Plan(
                        Duration.ofSeconds(options.number("--seconds", 600)),
                        options.number("--kill-every", 45),
                        options.number("--seed", (int) (System.nanoTime() >>> 8 & 0xFFFFF) + 1));
        new Soak(
                        new Appliance.Parts(gateway, nativeDir(), model(options)),
                        work,
                        plan,
                        Main::progress)
                .run();
        System.out.println("Nothing leaked, nothing was lost, and the record verifies.");
    }

    private static void progress(String line) {
        System.err.println("bench: " + line);
    }

    private static void report(Options options, Map<String, Figure> figures)
            throws IOException, BenchException {
        System.out.println();
        figures.forEach((name, figure) -> System.out.println(figure.row(name)));
        String json = options.text("--json", "");
        if (!json.isEmpty()) {
            write(figures, Path.of(json));
        }
    }

    private static Path model(Options options) throws BenchException {
        Path model = Path.of(options.text("--model", "")).toAbsolutePath();
        if (!Files.isRegularFile(model)) {
            throw new BenchException("There is no model file at %s. %s".formatted(model, USE));
        }
        return model;
    }

    private static void run(List<String> words, List<String> gateway, Path work)
            throws IOException, InterruptedException, BenchException {
        var options =
                Options.of(
                        words,
                        "--model",
                        "--json",
                        "--rounds",
                        "--tokens",
                        "--answers",
                        "--first-starts",
                        "--later-starts");
        var parts = new Appliance.Parts(gateway, nativeDir(), model(options));
        Host host = Host.detect(Path.of("/"));
        var plan =
                new MainBenchmark.Plan(
                        options.number("--rounds", 6),
                        options.number("--tokens", 128),
                        options.number("--answers", 60),
                        options.number("--first-starts", 3),
                        options.number("--later-starts", 5));
        System.out.println(host.sentence());
        var benchmark = new MainBenchmark(parts, work, host.cores().usable(), plan, Main::progress);
        Map<String, Figure> figures = benchmark.run();
        report(options, figures);
        Figure provenance = figures.get("provenance_ms_per_answer");
        if (provenance != null) {
            System.out.printf(
                    Locale.ROOT, "%-26s %9.3f ms%n", "provenance p99", provenance.quantile(0.99));
        }
    }

    private static void write(Map<String, Figure> figures, Path file) throws IOException {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        figures.forEach((name, figure) -> object.set(name, figure.json()));
        ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        Files.writeString(file, mapper.writeValueAsString(object) + "\n");
    }
}
