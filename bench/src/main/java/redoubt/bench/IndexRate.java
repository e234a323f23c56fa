package redoubt.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import redoubt.index.BadCriteriaException;
import redoubt.index.Criteria;
import redoubt.index.CriteriaText;
import redoubt.index.Found;
import redoubt.index.IndexException;
import redoubt.index.RebuildAtRest;
import redoubt.index.RecordIndex;
import redoubt.index.RecordSource;
import redoubt.provenance.record.AuditRecord;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.RecordReader;

/// `rebuild_entries_per_s`: the index of the large record made anew from its segments, entries a
/// second. `search_ms_p99`: of a seeded mix of searches in it, one after the other, a page of 50
/// entries each, read from the record and compared, with what is counted behind the page; what 99
/// of 100 do not exceed, a sample for each round. `append_with_index`: entries a second that 8
/// writers get durable while the index follows them as fast as it can, divided by the rate without
/// it, measured in turns.
final class IndexRate implements RecordSection {
    private static final int REBUILDS_MAX = 3;
    private static final int SEARCHES = 1_000;
    private static final int PAGE = 50;
    private static final long APPEND_NS = TimeUnit.SECONDS.toNanos(2);
    private static final int WRITERS = 8;
    private static final long SEED = 20261122;

    @Override
    public String name() {
        return "index";
    }

    @Override
    public Map<String, Figure> measure(Ground ground)
            throws IOException, InterruptedException, BenchException {
        try {
            var samples = new Samples();
            Map<String, Figure> figures = new LinkedHashMap<>();
            Path home = ground.fixture().copy(ground.work().resolve("copy"));
            Path name = ground.work().resolve("record-index");
            long size = rebuilds(ground, home, name, samples);
            figures.put(
                    "rebuild_entries_per_s",
                    samples.figure(
                            "rebuild_entries_per_s",
                            "/s",
                            String.format(
                                    Locale.ROOT,
                                    "%,d entries; the index has %,d MiB",
                                    size,
                                    Files.size(Path.of(name + ".mv.db")) >> 20)));
            searches(ground, home, name, samples);
            figures.put(
                    "search_ms_p99",
                    samples.figure(
                            "search_ms_p99",
                            "ms",
                            String.format(
                                    Locale.ROOT,
                                    "%,d searches a round, %,d entries; half of them within %.2f ms",
                                    SEARCHES,
                                    size,
                                    samples.figure("search_ms_p50", "ms", "").median())));
            appends(ground, samples);
            figures.put(
                    "append_with_index",
                    samples.figure(
                            "append_with_index",
                            "ratio",
                            String.format(
                                    Locale.ROOT,
                                    "the rate without it, %.0f entries/s with %d writers",
                                    samples.figure("append_per_s", "/s", "").median(),
                                    WRITERS)));
            return figures;
        } catch (IndexException | BadCriteriaException refused) {
            throw new BenchException(String.valueOf(refused.getMessage()));
        }
    }

    private static long rebuilds(Ground ground, Path home, Path name, Samples samples)
            throws IOException, InterruptedException, IndexException {
        long size = 0;
        int rounds = Math.min(REBUILDS_MAX, ground.rounds());
        for (int round = 0; round < rounds; round++) {
            ground.progress().accept("index, rebuild %d of %d".formatted(round + 1, rounds));
            long from = System.nanoTime();
            size = RebuildAtRest.run(name, home.resolve("record"), _ -> {});
            samples.add("rebuild_entries_per_s", size / ((System.nanoTime() - from) / 1e9));
        }
        return size;
    }

    private static void searches(Ground ground, Path home, Path name, Samples samples)
            throws IOException, IndexException, BadCriteriaException {
        ground.progress().accept("index, opening the record for searches");
        try (AuditRecord record = RecordFixture.open(home);
                var index =
                        RecordIndex.follow(
                                name,
                                new RecordSource(record, home.resolve("record")),
                                ground.progress())) {
            index.awaitAll();
            var mix = new Mix(index, record);
            mix.round(SEARCHES);
            for (int round = 0; round < ground.rounds(); round++) {
                ground.progress()
                        .accept("index, searches %d of %d".formatted(round + 1, ground.rounds()));
                var figure = new Figure("ms", mix.round(SEARCHES), "");
                samples.add("search_ms_p99", figure.quantile(0.99));
                samples.add("search_ms_p50", figure.median());
            }
        }
    }

    private static void appends(Ground ground, Samples samples)
            throws IOException, InterruptedException, IndexException {
        Path home = ground.work().resolve("fresh");
        try (AuditRecord record = RecordFixture.open(home)) {
            AppendRate.appended(record, WRITERS, 1, APPEND_NS);
            for (int round = 0; round < ground.rounds(); round++) {
                ground.progress()
                        .accept("index, appending %d of %d".formatted(round + 1, ground.rounds()));
                double without = AppendRate.appended(record, WRITERS, 1, APPEND_NS);
                double with = followed(ground, record, home);
                without = (without + AppendRate.appended(record, WRITERS, 1, APPEND_NS)) / 2;
                samples.add("append_with_index", with / without);
                samples.add("append_per_s", without);
            }
        }
    }

    private static double followed(Ground ground, AuditRecord record, Path home)
            throws IOException, InterruptedException, IndexException {
        try (var index =
                RecordIndex.follow(
                        home.resolve("index"),
                        new RecordSource(record, home.resolve("record")),
                        ground.progress())) {
            index.awaitAll();
            // Somebody who always wants to know keeps it from being lazy.
            var asking =
                    Thread.ofPlatform()
                            .daemon()
                            .start(() -> {
                                try {
                                    while (!Thread.currentThread().isInterrupted())
                                        index.awaitAll();
                                } catch (IndexException closed) {
                                    // The round is over.
                                }
                            });
            try {
                return AppendRate.appended(record, WRITERS, 1, APPEND_NS);
            } finally {
                asking.interrupt();
                asking.join();
            }
        }
    }

    /// Searches as people make them: by person, by what, by when, by a hash that they hold.
    private static final class Mix {
        private final Random random = new Random(SEED);
        private final RecordIndex index;
        private final RecordReader record;
        private final long from;
        private final long to;

        private Mix(RecordIndex index, RecordReader record) throws IOException {
            this.index = index;
            this.record = record;
            this.from = record.entry(0).wallClockUs();
            this.to = record.entry(record.size() - 1).wallClockUs();
        }

        private List<Double> round(int searches)
                throws IOException, IndexException, BadCriteriaException {
            var took = new ArrayList<Double>();
            for (int i = 0; i < searches; i++) {
                Criteria criteria = criteria();
                var before =
                        random.nextInt(4) == 0
                                ? OptionalLong.of(random.nextLong(1, record.size()))
                                : OptionalLong.empty();
                long begun = System.nanoTime();
                Found _ = index.search(criteria, before, PAGE);
                took.add((System.nanoTime() - begun) / 1e6);
            }
            return took;
        }

        private Criteria criteria() throws BadCriteriaException {
            var given = new HashMap<String, List<String>>();
            int kind = random.nextInt(8);
            String request = "r-" + random.nextLong(record.size() / 4);
            if (kind < 4 && random.nextBoolean())
                given.put("person", List.of("person-%03d".formatted(random.nextInt(200))));
            switch (kind) {
                case 0 -> given.put("type", List.of(type()));
                case 1 -> model(given);
                case 2 -> time(given);
                case 3 -> {
                    given.put("type", List.of(type() + "," + type()));
                    time(given);
                    if (random.nextBoolean()) model(given);
                }
                case 4 -> given.put("request", List.of(request));
                case 5 -> given.put("hash", List.of(hash("content " + request).hex()));
                case 6 -> given.put("hash", List.of(hash("asset text" + request).hex()));
                default ->
                        given.put(
                                "refers-to",
                                List.of(String.valueOf(random.nextLong(record.size()))));
            }
            return CriteriaText.read(given);
        }

        private static Bytes hash(String text) {
            return RecordFixture.sha256(text);
        }

        private String type() {
            return List.of("INTENT", "SEAL", "SIGNED_IN", "EXPORTED", "GENESIS", "PERSON_CREATED")
                    .get(random.nextInt(6));
        }

        private void model(Map<String, List<String>> given) {
            String model = "model-" + random.nextInt(5);
            given.put("model", List.of(random.nextBoolean() ? model : hash(model).hex()));
        }

        private void time(Map<String, List<String>> given) {
            long begin = random.nextLong(from, to);
            long end = random.nextLong(begin, to) + 1;
            given.put("from", List.of(moment(begin)));
            given.put("to", List.of(moment(end)));
        }

        private static String moment(long us) {
            return java.time.Instant.EPOCH
                    .plus(us, java.time.temporal.ChronoUnit.MICROS)
                    .toString();
        }
    }
}
