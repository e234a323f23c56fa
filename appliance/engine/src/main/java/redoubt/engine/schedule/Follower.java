package redoubt.engine.schedule;

import java.util.List;

/// How far the draft has come with the text of one sequence, and how often it was right there. Step
/// thread only.
final class Follower {
    private static final double LEARNING = 0.1;
    private static final double FORGETTING = 0.002;

    private final int number;
    private double right;
    // Tokens of the text that are in the draft's cache.
    private int held;
    // What was guessed after them; all but the last of it is in the cache too.
    private List<Integer> guess = List.of();

    /// @param number of its sequence in the draft's cache
    /// @param right what is believed of it before it has guessed
    Follower(int number, double right) {
        this.number = number;
        this.right = right;
    }

    int number() {
        return number;
    }

    /// The share of guesses that were right where all before them were.
    double right() {
        return right;
    }

    int held() {
        return held;
    }

    /// Cells that it holds.
    int cells() {
        return held + Math.max(0, guess.size() - 1);
    }

    /// More of the text was computed.
    void held(int more) {
        held += more;
    }

    /// It was guessed that the text goes on like this.
    void guessed(List<Integer> tokens) {
        guess = List.copyOf(tokens);
    }

    /// Sees what became of the last guess.
    void settle(TokenList tokens, DraftWorth worth) {
        if (guess.isEmpty()) {
            right += FORGETTING * (worth.right() - right);
            return;
        }
        int accepted = 0;
        while (accepted < guess.size()
                && held + accepted < tokens.size()
                && tokens.at(held + accepted) == guess.get(accepted)) {
            learn(true, worth);
            accepted++;
        }
        // Where the text ends, nobody knows what would have been next.
        if (accepted < guess.size() && held + accepted < tokens.size()) {
            learn(false, worth);
        }
        held += Math.min(accepted, guess.size() - 1);
        guess = List.of();
    }

    /// The last token of a text is always computed again: its logits are what a guess comes from.
    void cutBack(int most) {
        held = Math.min(held, most);
    }

    private void learn(boolean wasRight, DraftWorth worth) {
        right += LEARNING * ((wasRight ? 1 : 0) - right);
        worth.learned(wasRight);
    }
}
