package redoubt.engine.schedule;

/// How many prompt tokens may go into a step, so that nobody who is being answered waits longer
/// than a bound for the next token, and nobody at all waits long for a turn. Learns from measured
/// steps. One thread.
final class StepBudget {
    /// Longest step while somebody is being answered.
    static final long SHARED_NANOS = 150_000_000L;

    /// Longest step while only prompts are computed: what a newcomer and a cancellation wait for.
    static final long PROMPTS_NANOS = 900_000_000L;

    // So that a prompt gets on, whatever a step costs.
    private static final int QUANTUM_MIN = 16;

    // The first steps of a host teach what the next may cost, so none is more than twice as large
    // as any before.
    private static final int FIRST_TOKENS = 16;

    private final int quantumMax;
    private int largest = FIRST_TOKENS;
    private final StepCost cost = new StepCost();
    private final GuessCost guesses = new GuessCost();
    private boolean trial;

    /// @param quantumMax tokens computed at once; more in one step gains nothing
    StepBudget(int quantumMax) {
        this.quantumMax = quantumMax;
    }

    /// Tokens of a prompt for the next step.
    ///
    /// @param so what is in the step already
    /// @param depth positions that the first of these tokens looks back at
    /// @param bound how long the step may take, in nanoseconds
    int promptTokens(StepCost.Work so, int depth, long bound) {
        int least = Math.min(QUANTUM_MIN, quantumMax) - so.promptTokens();
        int low = Math.max(0, least);
        int high = Math.max(low, Math.min(quantumMax, 2 * largest) - so.promptTokens());
        while (low < high) {
            int middle = (low + high + 1) / 2;
            if (cost.nanos(with(so, depth, middle)) <= bound) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /// What a step is expected to take.
    long nanos(StepCost.Work work) {
        return Math.round(cost.nanos(work));
    }

    /// Whether it was measured of late what a guess costs beside so many answers.
    boolean knowsGuesses(int decoding) {
        return guesses.known(decoding);
    }

    /// Whether a guess may go into the next step: as long as nobody knows what it costs, one answer
    /// finds out for all.
    boolean takesGuess(int decoding) {
        boolean takes = knowsGuesses(decoding) || !trial;
        trial = true;
        return takes;
    }

    /// An answer's share of a step in which so many go on.
    double answerNanos(int decoding) {
        return guesses.known(decoding)
                ? guesses.shareNanos(decoding)
                : cost.nanos(new StepCost.Work(decoding, 0, 0)) / Math.max(1, decoding);
    }

    /// What a guess, or one more answer, adds to such a step.
    double moreAnswerNanos(int decoding) {
        return guesses.known(decoding)
                ? guesses.guessNanos(decoding)
                : cost.nanos(new StepCost.Work(decoding + 1, 0, 0))
                        - cost.nanos(new StepCost.Work(decoding, 0, 0));
    }

    /// The step with more tokens of a prompt.
    static StepCost.Work with(StepCost.Work so, int depth, int tokens) {
        return new StepCost.Work(
                so.decoding(),
                so.promptTokens() + tokens,
                so.looks() + (long) tokens * depth + (long) tokens * tokens / 2);
    }

    /// What a step took.
    ///
    /// @param guessed how many of the answers' tokens in it were guesses
    void measured(StepCost.Work work, int guessed, long nanos) {
        trial = false;
        if (work.promptTokens() == 0) {
            guesses.measured(work.decoding() - guessed, guessed, nanos);
        }
        largest = Math.max(largest, work.promptTokens());
        cost.measured(work, nanos);
    }
}
