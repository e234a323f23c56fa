package redoubt.engine.schedule;

/// How many tokens of prompts may go into a step that is to take no longer than a bound. Learns
/// from measured steps. One thread.
final class PromptBudget {
    // So that a prompt gets on, whatever a step costs.
    private static final int QUANTUM_MIN = 16;

    // The first steps of a host teach what the next may cost, so none is more than twice as large
    // as any before.
    private static final int FIRST_TOKENS = 16;

    // Beyond the first tile, sizes are tried in steps of so many tokens.
    private static final int GRAIN = 32;

    // The smallest tile may take this part more than the bound: what fits below it would be half as
    // many tokens in nearly the same time.
    private static final int TILE_OVERRUN = 5;

    private final int quantumMax;
    private final StepCost cost = new StepCost();
    private int largest = FIRST_TOKENS;

    /// @param quantumMax tokens computed at once; more in one step gains nothing
    PromptBudget(int quantumMax) {
        this.quantumMax = quantumMax;
    }

    /// Tokens of a prompt for the next step.
    ///
    /// @param so what is in the step already
    /// @param depth positions that the first of these tokens looks back at
    /// @param bound how long the step may take, in nanoseconds
    int tokens(StepCost.Work so, int depth, long bound) {
        int there = so.promptTokens();
        int most = Math.min(quantumMax, 2 * largest);
        // Not by halving: a whole tile may take less time than most of one.
        int all = most < StepCost.TILE_TOKENS ? 0 : most - most % GRAIN;
        for (; all >= Math.max(StepCost.TILE_TOKENS, there + 1); all -= GRAIN) {
            long room = all == StepCost.TILE_TOKENS ? bound + bound / TILE_OVERRUN : bound;
            if (cost.nanos(with(so, depth, all - there)) <= room) {
                return all - there;
            }
        }
        int low = Math.max(0, Math.min(QUANTUM_MIN, quantumMax) - there);
        int high = Math.max(low, Math.min(most, StepCost.TILE_TOKENS - 1) - there);
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

    /// Nanoseconds that a step is expected to take.
    double nanos(StepCost.Work work) {
        return cost.nanos(work);
    }

    /// The step with more tokens of a prompt.
    static StepCost.Work with(StepCost.Work so, int depth, int tokens) {
        return new StepCost.Work(
                so.decoding(),
                so.promptTokens() + tokens,
                so.looks() + (long) tokens * depth + (long) tokens * tokens / 2);
    }

    /// What a step took.
    void measured(StepCost.Work work, long nanos) {
        largest = Math.max(largest, work.promptTokens());
        cost.measured(work, nanos);
    }
}
