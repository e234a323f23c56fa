package redoubt.engine.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// Chooses the next tokens of a step. Where that takes a while, several threads share it: each
/// sequence has its own sampler, and the decoder has laid out the logits before. What comes of it
/// is the same, whoever chose it. Called by the step thread; owns the others.
final class Choices {
    // Waking a thread costs about a tenth of this.
    private static final double WORTH_NANOS = 500_000;
    private static final double LEARNING = 0.1;

    private final int threads;
    private final ExecutorService others;
    private double nanosEach;

    /// What came of one entry: one token, and one more for each guess that was right.
    ///
    /// @param failure why there is none
    record Outcome(List<Chosen> chosen, @Nullable RuntimeException failure) {}

    /// @param threads that choose, the calling one included
    Choices(int threads) {
        this.threads = threads;
        this.others =
                Executors.newCachedThreadPool(
                        Thread.ofPlatform().name("choices-", 0).daemon().factory());
    }

    /// The outcomes in the order of the entries.
    List<Outcome> choose(List<Step.Entry> entries) throws InterruptedException {
        int shares = shares(entries.size());
        Outcome[] outcomes = new Outcome[entries.size()];
        List<Future<?>> waiting = new ArrayList<>();
        for (int share = 1; share < shares; share++) {
            int first = share;
            waiting.add(others.submit(() -> choose(entries, first, shares, outcomes)));
        }
        long before = System.nanoTime();
        choose(entries, 0, shares, outcomes);
        int own = (entries.size() + shares - 1) / shares;
        if (own > 0) {
            double each = (double) (System.nanoTime() - before) / own;
            nanosEach += LEARNING * (each - nanosEach);
        }
        for (Future<?> other : waiting) {
            try {
                other.get();
            } catch (ExecutionException failure) {
                throw new AssertionError("a choice failed in a way that nobody foresaw", failure);
            }
        }
        return List.of(outcomes);
    }

    private int shares(int entries) {
        return nanosEach * entries < WORTH_NANOS ? 1 : Math.min(threads, entries);
    }

    private static void choose(List<Step.Entry> entries, int first, int step, Outcome[] outcomes) {
        for (int index = first; index < entries.size(); index += step) {
            Step.Entry entry = entries.get(index);
            try {
                outcomes[index] = new Outcome(choose(entry), null);
            } catch (RuntimeException failure) {
                outcomes[index] = new Outcome(List.of(), failure);
            }
        }
    }

    private static List<Chosen> choose(Step.Entry entry) {
        Decoder.Choice choice = entry.sequence().choice();
        List<Chosen> chosen = new ArrayList<>();
        chosen.add(choice.choose(entry.logitsIndex()));
        for (int guess : entry.guesses()) {
            if (chosen.getLast().token() != guess) {
                break;
            }
            chosen.add(choice.choose(entry.logitsIndex() + chosen.size()));
        }
        return chosen;
    }

    void close() {
        others.shutdown();
    }
}
