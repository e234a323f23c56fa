package redoubt.hardware;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;

/// `redoubt profile`: says what this host is, and measures the CPU variants on it.
///
/// `probe [--model FILE] [--threads N] [--json]` probes every variant now, with the number formats
/// of the model, or of a usual four bit one. `host [--model FILE]` says what was detected, and
/// whether the model would fit. The native libraries are those in the system property
/// `redoubt.native`.
public final class ProfileMain {
    private static final List<GgmlType> USUAL = List.of(GgmlType.Q4_K, GgmlType.Q6_K);

    private ProfileMain() {}

    /// Prints to standard output; ends with status 1 and a sentence where it cannot.
    public static void main(String[] arguments) throws IOException {
        Locale.setDefault(Locale.ROOT);
        try {
            List<String> words = List.of(arguments);
            switch (words.isEmpty() ? "" : words.getFirst()) {
                case "probe" -> probe(words);
                case "host" -> host(words);
                default ->
                        throw new IllegalArgumentException(
                                "Use: redoubt profile probe [--model FILE] [--threads N] [--json], or redoubt profile host [--model FILE].");
            }
        } catch (IllegalArgumentException | IOException refused) {
            System.err.println(refused.getMessage());
            System.exit(1);
        }
    }

    private static void host(List<String> words) throws IOException {
        Host host = Host.detect(Path.of("/"));
        System.out.println(host.sentence());
        String model = option(words, "--model", "");
        if (!model.isEmpty()) {
            GgufHeader header = header(Path.of(model));
            ContextWanted wanted = new ContextWanted(8192, 4, 512, 1024);
            System.out.println(MemoryPlan.of(header, wanted, host).sentence());
        }
    }

    private static void probe(List<String> words) throws IOException {
        Host host = Host.detect(Path.of("/"));
        String model = option(words, "--model", "");
        SortedSet<GgmlType> types =
                model.isEmpty() ? new TreeSet<>(USUAL) : header(Path.of(model)).types();
        String threads = option(words, "--threads", Integer.toString(host.cores().usable()));
        ProbeLaunch launch =
                ProbeLaunch.of(
                        Path.of(System.getProperty("java.home")),
                        System.getProperty("jdk.module.path", ""),
                        Path.of(System.getProperty("redoubt.native", "")),
                        types,
                        Integer.parseInt(threads));
        boolean json = words.contains("--json");
        if (!json) {
            System.out.println(host.sentence());
            System.out.printf("Products of %s with %s threads:%n%n", types, threads);
        }
        VariantReport report =
                VariantProbe.probe(
                        launch,
                        Integer.MAX_VALUE,
                        result -> System.err.println("tried " + result.variant()));
        System.out.println(json ? json(report) : table(report));
    }

    private static GgufHeader header(Path file) throws IOException {
        return switch (GgufHeader.read(file)) {
            case GgufHeader header -> header;
            case GgufReading.Refused refused -> throw new IOException(refused.sentence());
        };
    }

    private static String table(VariantReport report) {
        StringBuilder text = new StringBuilder();
        text.append("| variant | one row, ms | 64 rows, ms | verdict |\n|---|---|---|---|\n");
        report.results().forEach(result -> text.append(row(result)));
        return text.append("%nChosen: %s".formatted(report.chosen())).toString();
    }

    private static String row(VariantResult result) {
        return switch (result) {
            case VariantResult.Works(var variant, var one, var many) ->
                    String.format(
                            Locale.ROOT, "| %s | %.2f | %.1f | works |%n", variant, one, many);
            case VariantResult.Fails(var variant, var why) ->
                    "| %s | | | out: %s |%n".formatted(variant, why);
        };
    }

    private static String json(VariantReport report) {
        StringBuilder text = new StringBuilder("{\"chosen\":\"" + report.chosen() + "\"");
        for (VariantResult result : report.results()) {
            text.append(",\"").append(result.variant()).append("\":");
            text.append(
                    switch (result) {
                        case VariantResult.Works(var variant, var one, var many) ->
                                String.format(
                                        Locale.ROOT,
                                        "{\"one_row_ms\":%.4f,\"many_rows_ms\":%.4f}",
                                        one,
                                        many);
                        case VariantResult.Fails(var variant, var why) ->
                                "{\"fails\":\"%s\"}".formatted(why.replaceAll("[\"\\\\]", "'"));
                    });
        }
        return text.append('}').toString();
    }

    private static String option(List<String> words, String name, String otherwise) {
        int at = words.indexOf(name);
        if (at >= 0 && at + 1 >= words.size()) {
            throw new IllegalArgumentException(name + " needs a value after it.");
        }
        return at < 0 ? otherwise : words.get(at + 1);
    }
}
