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
                record(words);
                return;
            }
            int gateway = words.indexOf(GATEWAY);
            if (gateway < 1 || gateway + 1 >= words.size()) {
                throw new BenchException(USE);
            }
            List<String> own = words.subList(0, gateway);
            List<String> command = words.subList(gateway + 1, words.size());
            switch (own.getFirst()) {
                case "main" -> run(own, command, work);
                case "soak" -> soak(own, command, work);
                case "engine" -> engine(own, command, work);
                case "rehearse" ->
                        new Rehearsal(command, nativeDir(), work)
                                .run(Path.of(option(own, "--out", "")).toAbsolutePath());
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
        Host host = Host.detect(Path.of("/"));
        var plan =
                new EngineBenchmark.Plan(
                        number(words, "--rounds", 3),
                        number(words, "--tokens", 128),
                        number(words, "--moments", 5),
                        parts(option(words, "--only", "")));
        System.out.println(host.sentence());
        report(
                words,
                new EngineBenchmark(
                                new Appliance.Parts(gateway, nativeDir(), model(words)),
                                work,
                                host.cores().usable(),
                                plan,
                                Main::progress)
                        .run());
    }

    private static void record(List<String> words)
            throws IOException, InterruptedException, BenchException {
        var plan =
                new RecordBenchmark.Plan(
                        Path.of(option(words, "--cache", "")).toAbsolutePath(),
                        number(words, "--entries", 1_000_000),
                        number(words, "--rounds", 7),
                        parts(option(words, "--only", "")));
        System.out.println(Host.detect(Path.of("/")).sentence());
        System.out.printf(
                "Java %s, ML-DSA by its provider SUN; the record is on %s.%n",
                Runtime.version(), Files.getFileStore(existing(plan.cache())).type());
        report(words, new RecordBenchmark(plan, Main::progress).run());
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
        var plan =
                new Soak.Plan(
                        Duration.ofSeconds(number(words, "--seconds", 600)),
                        number(words, "--kill-every", 45),
                        number(words, "--seed", (int) (System.nanoTime() >>> 8 & 0xFFFFF) + 1));
        new Soak(
                        new Appliance.Parts(gateway, nativeDir(), model(words)),
                        work,
                        plan,
                        Main::progress)
                .run();
        System.out.println("Nothing leaked, nothing was lost, and the record verifies.");
    }

    private static void progress(String line) {
        System.err.println("bench: " + line);
    }

    private static void report(List<String> words, Map<String, Figure> figures)
            throws IOException, BenchException {
        System.out.println();
        figures.forEach((name, figure) -> System.out.println(figure.row(name)));
        String json = option(words, "--json", "");
        if (!json.isEmpty()) {
            write(figures, Path.of(json));
        }
    }

    private static Path model(List<String> words) throws BenchException {
        Path model = Path.of(option(words, "--model", "")).toAbsolutePath();
        if (!Files.isRegularFile(model)) {
            throw new BenchException("There is no model file at %s. %s".formatted(model, USE));
        }
        return model;
    }

    private static void run(List<String> words, List<String> gateway, Path work)
            throws IOException, InterruptedException, BenchException {
        var parts = new Appliance.Parts(gateway, nativeDir(), model(words));
        Host host = Host.detect(Path.of("/"));
        var plan =
                new MainBenchmark.Plan(
                        number(words, "--rounds", 6),
                        number(words, "--tokens", 128),
                        number(words, "--answers", 60),
                        number(words, "--first-starts", 3),
                        number(words, "--later-starts", 5));
        System.out.println(host.sentence());
        var benchmark = new MainBenchmark(parts, work, host.cores().usable(), plan, Main::progress);
        Map<String, Figure> figures = benchmark.run();
        report(words, figures);
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

    private static int number(List<String> words, String name, int otherwise)
            throws BenchException {
        String text = option(words, name, Integer.toString(otherwise));
        try {
            int number = Integer.parseInt(text);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            // Said below, like a number that is too small.
        }
        throw new BenchException("%s needs a number above 0, and got '%s'.".formatted(name, text));
    }

    private static String option(List<String> words, String name, String otherwise)
            throws BenchException {
        int at = words.indexOf(name);
        if (at >= 0 && at + 1 >= words.size()) {
            throw new BenchException(name + " needs a value after it. " + USE);
        }
        return at < 0 ? otherwise : words.get(at + 1);
    }
}
