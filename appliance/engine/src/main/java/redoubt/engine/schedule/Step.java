package redoubt.engine.schedule;

import java.util.ArrayList;
import java.util.List;

/// What one decode call computes: the newest token of everyone who is being answered, and with what
/// is left of the budget, parts of prompts. Step thread only.
final class Step {
    private static final int NO_LOGITS = -1;

    private final List<Entry> entries = new ArrayList<>();
    private int promptTokens;
    private int decoding;

    /// @param tokens how many tokens of the sequence are in the batch
    /// @param logitsIndex batch entry to choose from, or -1 when its prompt is not through
    record Entry(Sequence sequence, int tokens, int logitsIndex) {
        boolean chooses() {
            return logitsIndex != NO_LOGITS;
        }
    }

    private Step() {}

    /// Fills the batch.
    ///
    /// @param running in the order in which prompts get their turn
    static Step fill(List<Sequence> running, StepBudget budget, Decoder decoder) {
        Step step = new Step();
        decoder.clear();
        for (Sequence sequence : running) {
            if (sequence.decoding()) {
                step.add(sequence, 1, decoder);
                step.decoding++;
            }
        }
        int room = decoder.batchTokens() - step.decoding;
        int left = Math.min(room, budget.promptTokens(step.decoding));
        for (Sequence sequence : running) {
            if (!sequence.decoding() && left > 0) {
                int tokens = Math.min(left, sequence.pending());
                step.add(sequence, tokens, decoder);
                step.promptTokens += tokens;
                left -= tokens;
            }
        }
        return step;
    }

    List<Entry> entries() {
        return entries;
    }

    int promptTokens() {
        return promptTokens;
    }

    int decoding() {
        return decoding;
    }

    private void add(Sequence sequence, int tokens, Decoder decoder) {
        int first = sequence.computed();
        boolean through = tokens == sequence.pending();
        int index = NO_LOGITS;
        for (int offset = 0; offset < tokens; offset++) {
            boolean logits = through && offset == tokens - 1;
            int at =
                    decoder.add(
                            sequence.tokens().at(first + offset),
                            first + offset,
                            sequence.slot().number(),
                            logits);
            if (logits) {
                index = at;
            }
        }
        entries.add(new Entry(sequence, tokens, index));
    }
}
