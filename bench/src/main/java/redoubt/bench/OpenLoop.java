package redoubt.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// People who ask when they want, whether or not the server is ready for them: arrivals are a
/// Poisson process with a seed, so both servers get the same requests at the same times.
final class OpenLoop {
    static final int PEOPLE = 20;
    static final int REQUESTS = 200;
    private static final int SEED = 11;
    private static final int PROMPT_WORDS_MIN = 30;
    private static final int PROMPT_WORDS_MORE = 240;
    private static final int TOKENS_MIN = 16;
    private static final int TOKENS_MORE = 96;

    private OpenLoop() {}

    private record Planned(int person, String prompt, int tokens, double atSeconds) {}

    /// @param latencies seconds from a request's arrival to its end, sorted; of those that were
    ///   completed
    /// @param jain Jain's index over people of the tokens that each got in a second of waiting
    record Seen(List<Double> latencies, int failed, String firstFailure, double jain) {
        String sentence() {
            return String.format(
                    Locale.ROOT,
                    "%d completed, %d failed %s, p50 %.2f s, p99 %.2f s, Jain %.4f",
                    latencies.size(),
                    failed,
                    firstFailure,
                    quantile(0.5),
                    quantile(0.99),
                    jain);
        }

        double quantile(double share) {
            return latencies.get(
                    (int) Math.min(latencies.size() - 1, Math.floor(share * latencies.size())));
        }
    }

    /// @param everySeconds mean time between two arrivals
    static Seen measure(Target target, double everySeconds)
            throws IOException, InterruptedException {
        target.connect(PEOPLE);
        List<Planned> plan = plan(everySeconds);
        double[] tokens = new double[PEOPLE];
        double[] seconds = new double[PEOPLE];
        List<Double> latencies = new ArrayList<>();
        int failed = 0;
        String firstFailure = "";
        long start = System.nanoTime();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Session.Asked>> futures = new ArrayList<>();
            for (Planned each : plan) {
                long due = start + (long) (each.atSeconds() * 1e9);
                TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
                futures.add(
                        threads.submit(() -> {
                            Session.Asked asked =
                                    target.person(each.person())
                                            .complete(each.prompt(), each.tokens());
                            asked.answer().checkEnded();
                            return asked;
                        }));
            }
            for (int i = 0; i < futures.size(); i++) {
                int person = plan.get(i).person();
                try {
                    Session.Asked asked = futures.get(i).get();
                    latencies.add(asked.wholeSeconds());
                    tokens[person] +=
                            asked.answer().promptTokens() + asked.answer().completionTokens();
                    seconds[person] += asked.wholeSeconds();
                } catch (ExecutionException failure) {
                    failed++;
                    firstFailure =
                            firstFailure.isEmpty()
                                    ? String.valueOf(failure.getCause())
                                    : firstFailure;
                }
            }
        }
        latencies.sort(null);
        return new Seen(latencies, failed, firstFailure, jain(tokens, seconds));
    }

    private static List<Planned> plan(double everySeconds) {
        Random random = new Random(SEED);
        List<Integer> people = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            people.add(i % PEOPLE);
        }
        Collections.shuffle(people, random);
        List<Planned> plan = new ArrayList<>();
        double at = 0;
        for (int i = 0; i < REQUESTS; i++) {
            at += -Math.log(1 - random.nextDouble()) * everySeconds;
            plan.add(
                    new Planned(
                            people.get(i),
                            Prompts.story(
                                    500_000 + i,
                                    PROMPT_WORDS_MIN + random.nextInt(PROMPT_WORDS_MORE)),
                            TOKENS_MIN + random.nextInt(TOKENS_MORE),
                            at));
        }
        return plan;
    }

    /// Means of what [#measure] asks for, for finding a load that a machine can bear.
    static double meanPromptWords() {
        return PROMPT_WORDS_MIN + (PROMPT_WORDS_MORE - 1) / 2.0;
    }

    static double meanTokens() {
        return TOKENS_MIN + (TOKENS_MORE - 1) / 2.0;
    }

    /// 1 when all get the same for their waiting, 1/n when one gets all.
    static double jain(double[] tokens, double[] seconds) {
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < tokens.length; i++) {
            double rate = seconds[i] == 0 ? 0 : tokens[i] / seconds[i];
            sum += rate;
            squares += rate * rate;
        }
        return squares == 0 ? 0 : sum * sum / (tokens.length * squares);
    }
}
