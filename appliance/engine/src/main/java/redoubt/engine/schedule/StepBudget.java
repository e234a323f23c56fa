package redoubt.engine.schedule;

/// How many prompt tokens may go into a step, so that nobody who is being answered waits longer
/// than a bound for the next token, and nobody at all waits long for a turn. Learns from measured
/// steps. One thread.
final class StepBudget {
    /// Longest step while somebody is being answered.
    static final long SHARED_NANOS = 150_000_000L;

    /// Longest step while only prompts are computed: what a newcomer and a cancellation wait for.
    static final long PROMPTS_NANOS = 900_000_000L;

    private final StepCost answers = new StepCost();
    private final PromptBudget prompts;
    private final GuessCost guesses = new GuessCost();
    private final StepWidth width = new StepWidth();
    private boolean trial;

    /// @param quantumMax tokens computed at once; more in one step gains nothing
    StepBudget(int quantumMax) {
        prompts = new PromptBudget(quantumMax);
    }

    /// Parts of prompts for the next step of prompts.
    PromptBudget prompts() {
        return prompts;
    }

    /// What a step is expected to take; where there are both, a step of answers and one of prompts.
    long nanos(StepCost.Work work) {
        double plain = guesses.plainNanos(work.decoding());
        double known = plain > 0 ? plain : answers.nanos(new StepCost.Work(work.decoding(), 0, 0));
        StepCost.Work ofPrompts = new StepCost.Work(0, work.promptTokens(), work.looks());
        return Math.round(
                (work.decoding() > 0 ? known : 0)
                        + (work.promptTokens() > 0 ? prompts.nanos(ofPrompts) : 0));
    }

    /// How many tokens the next step of answers should have, those of nobody included.
    ///
    /// @param tokens of answers, guesses included
    int width(int tokens) {
        return width.of(tokens);
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
                : answers.nanos(new StepCost.Work(decoding, 0, 0)) / Math.max(1, decoding);
    }

    /// What a guess, or one more answer, adds to such a step.
    double moreAnswerNanos(int decoding) {
        return guesses.known(decoding)
                ? guesses.guessNanos(decoding)
                : answers.nanos(new StepCost.Work(decoding + 1, 0, 0))
                        - answers.nanos(new StepCost.Work(decoding, 0, 0));
    }

    /// What a step of answers took.
    ///
    /// @param guessed how many of the answers' tokens in it were guesses
    /// @param padded tokens of nobody in it
    void answered(StepCost.Work work, int guessed, int padded, long nanos) {
        trial = false;
        guesses.measured(work.decoding() - guessed, guessed, nanos);
        width.measured(work.decoding(), work.decoding() + padded, nanos);
        answers.measured(work, nanos);
    }

    /// What a step of prompts took.
    void computed(StepCost.Work work, long nanos) {
        prompts.measured(work, nanos);
    }
}
