package redoubt.engine.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What one decode call computes: the newest token of everyone who is being answered, and with what
/// is left of the budget, parts of prompts. Step thread only.
final class Step {
    private static final int NO_LOGITS = -1;

    private final Decoder decoder;
    private final List<Entry> entries = new ArrayList<>();
    private StepCost.Work work = new StepCost.Work(0, 0, 0);

    /// @param tokens how many tokens of the sequence are in the batch
    /// @param logitsIndex batch entry to choose from, or -1 when its prompt is not through
    /// @param guesses tokens that follow in the batch, each with logits, in case they are chosen
    record Entry(Sequence sequence, int tokens, int logitsIndex, List<Integer> guesses) {
        boolean chooses() {
            return logitsIndex != NO_LOGITS;
        }
    }

    private Step(Decoder decoder) {
        this.decoder = decoder;
    }

    /// Fills the batch.
    ///
    /// @param taking in the order in which prompts get their turn
    /// @param guesses asked when there are only answers
    /// @param cellsMax most tokens that there is room for
    /// @param others how many groups of sequences take turns with this one
    static Step fill(
            List<Sequence> taking,
            StepBudget budget,
            Guesses guesses,
            Decoder decoder,
            int cellsMax,
            int others) {
        Step step = new Step(decoder);
        decoder.clear();
        int room = Math.min(decoder.batchTokens(), cellsMax);
        List<Sequence> answering = taking.stream().filter(Sequence::decoding).toList();
        Map<Sequence, List<Integer>> guessed = Map.of();
        if (answering.size() == taking.size() && others == 0 && decoder.cutsBack()) {
            // Each guess needs logits of its own.
            int each = Math.min(room, decoder.places()) / answering.size() - 1;
            guessed = guesses.next(answering, each);
        }
        for (Sequence sequence : answering) {
            if (room > 0) {
                List<Integer> guess = guessed.getOrDefault(sequence, List.of());
                step.decode(sequence, guess);
                room -= 1 + guess.size();
            }
        }
        boolean watched = step.work.decoding() > 0 || others > 0;
        long usual = watched ? StepBudget.SHARED_NANOS : StepBudget.PROMPTS_NANOS;
        // Where answers alone take most of the bound, prompts get as much time as they do.
        long bound = Math.max(usual, 2 * budget.nanos(step.work)) / (1 + others);
        for (Sequence sequence : taking) {
            if (!sequence.decoding() && room > 0) {
                int depth = sequence.computed();
                int tokens =
                        Math.min(
                                Math.min(room, step.piece(sequence)),
                                budget.promptTokens(step.work, depth, bound));
                if (tokens > 0) {
                    step.work = StepBudget.with(step.work, depth, tokens);
                    step.add(sequence, tokens);
                    room -= tokens;
                }
            }
        }
        return step;
    }

    List<Entry> entries() {
        return entries;
    }

    StepCost.Work work() {
        return work;
    }

    int guesses() {
        return entries.stream().mapToInt(entry -> entry.guesses().size()).sum();
    }

    private void decode(Sequence sequence, List<Integer> guessed) {
        int at = sequence.computed();
        int place = sequence.place().number();
        int index = decoder.add(sequence.tokens().at(at), at, place, true);
        for (int guess : guessed) {
            at++;
            int _ = decoder.add(guess, at, place, true);
        }
        int more = 1 + guessed.size();
        work =
                new StepCost.Work(
                        work.decoding() + more,
                        work.promptTokens(),
                        work.looks() + (long) more * sequence.computed());
        entries.add(new Entry(sequence, 1, index, guessed));
    }

    // A model that cannot be cut back is stopped before the last token of a prompt, so that its
    // state there can be kept.
    private int piece(Sequence sequence) {
        int pending = sequence.pending();
        boolean stops = sequence.prefilling() && pending > 1 && !decoder.cutsBack();
        return stops ? pending - 1 : pending;
    }

    private void add(Sequence sequence, int tokens) {
        int first = sequence.computed();
        boolean through = tokens == sequence.pending();
        int index = NO_LOGITS;
        for (int offset = 0; offset < tokens; offset++) {
            boolean logits = through && offset == tokens - 1;
            int at =
                    decoder.add(
                            sequence.tokens().at(first + offset),
                            first + offset,
                            sequence.place().number(),
                            logits);
            if (logits) {
                index = at;
            }
        }
        entries.add(new Entry(sequence, tokens, index, List.of()));
    }
}
