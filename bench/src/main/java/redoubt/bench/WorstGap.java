package redoubt.bench;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// The longest time without text for one person, while the prompt of another is computed.
final class WorstGap {
    private static final int WATCHED_TOKENS = 700;

    private WorstGap() {}

    /// @param millis the longest gap between two pieces of text
    /// @param promptTokens of the other person's prompt
    /// @param promptSeconds until the other person's first text
    record Seen(double millis, int promptTokens, double promptSeconds) {}

    static Seen measure(Target target, long seed, int words)
            throws IOException, InterruptedException, BenchException {
        target.connect(2);
        CountDownLatch begun = new CountDownLatch(1);
        try (ExecutorService watching = Executors.newSingleThreadExecutor()) {
            Future<Session.Asked> watched =
                    watching.submit(() ->
                            target.person(0)
                                    .complete(
                                            Prompts.beginning(0),
                                            WATCHED_TOKENS,
                                            begun::countDown));
            begun.await();
            Session.Asked other = target.person(1).complete(Prompts.story(seed, words), 2);
            other.answer().checkEnded();
            Session.Asked seen = watched.get();
            seen.answer().checkEnded();
            long from = other.sentNanos();
            long to = Math.min(other.answer().firstNanos(), seen.answer().lastNanos());
            return new Seen(
                    seen.answer().worstGapNanos(from, to) / 1e6,
                    other.answer().promptTokens(),
                    other.firstSeconds());
        } catch (ExecutionException failure) {
            throw new BenchException(
                    "The person who was watched got no answer: " + failure.getCause());
        }
    }
}
