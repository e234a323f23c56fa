package redoubt.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// The figures of `redoubt bench main` (issue 3, "Show"), all in one run on one machine:
///
/// - `decode_vs_llama_bench`, `decode_vs_llama_server`: tokens a second of an answer that streams
///   over HTTPS with record and credentials, divided by the peer's for the same number of tokens at
///   the same depth of context, measured right beside it. llama-bench samples nothing and sends
///   nothing; llama-server is asked by the same client with the same request. In each round the
///   three take turns in one order and then in the other, so that a host that warms up or slows
///   down favours none.
/// - `provenance_ms_per_answer`: what the gateway itself counts for INTENT, OUTPUT, credential,
///   SEAL and their syncs, as the receipt of each answer says.
/// - `ready_s_first`, `ready_s_later`: from the start of the process to `/health` saying ready, in
///   an empty home (keys, certificates and the probe of the CPU variants included) and in one that
///   has been used.
/// - `gateway_rss_mib`: resident memory of the gateway process after it has answered: what Redoubt
///   needs besides the engine.
final class MainBenchmark {
    private static final String PROMPT =
            "The old harbour town had three lighthouses, and each of them had a keeper who wrote"
                    + " everything down. The first keeper wrote about the weather, the second about the"
                    + " ships, and the third";
    private static final int WARM_TOKENS = 16;

    private final Appliance.Parts parts;
    private final Path work;
    private final int threads;
    private final Plan plan;
    private final Consumer<String> progress;

    /// How much is measured.
    ///
    /// @param rounds of two measurements of each of the three
    record Plan(int rounds, int tokens, int answers, int firstStarts, int laterStarts) {}

    MainBenchmark(
            Appliance.Parts parts, Path work, int threads, Plan plan, Consumer<String> progress) {
        this.parts = parts;
        this.work = work;
        this.threads = threads;
        this.plan = plan;
        this.progress = progress;
    }

    /// Measures everything; the map keeps the order of the report.
    Map<String, Figure> run() throws IOException, InterruptedException, BenchException {
        Map<String, Figure> figures = new LinkedHashMap<>();
        List<Double> first = new ArrayList<>();
        for (int i = 0; i < plan.firstStarts(); i++) {
            progress.accept("first start %d of %d".formatted(i + 1, plan.firstStarts()));
            try (Appliance appliance = Appliance.start(parts, work.resolve("first-" + i))) {
                first.add(appliance.readySeconds());
            }
        }
        Path home = work.resolve("first-0");
        List<Double> later = new ArrayList<>();
        List<Double> resident = new ArrayList<>();
        for (int i = 0; i < plan.laterStarts(); i++) {
            progress.accept("later start %d of %d".formatted(i + 1, plan.laterStarts()));
            try (Appliance appliance = Appliance.start(parts, home)) {
                later.add(appliance.readySeconds());
                appliance.client().complete(appliance.model(), PROMPT, WARM_TOKENS);
                resident.add(appliance.gatewayResidentMib());
            }
        }
        try (Appliance appliance = Appliance.start(parts, home)) {
            // It is ready a moment before its warm-up begins; after an answer it has begun.
            appliance.client().complete(appliance.model(), PROMPT, WARM_TOKENS);
            appliance.awaitWarm();
            compare(appliance, figures);
            figures.put("provenance_ms_per_answer", provenance(appliance));
            resident.add(appliance.gatewayResidentMib());
        }
        figures.put(
                "ready_s_first", new Figure("s", first, "process start to /health, empty home"));
        figures.put("ready_s_later", new Figure("s", later, "process start to /health, used home"));
        figures.put(
                "gateway_rss_mib",
                new Figure("MiB", resident, "VmRSS of the gateway process, without its engine"));
        return figures;
    }

    private void compare(Appliance appliance, Map<String, Figure> figures)
            throws IOException, InterruptedException, BenchException {
        String model = appliance.model();
        StreamedAnswer warm = appliance.client().complete(model, PROMPT, plan.tokens());
        warm.check(plan.tokens());
        int depth = warm.promptTokens();
        String variant = appliance.variant();
        progress.accept("CPU variant %s, %d threads".formatted(variant, threads));
        Peers peers = Peers.lay(parts.nativeDir(), work, variant, parts.model(), threads);
        List<Double> againstBench = new ArrayList<>();
        List<Double> againstServer = new ArrayList<>();
        try (Peers.Server server = peers.server()) {
            server.client().complete(model, PROMPT, plan.tokens()).check(plan.tokens());
            for (int round = 0; round < plan.rounds(); round++) {
                double[] one = new double[3];
                double[] two = new double[3];
                for (int turn = 0; turn < 3; turn++) {
                    one[turn] = rate(turn, appliance, model, peers, server, depth);
                }
                for (int turn = 2; turn >= 0; turn--) {
                    two[turn] = rate(turn, appliance, model, peers, server, depth);
                }
                againstBench.add((one[0] + two[0]) / (one[1] + two[1]));
                againstServer.add((one[0] + two[0]) / (one[2] + two[2]));
                progress.accept(
                        "round %d of %d: Redoubt %.1f and %.1f, llama-bench %.1f and %.1f, llama-server %.1f and %.1f tokens/s"
                                .formatted(
                                        round + 1,
                                        plan.rounds(),
                                        one[0],
                                        two[0],
                                        one[1],
                                        two[1],
                                        one[2],
                                        two[2]));
            }
        }
        String version = "; " + peers.version() + ", CPU variant " + variant;
        figures.put(
                "decode_vs_llama_bench",
                new Figure(
                        "ratio",
                        againstBench,
                        said(peers.benchCommand(depth, plan.tokens())) + version));
        figures.put(
                "decode_vs_llama_server",
                new Figure("ratio", againstServer, said(peers.serverCommand(0)) + version));
    }

    private double rate(
            int turn,
            Appliance appliance,
            String model,
            Peers peers,
            Peers.Server server,
            int depth)
            throws IOException, InterruptedException, BenchException {
        return switch (turn) {
            case 0 ->
                    appliance
                            .client()
                            .complete(model, PROMPT, plan.tokens())
                            .decodeRate(plan.tokens());
            case 1 -> peers.benchRate(depth, plan.tokens());
            case 2 ->
                    server.client()
                            .complete(model, PROMPT, plan.tokens())
                            .decodeRate(plan.tokens());
            default -> throw new IllegalArgumentException("there are three turns");
        };
    }

    private Figure provenance(Appliance appliance)
            throws IOException, InterruptedException, BenchException {
        List<Double> samples = new ArrayList<>();
        String model = appliance.model();
        for (int i = 0; i < plan.answers(); i++) {
            StreamedAnswer answer = appliance.client().complete(model, PROMPT, WARM_TOKENS);
            answer.check(WARM_TOKENS);
            samples.add(
                    answer.provenanceMs()
                            .orElseThrow(() ->
                                    new BenchException(
                                            "An answer came without a receipt that says what record and credential cost.")));
        }
        progress.accept("%d answers with record and credential".formatted(samples.size()));
        return new Figure("ms", samples, "nothing: the same answer without record and credential");
    }

    // Paths of this machine do not belong into a report.
    private String said(List<String> command) {
        return String.join(" ", command)
                .replace(parts.model().toString(), String.valueOf(parts.model().getFileName()));
    }

    /// Takes away what a run left behind.
    static void remove(Path work) throws IOException {
        try (var files = Files.walk(work)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
