package redoubt.engine.schedule;

/// How long a step takes, learnt from steps: so much for being a step, so much for each answer that
/// goes on in it, for each token of a prompt, and for each position that a token looks back at,
/// because the thousandth token of a prompt costs more than the first. Looking back costs less in a
/// step of many tokens, because attention is computed for tiles of them. A least-squares fit in
/// which old steps fade. One thread.
final class StepCost {
    /// Tokens of prompts from which attention is computed for tiles of them. Source: llama.cpp,
    /// ggml/src/ggml-cpu/ops.cpp, the fused attention.
    static final int TILE_TOKENS = 64;

    private static final int TERMS = 5;
    private static final int UNTILED = 3;
    private static final int TILED = 4;
    private static final double KEPT = 0.97;
    private static final int ROUNDS = 20;
    // Looking back is counted in thousands, so that all terms are of one size.
    private static final double LOOKS = 1.0 / 1000;

    // What is believed before anything is measured, in nanoseconds, and how firmly: a slow host.
    private static final double[] GUESS = {10_000_000, 5_000_000, 5_000_000, 300_000, 100_000};
    private static final double[] FIRMNESS = {0.5, 2, 20, 200, 200};

    private final double[][] products = new double[TERMS][TERMS];
    private final double[] sums = new double[TERMS];
    private final double[] nanosPer = GUESS.clone();
    // How much longer steps took of late than this fit says; 1 or more.
    private double surprise = 1;

    /// What is computed in a step.
    ///
    /// @param looks for each token, the positions before it, summed up
    record Work(int decoding, int promptTokens, long looks) {
        private double[] terms() {
            boolean tiled = promptTokens >= TILE_TOKENS;
            double back = looks * LOOKS;
            return new double[] {1, decoding, promptTokens, tiled ? 0 : back, tiled ? back : 0};
        }
    }

    /// Nanoseconds that a step is expected to take, with some caution after surprises.
    double nanos(Work work) {
        return surprise * fit(work);
    }

    void measured(Work work, long nanos) {
        double expected = fit(work);
        double ratio = expected > 0 ? nanos / expected : 1;
        // Fast to fear and slow to forget; one step that the host interrupted is not all there is.
        surprise =
                ratio > surprise
                        ? Math.min(surprise + 0.5 * (ratio - surprise), 2)
                        : Math.max(1, surprise + 0.1 * (ratio - surprise));
        double[] terms = work.terms();
        // Relative: a step of 20 ms teaches as much as one of 200 ms.
        double weight = 1e12 / ((double) nanos * nanos + 1e12);
        for (int row = 0; row < TERMS; row++) {
            for (int column = 0; column < TERMS; column++) {
                products[row][column] =
                        KEPT * products[row][column] + weight * terms[row] * terms[column];
            }
            sums[row] = KEPT * sums[row] + weight * terms[row] * nanos;
        }
        solve();
    }

    private double fit(Work work) {
        double[] terms = work.terms();
        double nanos = 0;
        for (int term = 0; term < TERMS; term++) {
            nanos += nanosPer(term) * terms[term];
        }
        return nanos;
    }

    // Looking back without a tile was perhaps not measured for long, or only near the beginning of
    // prompts; it is never cheaper than with one.
    private double nanosPer(int term) {
        return term == UNTILED ? Math.max(nanosPer[UNTILED], nanosPer[TILED]) : nanosPer[term];
    }

    // Gauss-Seidel, with no term below nothing, and a pull to the first guess that fades before
    // what was measured.
    private void solve() {
        for (int round = 0; round < ROUNDS; round++) {
            for (int row = 0; row < TERMS; row++) {
                double pull = 1e-4 * FIRMNESS[row];
                double rest = sums[row] + pull * GUESS[row];
                for (int column = 0; column < TERMS; column++) {
                    if (column != row) {
                        rest -= products[row][column] * nanosPer[column];
                    }
                }
                nanosPer[row] = Math.max(0, rest / (products[row][row] + pull));
            }
        }
    }
}
