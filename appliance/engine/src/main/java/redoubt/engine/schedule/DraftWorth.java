package redoubt.engine.schedule;

/// Whether the draft's guesses pay, as measured: a guess is worth the chance that it is right times
/// what a token costs; it costs what one more answer adds to a step and what the draft takes for
/// it. With many answers in a step, a draft that is slow, or one that is mostly wrong, it does not
/// pay. Then it is tried on one answer at times, for at most a hundredth of the time. One for the
/// engine; step thread only.
final class DraftWorth {
    // What is saved must be worth more than the uncertainty of what it costs.
    private static final double MARGIN = 1.15;
    private static final double LEARNING = 0.02;
    private static final double FIRST_RIGHT = 0.6;
    private static final double TRIALS_SHARE = 0.01;
    private static final double FIRST_ALLOWANCE_NANOS = 2e9;

    private double right = FIRST_RIGHT;
    private double allowanceNanos = FIRST_ALLOWANCE_NANOS;

    /// The share of guesses that were right of late where all before them were.
    double right() {
        return right;
    }

    void learned(boolean wasRight) {
        right += LEARNING * ((wasRight ? 1 : 0) - right);
    }

    /// How many tokens to guess ahead; 0 when it does not pay.
    ///
    /// @param right the chance of each, if those before it are right
    /// @param saves what a token costs without guesses, in nanoseconds
    /// @param costs what a guess costs
    static int depth(double right, double saves, double costs, int most) {
        int depth = 0;
        double chance = right;
        while (depth < most && chance * saves > MARGIN * costs) {
            depth++;
            chance *= right;
        }
        return depth;
    }

    /// What guessing so far ahead saves for each token of the answer, in nanoseconds.
    static double savedEach(double right, double saves, double costs, int depth) {
        double gained = 0;
        double tokens = 1;
        double chance = right;
        for (int ahead = 0; ahead < depth; ahead++) {
            gained += chance * saves - costs;
            tokens += chance;
            chance *= right;
        }
        return gained / tokens;
    }

    /// A step is to be taken without guesses that pay.
    void without(long stepNanos) {
        allowanceNanos += TRIALS_SHARE * stepNanos;
    }

    /// Whether a trial of this cost may be made.
    boolean allows(double nanos) {
        return nanos <= allowanceNanos;
    }

    /// A trial is over, and guessing does not pay. What was not needed for it is no reason to try
    /// again at once.
    void failed() {
        allowanceNanos = Math.min(allowanceNanos, 0);
    }

    /// A trial has cost this.
    void tried(double nanos) {
        allowanceNanos -= nanos;
    }
}
