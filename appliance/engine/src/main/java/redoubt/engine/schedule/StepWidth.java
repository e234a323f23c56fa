package redoubt.engine.schedule;

import java.util.Arrays;

/// Whether a step of answers is computed sooner when it is filled up to a whole block. Kernels that
/// multiply matrices take tokens by fours, and go through all the weights once more for the one to
/// three that are left over: 15 tokens can take a third longer than 16. Where that is so depends on
/// the kernels that a host and a model get, so it is tried out for each number of tokens, and again
/// after a while. One thread.
final class StepWidth {
    private static final int BLOCK = 4;
    private static final int TOKENS_MAX = 64;
    private static final int TRIES = 3;
    private static final int STEPS_KEPT = 1024;

    private final Trial[] trials = new Trial[TOKENS_MAX + 1];

    private static final class Trial {
        private final long[] asItIs = new long[TRIES];
        private final long[] filledUp = new long[TRIES];
        private int asItIsTries;
        private int filledUpTries;
        private int uses;

        boolean fillsUp() {
            return known() ? median(filledUp) < median(asItIs) : filledUpTries <= asItIsTries;
        }

        private boolean known() {
            return asItIsTries == TRIES && filledUpTries == TRIES;
        }

        void measured(boolean filled, long nanos) {
            if (known()) {
                uses++;
                if (uses == STEPS_KEPT) {
                    asItIsTries = 0;
                    filledUpTries = 0;
                    uses = 0;
                }
            } else if (filled && filledUpTries < TRIES) {
                filledUp[filledUpTries++] = nanos;
            } else if (!filled && asItIsTries < TRIES) {
                asItIs[asItIsTries++] = nanos;
            }
        }

        private static long median(long[] nanos) {
            long[] sorted = nanos.clone();
            Arrays.sort(sorted);
            return sorted[sorted.length / 2];
        }
    }

    StepWidth() {
        Arrays.setAll(trials, _ -> new Trial());
    }

    /// How many tokens a step should have in which answers have so many.
    int of(int tokens) {
        return mayFillUp(tokens) && trials[tokens].fillsUp() ? whole(tokens) : tokens;
    }

    /// What a step took.
    ///
    /// @param tokens of answers, guesses included
    /// @param width the same with those of nobody
    void measured(int tokens, int width, long nanos) {
        if (mayFillUp(tokens)) {
            trials[tokens].measured(width == whole(tokens), nanos);
        }
    }

    // One token is computed by kernels of its own, which no block is faster than.
    private static boolean mayFillUp(int tokens) {
        return tokens > 1 && tokens <= TOKENS_MAX && tokens % BLOCK != 0;
    }

    private static int whole(int tokens) {
        return (tokens + BLOCK - 1) / BLOCK * BLOCK;
    }
}
