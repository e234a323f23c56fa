package redoubt.engine.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What one decode call computes: the newest token of everyone who is being answered, or parts of
/// prompts. Both only if they are less than a tile: attention is computed for tiles of tokens, and
/// a tile with answers of many people and a prompt in it would be computed over what all of them
/// hold. Step thread only.
final class Step {
    private static final int NO_LOGITS = -1;

    private final Decoder decoder;
    private final List<Entry> entries = new ArrayList<>();
    private StepCost.Work answers = new StepCost.Work(0, 0, 0);
    private StepCost.Work prompts = new StepCost.Work(0, 0, 0);
    private int padding;

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
    /// @param guesses asked when there are only answers
    /// @param cellsMax most tokens that there is room for
    static Step fill(
            Turns.Next next, StepBudget budget, Guesses guesses, Decoder decoder, int cellsMax) {
        Step step = new Step(decoder);
        decoder.clear();
        int room = Math.min(decoder.batchTokens(), cellsMax);
        boolean alone = next.prompts().isEmpty();
        boolean guessing = alone && next.aside().isEmpty() && next.others() == 0;
        int left = step.answer(next.answers(), guessing ? guesses : null, room);
        if (alone) {
            step.fillUp(budget, left);
        } else {
            step.prompt(next, budget, left);
        }
        return step;
    }

    /// @return the room that is left
    private int answer(List<Sequence> answering, @Nullable Guesses guesses, int room) {
        Map<Sequence, List<Integer>> guessed = Map.of();
        if (guesses != null && decoder.cutsBack()) {
            // Each guess needs logits of its own.
            int each = Math.min(room, decoder.places()) / answering.size() - 1;
            guessed = guesses.next(answering, each);
        }
        int left = room;
        for (Sequence sequence : answering) {
            if (left > 0) {
                List<Integer> guess = guessed.getOrDefault(sequence, List.of());
                decode(sequence, guess);
                left -= 1 + guess.size();
            }
        }
        return left;
    }

    private void fillUp(StepBudget budget, int left) {
        int more = budget.width(answers.decoding()) - answers.decoding();
        // They need logits of their own too.
        int room = Math.min(left, decoder.places() - answers.decoding());
        if (more <= Math.min(room, decoder.paddingMax())) {
            padding = more;
            decoder.pad(more);
        }
    }

    private void prompt(Turns.Next next, StepBudget budget, int room) {
        int answering = next.aside().size() + answers.decoding();
        boolean watched = answering > 0 || next.others() > 0;
        long usual = watched ? StepBudget.SHARED_NANOS : StepBudget.PROMPTS_NANOS;
        long theirs = budget.nanos(new StepCost.Work(answering, 0, 0));
        // Where answers alone take most of the bound, prompts get as much time as they do.
        long bound = Math.max(usual - theirs, theirs) / (1 + next.others());
        int left = room;
        for (Sequence sequence : next.prompts()) {
            if (left > 0) {
                int depth = sequence.computed();
                int tokens =
                        Math.min(
                                Math.min(left, piece(sequence)),
                                budget.prompts().tokens(prompts, depth, bound));
                if (tokens > 0) {
                    prompts = PromptBudget.with(prompts, depth, tokens);
                    add(sequence, tokens);
                    left -= tokens;
                }
            }
        }
    }

    /// Has the budget learn from what this step took, if it was of one kind.
    void teach(StepBudget budget, long nanos) {
        if (answers.decoding() == 0) {
            budget.computed(prompts, nanos);
        } else if (prompts.promptTokens() == 0) {
            int guessed = entries.stream().mapToInt(entry -> entry.guesses().size()).sum();
            budget.answered(answers, guessed, padding, nanos);
        }
    }

    List<Entry> entries() {
        return entries;
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
        answers =
                new StepCost.Work(
                        answers.decoding() + more,
                        0,
                        answers.looks() + (long) more * sequence.computed());
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
