package redoubt.engine.schedule;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How the answers may go on, to be computed in the same step in case it is right: as the text went
/// on before, which costs nothing to find, or else as the draft says, where there is one. Step
/// thread only.
final class Guesses {
    private final Decoder decoder;
    private final StepBudget budget;
    private final @Nullable Drafts drafts;

    Guesses(Decoder decoder, StepBudget budget, @Nullable Drafts drafts) {
        this.decoder = decoder;
        this.budget = budget;
        this.drafts = drafts;
    }

    /// What to guess, for those of whom there is a guess that may pay.
    ///
    /// @param answering all who are in the step
    /// @param most guesses for each
    Map<Sequence, List<Integer>> next(List<Sequence> answering, int most) {
        if (most <= 0) {
            return Map.of();
        }
        Map<Sequence, List<Integer>> guesses = new HashMap<>();
        List<Sequence> others = new ArrayList<>();
        for (Sequence sequence : answering) {
            List<Integer> found = sequence.guess(most, answering.size(), budget);
            if (found.isEmpty()) {
                others.add(sequence);
            } else {
                guesses.put(sequence, upToTheEnd(found));
            }
        }
        if (drafts != null) {
            drafts.guess(others, most, answering.size())
                    .forEach((sequence, guess) -> guesses.put(sequence, upToTheEnd(guess)));
        }
        return guesses;
    }

    // After the token that ends an answer nothing is chosen.
    private List<Integer> upToTheEnd(List<Integer> guess) {
        for (int index = 0; index < guess.size(); index++) {
            if (decoder.endsGeneration(guess.get(index))) {
                return guess.subList(0, index);
            }
        }
        return guess;
    }

    /// A sequence does not run any more, for now.
    void leave(Sequence sequence) {
        if (drafts != null) {
            drafts.leave(sequence);
        }
    }

    /// Nothing of a tenant's texts is to stay.
    void forget(String tenant) {
        if (drafts != null) {
            drafts.forget(tenant);
        }
    }
}
