package redoubt.engine.schedule;

/// What the requests that ended of late teach about those that wait: how long an answer is, and how
/// long it holds its place. Step thread only.
final class Expectations {
    private static final double LEARNING = 0.2;
    private static final int ANSWER_TOKENS_GUESS = 128;

    private double answerTokens = ANSWER_TOKENS_GUESS;
    private double heldNanos;

    /// One ended.
    ///
    /// @param runNanos how long it had a place
    void ended(int tokens, long runNanos) {
        answerTokens += LEARNING * (tokens - answerTokens);
        heldNanos = heldNanos == 0 ? runNanos : heldNanos + LEARNING * (runNanos - heldNanos);
    }

    /// Tokens that an answer is expected to have.
    long answerTokens() {
        return Math.round(answerTokens);
    }

    /// When the one at this position of the queue is expected to start, in milliseconds from now;
    /// -1 while nothing is known.
    ///
    /// @param places how many run at the same time
    long startMs(int position, int places) {
        return heldNanos == 0 ? -1 : Math.round(heldNanos * position / places / 1e6);
    }
}
