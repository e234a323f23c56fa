package redoubt.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import redoubt.provenance.record.RecordException;
import redoubt.provenance.record.RecordReport;
import redoubt.provenance.record.RecordTrust;
import redoubt.provenance.record.RecordVerifier;
import redoubt.provenance.record.Verdict;

/// Hours of misuse in minutes: people who ask, leave in the middle, ask for nonsense and come back,
/// while engines are killed and models loaded again under them. Afterwards nothing may be left
/// over: no answer under way, no file descriptor, no memory that grows from one half to the next,
/// every sequence free, and a record that verifies. `redoubt bench soak`; the seed is printed and
/// can be given again.
final class Soak {
    private static final int PEOPLE = 12;
    private static final int SEQUENCES = EngineBenchmark.SLOTS;
    private static final Duration SETTLE = Duration.ofSeconds(60);
    private static final int DESCRIPTORS_MORE_MAX = 8;
    private static final double GATEWAY_GROWTH_MIB_MAX = 96;
    private static final double ENGINE_GROWTH_MIB_MAX = 256;

    private final Appliance.Parts parts;
    private final Path home;
    private final Plan plan;
    private final Consumer<String> progress;
    private final Map<String, LongAdder> outcomes = new ConcurrentHashMap<>();
    private final List<String> wrong = new ArrayList<>();
    private volatile boolean over;
    // While an engine is down, its own requests may fail, and nothing else may.
    private volatile long lastKillNanos = System.nanoTime() - Duration.ofHours(1).toNanos();

    /// @param killEverySeconds mean time between two deaths of the engine
    record Plan(Duration time, int killEverySeconds, long seed) {}

    Soak(Appliance.Parts parts, Path work, Plan plan, Consumer<String> progress) {
        this.parts = parts;
        this.home = work.resolve("home");
        this.plan = plan;
        this.progress = progress;
    }

    /// @throws BenchException with everything that was left over or went wrong
    void run() throws IOException, InterruptedException, BenchException {
        progress.accept("seed " + plan.seed());
        try (Appliance appliance = Appliance.start(parts, home);
                Target people = appliance.people(PEOPLE + SEQUENCES)) {
            misuse(appliance, people, plan.time().dividedBy(8), false);
            appliance.awaitWarm();
            // Everybody's connection is open before anything is counted.
            allSequencesServe(people);
            Left before = left(appliance);
            progress.accept("after warming up: " + before.sentence());
            misuse(appliance, people, plan.time(), true);
            appliance.awaitReady();
            allSequencesServe(people);
            Left after = left(appliance);
            progress.accept("after the soak: " + after.sentence());
            compare(before, after);
        }
        verify();
        Map<String, Long> counts = new TreeMap<>();
        outcomes.forEach((name, count) -> counts.put(name, count.sum()));
        progress.accept("requests: " + counts);
        if (!wrong.isEmpty()) {
            throw new BenchException(
                    "The soak with seed %d found: %s"
                            .formatted(plan.seed(), String.join("; ", wrong)));
        }
    }

    private void misuse(Appliance appliance, Target people, Duration time, boolean kills)
            throws InterruptedException, IOException, BenchException {
        over = false;
        List<Thread> threads = new ArrayList<>();
        for (int person = 0; person < PEOPLE; person++) {
            int number = person;
            threads.add(Thread.ofPlatform().start(() -> live(people.person(number), number)));
        }
        Random random = new Random(plan.seed());
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            long wait = (long) ((0.5 + random.nextDouble()) * plan.killEverySeconds() * 1000);
            TimeUnit.MILLISECONDS.sleep(Math.clamp((end - System.nanoTime()) / 1_000_000, 0, wait));
            if (kills && System.nanoTime() < end) {
                disturb(appliance, random);
            }
        }
        over = true;
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void disturb(Appliance appliance, Random random)
            throws IOException, InterruptedException, BenchException {
        if (random.nextInt(3) == 0) {
            appliance.reload();
            count("model loaded again");
        } else {
            lastKillNanos = System.nanoTime();
            appliance.killEngines();
            count("engine killed");
        }
    }

    private void live(Session session, int number) {
        Random random = new Random(plan.seed() * 31 + number);
        while (!over) {
            long begun = System.nanoTime();
            try {
                act(session, random);
            } catch (BenchException | IOException failure) {
                boolean excused = lastKillNanos >= begun - Duration.ofSeconds(45).toNanos();
                count(excused ? "failed beside a killed engine" : "failed");
                if (!excused) {
                    note("a request failed though no engine was killed: " + failure.getMessage());
                }
                pause(200);
            } catch (InterruptedException stop) {
                return;
            }
        }
    }

    private void act(Session session, Random random)
            throws IOException, InterruptedException, BenchException {
        String prompt = Prompts.story(random.nextInt(400), 5 + random.nextInt(300));
        switch (random.nextInt(6)) {
            case 0, 1 -> {
                session.complete(prompt, 1 + random.nextInt(40)).answer().checkEnded();
                count("completed");
            }
            case 2, 3 -> {
                session.leave(prompt, 400, random.nextInt(12));
                count("left");
            }
            case 4 -> {
                session.complete(Prompts.story(random.nextLong(1L << 40), 900), 2)
                        .answer()
                        .checkEnded();
                count("long prompt");
            }
            default -> {
                if (session.refused() != 400) {
                    note("nonsense was not refused");
                }
                count("refused");
            }
        }
    }

    private void allSequencesServe(Target people)
            throws IOException, InterruptedException, BenchException {
        people.connect(PEOPLE + SEQUENCES);
        for (Session.Asked asked :
                Together.all(
                        SEQUENCES,
                        i -> () -> people.person(PEOPLE + i).complete(Prompts.beginning(i), 16))) {
            asked.answer().checkEnded();
        }
    }

    /// What is there when nobody asks for anything.
    private record Left(
            double running,
            int descriptors,
            int engineDescriptors,
            double mib,
            double engineMib,
            double parkedMib) {
        /// Idle conversations are kept on purpose, up to a bound.
        double engineOwnMib() {
            return engineMib - parkedMib;
        }

        String sentence() {
            return String.format(
                    Locale.ROOT,
                    "%.0f answers under way; gateway %d descriptors, %.0f MiB; engine %d descriptors, %.0f MiB, of which %.0f MiB are parked conversations",
                    running,
                    descriptors,
                    mib,
                    engineDescriptors,
                    engineMib,
                    parkedMib);
        }
    }

    private Left left(Appliance appliance)
            throws IOException, InterruptedException, BenchException {
        long deadline = System.nanoTime() + SETTLE.toNanos();
        double running = appliance.metric("redoubt_answers_running");
        while (running > 0 && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(250);
            running = appliance.metric("redoubt_answers_running");
        }
        // Connections of those who left are found out within a few seconds, and every few seconds
        // an
        // engine that is idle says what is parked.
        TimeUnit.SECONDS.sleep(12);
        return new Left(
                running,
                ChildProcesses.descriptors(appliance.gatewayPid()),
                ChildProcesses.descriptors(appliance.enginePid()),
                ChildProcesses.residentMib(appliance.gatewayPid()),
                ChildProcesses.residentMib(appliance.enginePid()),
                appliance.metricSum("redoubt_parked_bytes") / (1 << 20));
    }

    private void compare(Left before, Left after) {
        if (after.running() > 0) {
            note("%.0f answers are still under way".formatted(after.running()));
        }
        if (after.descriptors() > before.descriptors() + DESCRIPTORS_MORE_MAX) {
            note(
                    "the gateway has %d descriptors, before %d"
                            .formatted(after.descriptors(), before.descriptors()));
        }
        if (after.engineDescriptors() > before.engineDescriptors() + DESCRIPTORS_MORE_MAX) {
            note(
                    "the engine has %d descriptors, before %d"
                            .formatted(after.engineDescriptors(), before.engineDescriptors()));
        }
        if (after.mib() > before.mib() + GATEWAY_GROWTH_MIB_MAX) {
            note("the gateway has %.0f MiB, before %.0f".formatted(after.mib(), before.mib()));
        }
        if (after.engineOwnMib() > before.engineOwnMib() + ENGINE_GROWTH_MIB_MAX) {
            note(
                    "the engine has %.0f MiB beside parked conversations, before %.0f"
                            .formatted(after.engineOwnMib(), before.engineOwnMib()));
        }
    }

    private void verify() throws IOException {
        try {
            RecordReport report =
                    new RecordVerifier(RecordTrust.read(home.resolve("trust")), List.of())
                            .verify(home.resolve("record"), _ -> {});
            progress.accept(
                    "the record of %d entries: %s".formatted(report.size(), report.verdict()));
            if (report.verdict() != Verdict.VALID
                    && report.verdict() != Verdict.VALID_UNWITNESSED) {
                note("the record is %s: %s".formatted(report.verdict(), report.checks()));
            }
        } catch (RecordException unreadable) {
            note("the record cannot be verified: " + unreadable.getMessage());
        }
    }

    private void count(String outcome) {
        outcomes.computeIfAbsent(outcome, _ -> new LongAdder()).increment();
    }

    private void note(String sentence) {
        synchronized (wrong) {
            if (wrong.size() < 20) {
                wrong.add(sentence);
            }
        }
        progress.accept("WRONG: " + sentence);
    }

    private static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
