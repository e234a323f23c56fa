package redoubt.engine.schedule;

/// What a guess costs beside so many answers, as measured: how much longer a step with guesses took
/// than one without them. What one sequence found out holds for all; after a while it has to be
/// found out again, because other things in the cache make steps longer too. One thread.
final class GuessCost {
    private static final int ANSWERS_MAX = 64;
    private static final int SEEN_MIN = 5;
    private static final int STEPS_KEPT = 4096;
    private static final double LEARNING = 0.2;
    // One step that the host interrupted is not what a guess costs.
    private static final double SHARES_MAX = 2;

    private final double[] plain = new double[ANSWERS_MAX + 1];
    private final int[] plainSeen = new int[ANSWERS_MAX + 1];
    private final double[] extra = new double[ANSWERS_MAX + 1];
    private final int[] seen = new int[ANSWERS_MAX + 1];
    private final long[] last = new long[ANSWERS_MAX + 1];
    private long steps;

    /// What a step of answers alone took.
    void measured(int answers, int guesses, long nanos) {
        steps++;
        if (answers < 1 || answers > ANSWERS_MAX) {
            return;
        }
        if (guesses == 0) {
            plain[answers] += weight(plainSeen[answers]++) * (nanos - plain[answers]);
        } else if (plain[answers] > 0) {
            double most = SHARES_MAX * plain[answers] / answers;
            double each = Math.clamp((nanos - plain[answers]) / guesses, 0, most);
            if (steps - last[answers] > STEPS_KEPT) {
                seen[answers] = 0;
            }
            extra[answers] += weight(seen[answers]++) * (each - extra[answers]);
            last[answers] = steps;
        }
    }

    // The mean of the first ones, so that none of them weighs more than the others.
    private static double weight(int seenBefore) {
        return Math.max(LEARNING, 1.0 / (seenBefore + 1));
    }

    /// What a step of so many answers takes without guesses; 0 when none was seen.
    double plainNanos(int answers) {
        return answers >= 1 && answers <= ANSWERS_MAX ? plain[answers] : 0;
    }

    /// Whether enough steps with guesses were seen of late.
    boolean known(int answers) {
        return answers >= 1
                && answers <= ANSWERS_MAX
                && seen[answers] >= SEEN_MIN
                && steps - last[answers] <= STEPS_KEPT;
    }

    /// An answer's share of a step without guesses, where [#known].
    double shareNanos(int answers) {
        return plain[answers] / answers;
    }

    /// What a guess adds, where [#known].
    double guessNanos(int answers) {
        return extra[answers];
    }
}
