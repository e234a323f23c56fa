package redoubt.engine.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redoubt.fixtures.TinyModel;

/// One tenant's prompt has a secret, and another guesses it: whether a guess was right must show
/// neither in what is reported nor in the time it takes. Times are only compared with each other,
/// in pairs that were taken one after the other in random order: the exact distribution of
/// Wilcoxon's signed-rank sum says how likely such ranks are where right and wrong are the same.
/// The same test is given the tenant's own repetition, which it must tell apart: where it cannot,
/// because the host is disturbed too much, times say nothing, and the test says that it was
/// skipped.
class PlantedSecretTest {
    private static final int ROUNDS = 56;
    // On a host that others disturb it takes more of them to see anything.
    private static final int ROUNDS_MAX = 4 * ROUNDS;
    // So seldom is there a false alarm: less than once in a million runs.
    private static final double SIGNIFICANCE = 1e-6;
    private static final int SECRET_LETTERS = 32;
    private static final String KNOWN =
            " is the word that opens the archive. Everybody knows what follows it here. "
                    .repeat(10);

    private record Took(long nanos, int promptTokens, int cachedTokens, int computedTokens) {}

    private static Took ask(EngineProcess engine, String tenant, String prompt) throws Exception {
        long begun = System.nanoTime();
        TinyEngine.Told told = TinyEngine.ask(engine, tenant, prompt, 1);
        long nanos = System.nanoTime() - begun;
        Usage usage = told.finished().usage();
        assertEquals(told.started().cachedTokens(), usage.cachedTokens());
        return new Took(
                nanos,
                usage.promptTokens(),
                usage.cachedTokens(),
                usage.promptTokens() - usage.cachedTokens());
    }

    private static String secret(Random random) {
        return random.ints(SECRET_LETTERS, 'a', 'z' + 1)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /// How likely ranks as uneven as these are, in either direction, where each difference is as
    /// likely to have the other sign.
    static double likelihood(int pairs, long[] one, long[] other) {
        long[] differences = IntStream.range(0, pairs).mapToLong(i -> one[i] - other[i]).toArray();
        Integer[] byDistance = IntStream.range(0, pairs).boxed().toArray(Integer[]::new);
        Arrays.sort(byDistance, Comparator.comparingLong(i -> Math.abs(differences[i])));
        int positive = 0;
        for (int rank = 1; rank <= pairs; rank++) {
            positive += differences[byDistance[rank - 1]] > 0 ? rank : 0;
        }
        // Of all choices of signs, the share that gives each sum.
        double[] share = new double[pairs * (pairs + 1) / 2 + 1];
        share[0] = 1;
        for (int rank = 1; rank <= pairs; rank++) {
            for (int sum = share.length - 1; sum >= 0; sum--) {
                share[sum] = (share[sum] + (sum >= rank ? share[sum - rank] : 0)) / 2;
            }
        }
        int extreme = Math.min(positive, share.length - 1 - positive);
        return Math.min(1, 2 * Arrays.stream(share, 0, extreme + 1).sum());
    }

    @Test
    void the_comparison_tells_apart_what_differs_and_nothing_else() {
        Random random = new Random(5);
        long[] some = random.longs(ROUNDS, 1_000, 2_000).toArray();
        long[] same = random.longs(ROUNDS, 1_000, 2_000).toArray();
        long[] longer = Arrays.stream(some).map(nanos -> nanos + 1_500).toArray();
        assertTrue(likelihood(ROUNDS, some, same) > 0.01);
        assertTrue(likelihood(ROUNDS, some, longer) < SIGNIFICANCE);
        assertTrue(likelihood(ROUNDS, longer, some) < SIGNIFICANCE);
        // Of three pairs that all point one way: two of eight choices of signs.
        assertEquals(0.25, likelihood(3, new long[] {5, 6, 7}, new long[] {1, 1, 1}), 1e-9);
    }

    @Test
    void a_right_guess_of_another_tenant_looks_like_a_wrong_one(@TempDir Path runDir)
            throws Exception {
        long seed = Long.getLong("redoubt.seed", 20261121L);
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        long[] right = new long[ROUNDS_MAX];
        long[] wrong = new long[ROUNDS_MAX];
        long[] own = new long[ROUNDS_MAX];
        int rounds = 0;
        try (EngineProcess engine =
                TinyEngine.start(runDir, TinyModel.Options.base().withContextTokens(8192))) {
            for (int round = 0; !isEnough(round, own, wrong); round++) {
                rounds = round + 1;
                String planted = "Word " + secret(random) + KNOWN;
                String guessed = "Word " + secret(random) + KNOWN;
                ask(engine, "anna", planted);
                // In every other round the secret is not only remembered, but in use.
                Generation using =
                        round % 2 == 0
                                ? null
                                : engine.generate(TinyEngine.request("anna", planted, 0));
                Took repeated = ask(engine, "anna", planted);
                // Each a tenant of its own: what one guess computed must not help the next.
                boolean rightFirst = random.nextBoolean();
                Took first = ask(engine, "b%d-1".formatted(round), rightFirst ? planted : guessed);
                Took second = ask(engine, "b%d-2".formatted(round), rightFirst ? guessed : planted);
                if (using != null) {
                    using.cancel();
                    TinyEngine.all(using);
                }
                for (Took guess : new Took[] {first, second}) {
                    assertEquals(0, guess.cachedTokens(), "another tenant's text was used");
                    assertEquals(repeated.promptTokens(), guess.computedTokens());
                }
                assertTrue(repeated.computedTokens() < 10, repeated.toString());
                right[round] = (rightFirst ? first : second).nanos();
                wrong[round] = (rightFirst ? second : first).nanos();
                own[round] = repeated.nanos();
            }
        }
        double leak = likelihood(rounds, right, wrong);
        double control = likelihood(rounds, own, wrong);
        System.out.printf(
                "right against wrong guess: %.3g; own repetition against wrong guess: %.3g; medians %d, %d, %d us%n",
                leak, control, median(rounds, right), median(rounds, wrong), median(rounds, own));
        assertTrue(leak >= SIGNIFICANCE, "a right guess shows in its time: " + leak);
        assumeTrue(
                control < SIGNIFICANCE,
                "on this host, now, the method would not see a leak: " + control);
    }

    private static boolean isEnough(int rounds, long[] own, long[] wrong) {
        return rounds == ROUNDS_MAX
                || (rounds > 0
                        && rounds % ROUNDS == 0
                        && likelihood(rounds, own, wrong) < SIGNIFICANCE);
    }

    private static long median(int rounds, long[] nanos) {
        return Arrays.stream(nanos, 0, rounds).sorted().toArray()[rounds / 2] / 1_000;
    }
}
