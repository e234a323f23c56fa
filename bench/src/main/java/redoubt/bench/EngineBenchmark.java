package redoubt.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/// The figures of `redoubt bench engine`, all in one run: several people at the same time, against
/// llama-server with the same model, library, CPU variant, threads, context and number of slots,
/// and against llama-batched-bench, which neither samples nor sends anything. docs/performance.md
/// says what each figure is. In each round the servers take turns in one order and then in the
/// other.
final class EngineBenchmark {
    static final List<Integer> PEOPLE = List.of(1, 4, 8, 16);
    static final int CONTEXT = 16_384;
    static final int SLOTS = 16;
    private static final int PREFILL_WORDS = 360;
    private static final int LONG_WORDS = 8000;
    private static final String PEER_DECODE = "tokens/s of llama-server, decode, people: ";
    private static final String PEER_PREFILL = "tokens/s of llama-server, prefill, people: ";
    private static final int WARM_ROUNDS_MAX = 10;
    private static final double COMPILING_MAX = 0.02;
    private static final double LOAD = 0.7;
    private static final double TOKENS_A_WORD = 1.2;

    private final Appliance.Parts parts;
    private final Path work;
    private final int threads;
    private final Plan plan;
    private final Consumer<String> progress;
    private final Map<String, Figure> figures = new LinkedHashMap<>();
    private final Samples samples = new Samples();
    private long seed = 1;

    /// How much is measured.
    ///
    /// @param rounds of two measurements of each server
    /// @param tokens of an answer whose decoding is timed
    /// @param moments measurements of each time to the first token and of each gap
    /// @param only the parts to be measured: throughput, first, gaps, open, costs; empty is all
    record Plan(int rounds, int tokens, int moments, Set<String> only) {
        boolean has(String part) {
            return only.isEmpty() || only.contains(part);
        }
    }

    EngineBenchmark(
            Appliance.Parts parts, Path work, int threads, Plan plan, Consumer<String> progress) {
        this.parts = parts;
        this.work = work;
        this.threads = threads;
        this.plan = plan;
        this.progress = progress;
    }

    /// Measures everything; the map keeps the order of the report.
    Map<String, Figure> run() throws IOException, InterruptedException, BenchException {
        try (Appliance appliance = Appliance.start(parts, work.resolve("home"));
                Target redoubt = appliance.people(OpenLoop.PEOPLE)) {
            redoubt.person(0).complete(Prompts.beginning(0), plan.tokens());
            appliance.awaitWarm();
            String variant = appliance.variant();
            Peers peers = Peers.lay(parts.nativeDir(), work, variant, parts.model(), threads);
            try (Peers.Server server = peers.server(CONTEXT, SLOTS);
                    Target peer = Target.peer(server.base(), redoubt.model(), OpenLoop.PEOPLE)) {
                String against =
                        "%s; %s, CPU variant %s"
                                .formatted(
                                        said(peers.serverCommand(0, CONTEXT, SLOTS)),
                                        peers.version(),
                                        variant);
                progress.accept(against);
                warm(redoubt, peer, appliance);
                // The open loop's load comes from what was measured of the peer.
                if (plan.has("throughput") || plan.has("open")) {
                    throughput(redoubt, peer, peers, against);
                }
                if (plan.has("first")) firstToken(redoubt, peer, against);
                if (plan.has("gaps")) gaps(redoubt, peer, against);
                if (plan.has("open")) openLoop(redoubt, peer, against);
            }
        }
        if (plan.has("costs")) costs();
        return figures;
    }

    // Java compiles what runs often, in the background: the first minutes of an appliance are
    // slower than the days after them. This goes on until that is nearly over, or for so many
    // rounds; llama-server, which compiles nothing, is asked the same.
    private void warm(Target redoubt, Target peer, Appliance appliance)
            throws IOException, InterruptedException, BenchException {
        for (int round = 1; round <= WARM_ROUNDS_MAX; round++) {
            long begun = System.nanoTime();
            double before = Costs.compilerMs(appliance.gatewayPid());
            askAsManyAndOne(redoubt);
            double compiling = Costs.compilerMs(appliance.gatewayPid()) - before;
            double share = compiling * 1e6 / (System.nanoTime() - begun);
            askAsManyAndOne(peer);
            progress.accept(
                    String.format(
                            Locale.ROOT,
                            "warming up, with %d people and with one at both servers, round %d: Java's compilers took %.1f %% of a core",
                            SLOTS,
                            round,
                            100 * share));
            if (share < COMPILING_MAX) {
                return;
            }
        }
    }

    private void askAsManyAndOne(Target target)
            throws IOException, InterruptedException, BenchException {
        for (int people : List.of(SLOTS, 1)) {
            Rates.decode(target, people, plan.tokens());
            Rates.prefill(target, people, PREFILL_WORDS, seed++);
        }
    }

    private void throughput(Target redoubt, Target peer, Peers peers, String against)
            throws IOException, InterruptedException, BenchException {
        int depth =
                redoubt.person(0)
                        .complete(Prompts.beginning(0), plan.tokens())
                        .answer()
                        .promptTokens();
        for (int round = 1; round <= plan.rounds(); round++) {
            List<Double> batched = peers.batchedRates(depth, plan.tokens(), PEOPLE, CONTEXT);
            for (int people : PEOPLE) {
                double ceiling = batched.get(PEOPLE.indexOf(people));
                double[] ours = new double[2];
                double[] theirs = new double[2];
                rates(redoubt, people, seed, ours);
                rates(peer, people, seed++, theirs);
                rates(peer, people, seed, theirs);
                rates(redoubt, people, seed++, ours);
                samples.add("decode_vs_llama_server_" + people, ours[0] / theirs[0]);
                samples.add("prefill_vs_llama_server_" + people, ours[1] / theirs[1]);
                samples.add("decode_vs_batched_bench_" + people, ours[0] / ceiling);
                progress.accept(
                        String.format(
                                Locale.ROOT,
                                "round %d of %d, %d people: decode %.1f, llama-server %.1f, llama-batched-bench %.1f; prefill %.1f, llama-server %.1f tokens/s",
                                round,
                                plan.rounds(),
                                people,
                                ours[0],
                                theirs[0],
                                ceiling,
                                ours[1],
                                theirs[1]));
                samples.add(PEER_DECODE + people, theirs[0]);
                samples.add(PEER_PREFILL + people, theirs[1]);
            }
        }
        String batched = said(peers.batchedCommand(depth, plan.tokens(), PEOPLE, CONTEXT));
        for (int people : PEOPLE) {
            put("decode_vs_llama_server_" + people, "ratio", against);
            put("prefill_vs_llama_server_" + people, "ratio", against);
            put("decode_vs_batched_bench_" + people, "ratio", batched);
        }
    }

    private void rates(Target target, int people, long seed, double[] sums)
            throws IOException, InterruptedException, BenchException {
        sums[0] += Rates.decode(target, people, plan.tokens()) / 2;
        sums[1] += Rates.prefill(target, people, PREFILL_WORDS, seed) / 2;
    }

    private void firstToken(Target redoubt, Target peer, String against)
            throws IOException, InterruptedException, BenchException {
        for (int moment = 0; moment < plan.moments(); moment++) {
            double ours = FirstToken.cold(redoubt, ++seed);
            double theirs = FirstToken.cold(peer, seed);
            samples.add("ttft_cold_vs_llama_server", ours / theirs);
            FirstToken.Shared shared = FirstToken.shared(redoubt, ++seed);
            FirstToken.Shared theirShared = FirstToken.shared(peer, seed);
            samples.add("ttft_shared_vs_llama_server", shared.seconds() / theirShared.seconds());
            progress.accept(
                    String.format(
                            Locale.ROOT,
                            "first token of %d tokens: cold %.0f ms, llama-server %.0f ms; shared %.0f ms, llama-server %.0f ms",
                            shared.promptTokens(),
                            ours * 1e3,
                            theirs * 1e3,
                            shared.seconds() * 1e3,
                            theirShared.seconds() * 1e3));
        }
        put("ttft_cold_vs_llama_server", "ratio", against);
        put("ttft_shared_vs_llama_server", "ratio", against);
    }

    private void gaps(Target redoubt, Target peer, String against)
            throws IOException, InterruptedException, BenchException {
        for (int moment = 0; moment < plan.moments(); moment++) {
            WorstGap.Seen ours = WorstGap.measure(redoubt, ++seed, LONG_WORDS);
            WorstGap.Seen theirs = WorstGap.measure(peer, seed, LONG_WORDS);
            samples.add("worst_gap_ms", ours.millis());
            samples.add("worst_gap_vs_llama_server", ours.millis() / theirs.millis());
            progress.accept(
                    String.format(
                            Locale.ROOT,
                            "longest gap beside a prompt of %d tokens: %.0f ms (its first token after %.1f s), llama-server %.0f ms (%.1f s)",
                            ours.promptTokens(),
                            ours.millis(),
                            ours.promptSeconds(),
                            theirs.millis(),
                            theirs.promptSeconds()));
        }
        put("worst_gap_ms", "ms", "nothing: the longest time between two pieces of text");
        put("worst_gap_vs_llama_server", "ratio", against);
    }

    private void openLoop(Target redoubt, Target peer, String against)
            throws IOException, InterruptedException, BenchException {
        double every =
                (OpenLoop.meanTokens() / median(PEER_DECODE + 8)
                                + OpenLoop.meanPromptWords()
                                        * TOKENS_A_WORD
                                        / median(PEER_PREFILL + 8))
                        / LOAD;
        progress.accept(
                String.format(
                        Locale.ROOT,
                        "%d requests of %d people, one every %.2f s",
                        OpenLoop.REQUESTS,
                        OpenLoop.PEOPLE,
                        every));
        OpenLoop.Seen ours = OpenLoop.measure(redoubt, every);
        OpenLoop.Seen theirs = OpenLoop.measure(peer, every);
        if (ours.latencies().isEmpty() || theirs.latencies().isEmpty()) {
            throw new BenchException(
                    "No request of the open loop was completed: %s %s"
                            .formatted(ours.firstFailure(), theirs.firstFailure()));
        }
        progress.accept(redoubt.name() + ": " + ours.sentence());
        progress.accept(peer.name() + ": " + theirs.sentence());
        one("open_loop_failed", ours.failed(), "count", "200 requests of 20 people, open loop");
        one("open_loop_p50_s", ours.quantile(0.5), "s", "nothing");
        one("open_loop_p99_s", ours.quantile(0.99), "s", "nothing");
        one(
                "open_loop_p50_vs_llama_server",
                ours.quantile(0.5) / theirs.quantile(0.5),
                "ratio",
                against);
        one(
                "open_loop_p99_vs_llama_server",
                ours.quantile(0.99) / theirs.quantile(0.99),
                "ratio",
                against);
        one("jain_fairness", ours.jain(), "index", "1: all people get the same");
        one("jain_fairness_llama_server", theirs.jain(), "index", against);
    }

    // Of an appliance of its own: one that has answered much before has taken memory that it can
    // use again.
    private void costs() throws IOException, InterruptedException, BenchException {
        try (Appliance appliance = Appliance.start(parts, work.resolve("costs"));
                Target redoubt = appliance.people(OpenLoop.PEOPLE)) {
            redoubt.person(0).complete(Prompts.beginning(0), plan.tokens());
            appliance.awaitWarm();
            costs(redoubt, appliance);
        }
    }

    private void costs(Target redoubt, Appliance appliance)
            throws IOException, InterruptedException, BenchException {
        double before = Costs.processorMs(appliance.gatewayPid());
        List<Double> refused = Costs.refused(redoubt);
        double used = Costs.processorMs(appliance.gatewayPid()) - before;
        figures.put(
                "refused_request_ms", new Figure("ms", refused, "nothing: an unknown parameter"));
        one(
                "refused_request_cpu_ms",
                used / Costs.ASKED,
                "ms",
                "nothing: processor time of the gateway, entry in the record included");
        Costs.Idle idle = Costs.idle(redoubt, appliance, ++seed);
        one(
                "idle_conversation_kib",
                idle.kib(),
                "KiB",
                "nothing: growth of gateway and engine, for each conversation of %d tokens"
                        .formatted(idle.tokens()));
    }

    private double median(String name) {
        return samples.figure(name, "tokens/s", "").median();
    }

    private void put(String name, String unit, String against) {
        figures.put(name, samples.figure(name, unit, against));
    }

    private void one(String name, double value, String unit, String against) {
        figures.put(name, new Figure(unit, List.of(value), against));
    }

    // Paths of this machine do not belong into a report.
    private String said(List<String> command) {
        return String.join(" ", command)
                .replace(parts.model().toString(), String.valueOf(parts.model().getFileName()));
    }
}
