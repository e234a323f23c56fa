package redoubt.engine.schedule;

import java.util.List;

/// Whether guessing by [PromptLookup] pays: a guess costs as much as one more answer in the step,
/// and saves a share of a whole step if it is right. With many answers in a step, or guesses that
/// are mostly wrong, it does not, and then it is tried again ever less often, with few guesses: a
/// trial that fails is paid by everybody in the step. One for each generation; step thread only.
final class Speculation {
    private static final int GUESSES_MAX = 6;
    private static final double LEARNING = 0.2;
    private static final double FIRST_RIGHT = 0.6;
    // What is saved must be worth more than the uncertainty of what it costs.
    private static final double MARGIN = 1.15;
    private static final int PAUSE_TOKENS = 128;
    private static final int TRIALS = 2;
    private static final int TRIAL_GUESSES_MAX = 2;

    private double right = FIRST_RIGHT;
    private int pause;
    private int nextPause = PAUSE_TOKENS;
    // What a guess costs is known only from steps that had some.
    private int trials = TRIALS;
    private boolean guessed;

    /// What to guess for the next step.
    ///
    /// @param room how many guesses the step has room for
    List<Integer> guess(TokenList tokens, int room, int decoding, StepBudget budget) {
        guessed = false;
        if (pause > 0) {
            pause--;
            return List.of();
        }
        int most = Math.min(room, GUESSES_MAX);
        if (most <= 0) {
            return List.of();
        }
        double saved = budget.answerNanos(decoding);
        double paid = MARGIN * budget.moreAnswerNanos(decoding);
        if (budget.knowsGuesses(decoding) && saved <= paid) {
            // Not even guesses that are always right would pay: nothing is to be tried.
            return List.of();
        }
        boolean pays = right * saved > paid;
        if (!pays && trials == 0) {
            pause = nextPause;
            nextPause *= 2;
            trials = TRIALS;
            right = FIRST_RIGHT;
            return List.of();
        }
        List<Integer> guess =
                PromptLookup.guess(tokens, pays ? most : Math.min(most, TRIAL_GUESSES_MAX));
        if (guess.isEmpty() || !budget.takesGuess(decoding)) {
            return List.of();
        }
        guessed = true;
        trials -= trials > 0 ? 1 : 0;
        return guess;
    }

    /// Whether what was guessed for the last step was its own guess.
    boolean guessed() {
        return guessed;
    }

    /// How many guesses of the last step were right; if they were its own.
    void learned(int guesses, int accepted) {
        if (!guessed) {
            return;
        }
        right += LEARNING * ((double) accepted / guesses - right);
    }
}
