package redoubt.engine.schedule;

/// How many prompt tokens may go into a step, so that nobody who is being answered waits longer
/// than a bound for the next token. Learns from measured steps. One thread.
final class StepBudget {
    /// Longest step while somebody else is being answered.
    static final long SHARED_NANOS = 150_000_000L;

    private static final int QUANTUM_MIN = 16;
    private static final double LEARNING = 0.3;

    private final int quantumMax;
    // A guess until measured: small enough for a slow host, corrected by the first step.
    private double nanosPerPromptToken = 5_000_000;
    private double nanosPerDecodeStep = 20_000_000;

    /// @param quantumMax tokens computed at once; more in one step gains nothing
    StepBudget(int quantumMax) {
        this.quantumMax = quantumMax;
    }

    /// Prompt tokens for the next step.
    ///
    /// @param decoding how many sequences get their next token in the same step
    int promptTokens(int decoding) {
        if (decoding == 0) {
            return quantumMax;
        }
        double left = SHARED_NANOS - nanosPerDecodeStep;
        return (int)
                Math.clamp(
                        left / nanosPerPromptToken, Math.min(QUANTUM_MIN, quantumMax), quantumMax);
    }

    /// What a step took.
    void measured(int promptTokens, int decoding, long nanos) {
        if (promptTokens == 0) {
            nanosPerDecodeStep += LEARNING * (nanos - nanosPerDecodeStep);
        } else {
            double prefill = Math.max(nanos - (decoding > 0 ? nanosPerDecodeStep : 0), nanos * 0.1);
            nanosPerPromptToken += LEARNING * (prefill / promptTokens - nanosPerPromptToken);
        }
    }
}
