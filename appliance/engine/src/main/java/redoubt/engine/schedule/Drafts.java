package redoubt.engine.schedule;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import redoubt.foreign.llama.DecodeResult;
import redoubt.foreign.llama.NativeException;

/// Has the draft follow the answers for which that pays, and guess for them: all who guess in one
/// batch for each token ahead. A text is brought to the draft when it is first guessed for, in
/// parts that nobody notices, and leaves it when the sequence stops running. Owns the draft's
/// cache; step thread only.
final class Drafts {
    private static final int GUESSES_MAX = 8;
    // Who is behind by no more than this guesses at once.
    private static final int NEAR_TOKENS = GUESSES_MAX + 2;
    // What others wait for, at most, because a text is brought to the draft.
    private static final long BRINGING_NANOS = 75_000_000L;
    private static final int KNOWN_STEPS = 8;
    private static final int TRIAL_STEPS = 8;
    private static final int TRIAL_GUESSES_MAX = 2;

    private final Draft draft;
    private final StepBudget budget;
    private final Expectations expectations;
    private final PromptBudget cost;
    private final DraftWorth worth = new DraftWorth();
    private final Map<Sequence, Follower> following = new LinkedHashMap<>();
    private final Deque<Integer> free = new ArrayDeque<>();
    private @Nullable Sequence tried;
    private int trialSteps;
    private long measured;
    private boolean broken;

    /// @param budget what the model's steps cost
    Drafts(Draft draft, StepBudget budget, Expectations expectations) {
        this.draft = draft;
        this.budget = budget;
        this.expectations = expectations;
        this.cost = new PromptBudget(draft.batchTokens());
        for (int number = 0; number < draft.sequencesMax(); number++) {
            free.add(number);
        }
    }

    private record Wish(Sequence sequence, int depth) {}

    /// One whose guess grows.
    private static final class Guessing {
        final Wish wish;
        final Follower follower;
        final List<Integer> guess = new ArrayList<>();
        int index;

        Guessing(Wish wish, Follower follower, int index) {
            this.wish = wish;
            this.follower = follower;
            this.index = index;
        }
    }

    /// What the draft says, for those of `wanting` for whom it is worth asking.
    ///
    /// @param most guesses for each
    /// @param answering how many are in the model's step
    Map<Sequence, List<Integer>> guess(List<Sequence> wanting, int most, int answering) {
        if (broken || wanting.isEmpty()) {
            return Map.of();
        }
        try {
            wanting.forEach(this::settle);
            List<Wish> wishes = paying(wanting, Math.min(most, GUESSES_MAX), answering);
            if (!wishes.isEmpty()) {
                return compute(wishes);
            }
            worth.without(budget.nanos(new StepCost.Work(answering, 0, 0)));
            return tryOne(wanting, Math.min(most, TRIAL_GUESSES_MAX), answering);
        } catch (NativeException failure) {
            // Answers go on without it.
            broken = true;
            forgetAll();
            return Map.of();
        }
    }

    void leave(Sequence sequence) {
        Follower follower = following.get(sequence);
        if (follower != null) {
            follower.settle(sequence.tokens(), worth);
            drop(sequence);
        }
    }

    /// Drops what it holds of a tenant's texts.
    void forget(String tenant) {
        List.copyOf(following.keySet()).stream()
                .filter(sequence -> sequence.key().tenant().equals(tenant))
                .forEach(this::drop);
    }

    private void settle(Sequence sequence) {
        Follower follower = following.get(sequence);
        if (follower == null) {
            return;
        }
        int there = follower.cells();
        follower.settle(sequence.tokens(), worth);
        follower.cutBack(sequence.tokens().size() - 1);
        if (follower.held() < there && !draft.keep(follower.number(), follower.held())) {
            drop(sequence);
        }
    }

    private List<Wish> paying(List<Sequence> wanting, int most, int answering) {
        double saves = budget.answerNanos(answering);
        double costs = guessNanos(wanting.size(), answering);
        List<Wish> wishes = new ArrayList<>();
        for (Sequence sequence : wanting) {
            Follower follower = following.get(sequence);
            double right = follower == null ? worth.right() : follower.right();
            int depth =
                    DraftWorth.depth(right, saves, costs, Math.min(most, sequence.mayStillSay()));
            if (depth > 0) {
                double saved = left(sequence) * DraftWorth.savedEach(right, saves, costs, depth);
                if (behind(sequence) <= NEAR_TOKENS || saved > bringingNanos(sequence)) {
                    wishes.add(new Wish(sequence, depth));
                }
            }
        }
        return wishes;
    }

    private Map<Sequence, List<Integer>> tryOne(List<Sequence> wanting, int most, int answering) {
        if (budget.knowsGuesses(answering)
                && DraftWorth.depth(
                                1,
                                budget.answerNanos(answering),
                                budget.moreAnswerNanos(answering),
                                1)
                        == 0) {
            // Not even a draft that is always right and takes no time would pay.
            return Map.of();
        }
        Sequence sequence = toTry(wanting);
        int depth = Math.min(most, sequence.mayStillSay());
        double needed = bringingNanos(sequence) + trialSteps * depth * guessNanos(1, answering);
        if (depth <= 0 || !worth.allows(needed)) {
            return Map.of();
        }
        long before = draft.nanoTime();
        Map<Sequence, List<Integer>> guesses = compute(List.of(new Wish(sequence, depth)));
        worth.tried((double) (draft.nanoTime() - before));
        if (!guesses.isEmpty()) {
            worth.tried(depth * budget.moreAnswerNanos(answering));
            trialSteps--;
            if (trialSteps == 0) {
                worth.failed();
            }
        }
        return guesses;
    }

    // Whoever is being tried, or the one that is brought to the draft soonest.
    private Sequence toTry(List<Sequence> wanting) {
        Sequence now = tried;
        if (trialSteps > 0 && now != null && following.containsKey(now) && wanting.contains(now)) {
            return now;
        }
        Sequence nearest = wanting.getFirst();
        for (Sequence sequence : wanting) {
            nearest = behind(sequence) < behind(nearest) ? sequence : nearest;
        }
        tried = nearest;
        trialSteps = TRIAL_STEPS;
        return nearest;
    }

    private int behind(Sequence sequence) {
        Follower follower = following.get(sequence);
        return sequence.tokens().size() - (follower == null ? 0 : follower.held());
    }

    private double bringingNanos(Sequence sequence) {
        int behind = behind(sequence);
        int depth = sequence.tokens().size() - behind;
        return nanos(PromptBudget.with(new StepCost.Work(0, 0, 0), depth, behind));
    }

    // What a guess adds to the model's step, and its share of what the draft takes.
    private double guessNanos(int guessing, int answering) {
        return budget.moreAnswerNanos(answering)
                + nanos(new StepCost.Work(guessing, 0, 0)) / guessing;
    }

    // Until something is known of the draft, it is taken to be no slower than the model.
    private double nanos(StepCost.Work work) {
        double known = cost.nanos(work);
        return measured < KNOWN_STEPS ? Math.min(known, (double) budget.nanos(work)) : known;
    }

    // Tokens that its answer is expected to have yet.
    private double left(Sequence sequence) {
        long expected = expectations.answerTokens();
        return Math.min(
                sequence.mayStillSay(), Math.max(expected - sequence.generated(), expected / 2));
    }

    private Map<Sequence, List<Integer>> compute(List<Wish> wishes) {
        long before = draft.nanoTime();
        draft.clear();
        Batch batch = new Batch();
        List<Wish> far = new ArrayList<>();
        List<Guessing> guessing = new ArrayList<>();
        for (Wish wish : wishes) {
            Sequence sequence = wish.sequence();
            if (!follows(sequence)) {
                continue;
            }
            int behind = behind(sequence);
            if (behind <= NEAR_TOKENS && batch.room() >= behind) {
                Follower follower = follower(sequence);
                int index = batch.add(sequence, follower, behind, true);
                guessing.add(new Guessing(wish, follower, index));
            } else {
                far.add(wish);
            }
        }
        for (Wish wish : far) {
            Follower follower = follower(wish.sequence());
            // The last one is for the step in which it guesses.
            int tokens =
                    Math.min(
                            Math.min(batch.room(), behind(wish.sequence()) - 1),
                            cost.tokens(batch.work, follower.held(), BRINGING_NANOS));
            int _ = batch.add(wish.sequence(), follower, tokens, false);
        }
        Map<Sequence, List<Integer>> guesses = new LinkedHashMap<>();
        while (batch.tokens > 0) {
            if (draft.decode() != DecodeResult.DONE) {
                forgetAll();
                return Map.of();
            }
            List<Guessing> going = new ArrayList<>();
            for (Guessing one : guessing) {
                one.guess.add(draft.likeliest(one.index));
                one.follower.guessed(one.guess);
                guesses.put(one.wish.sequence(), one.guess);
                if (one.guess.size() < one.wish.depth()) {
                    going.add(one);
                }
            }
            long now = draft.nanoTime();
            cost.measured(batch.work, now - before);
            measured++;
            before = now;
            draft.clear();
            batch = new Batch();
            for (Guessing one : going) {
                one.index = batch.add(one);
            }
            guessing = going;
        }
        return guesses;
    }

    private Follower follower(Sequence sequence) {
        Follower follower = following.get(sequence);
        if (follower == null) {
            follower = new Follower(free.removeFirst(), worth.right());
            following.put(sequence, follower);
        }
        return follower;
    }

    // Whether there is room for its text and what is guessed after it.
    private boolean follows(Sequence sequence) {
        int whole = sequence.tokens().size() + GUESSES_MAX;
        int cells = whole;
        for (Map.Entry<Sequence, Follower> other : following.entrySet()) {
            cells += other.getKey() == sequence ? 0 : other.getValue().cells() + GUESSES_MAX;
        }
        if (whole <= draft.sequenceTokensMax() && cells <= draft.contextTokens()) {
            return following.containsKey(sequence) || !free.isEmpty();
        }
        drop(sequence);
        return false;
    }

    private void drop(Sequence sequence) {
        Follower follower = following.remove(sequence);
        if (follower != null) {
            draft.forget(follower.number());
            free.addLast(follower.number());
        }
        if (tried == sequence) {
            tried = null;
        }
    }

    private void forgetAll() {
        List.copyOf(following.keySet()).forEach(this::drop);
    }

    /// What is in the draft's batch.
    private final class Batch {
        private int tokens;
        private StepCost.Work work = new StepCost.Work(0, 0, 0);

        int room() {
            return draft.batchTokens() - tokens;
        }

        /// Adds the next tokens of a text, the last one with logits if it guesses.
        int add(Sequence sequence, Follower follower, int more, boolean guesses) {
            int index = -1;
            int first = follower.held();
            for (int at = first; at < first + more; at++) {
                boolean logits = guesses && at == first + more - 1;
                index = draft.add(sequence.tokens().at(at), at, follower.number(), logits);
            }
            tokens += more;
            int answers = guesses ? 1 : 0;
            work =
                    PromptBudget.with(
                            new StepCost.Work(
                                    work.decoding() + answers, work.promptTokens(), work.looks()),
                            first,
                            more - answers);
            follower.held(more);
            return index;
        }

        /// Adds the newest token of a guess.
        int add(Guessing one) {
            int position = one.follower.held() + one.guess.size() - 1;
            tokens++;
            work =
                    new StepCost.Work(
                            work.decoding() + 1, work.promptTokens(), work.looks() + position);
            return draft.add(one.guess.getLast(), position, one.follower.number(), true);
        }
    }
}
