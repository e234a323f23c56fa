package redoubt.bench;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// The time to the first token, in seconds, of a prompt that nothing is known of, and of one whose
/// first 2,000 tokens another request of the same person is using at that moment.
final class FirstToken {
    static final int PREFIX_WORDS = 2000;
    private static final int BUSY_TOKENS = 600;

    private FirstToken() {}

    static double cold(Target target, long seed)
            throws IOException, InterruptedException, BenchException {
        target.connect(1);
        Session.Asked asked =
                target.person(0).complete(Prompts.story(seed, PREFIX_WORDS) + "\nThe end:", 2);
        asked.answer().checkEnded();
        return asked.firstSeconds();
    }

    static Shared shared(Target target, long seed)
            throws IOException, InterruptedException, BenchException {
        target.connect(2);
        String prefix = Prompts.story(seed, PREFIX_WORDS);
        CountDownLatch begun = new CountDownLatch(1);
        try (ExecutorService other = Executors.newSingleThreadExecutor()) {
            Future<Session.Asked> busy =
                    other.submit(() ->
                            target.person(0)
                                    .complete(
                                            prefix + "\nOne reader said:",
                                            BUSY_TOKENS,
                                            begun::countDown));
            begun.await();
            Session.Asked asked = target.again(0).complete(prefix + "\nAnother reader asked:", 2);
            asked.answer().checkEnded();
            Session.Asked first = busy.get();
            first.answer().checkEnded();
            if (first.endedNanos() < asked.answer().firstNanos()) {
                throw new BenchException(
                        "The request that uses the prefix ended before the one that shares it began; use a model that goes on for longer.");
            }
            return new Shared(asked.firstSeconds(), asked.answer().promptTokens());
        } catch (ExecutionException failure) {
            throw new BenchException(
                    "The request that uses the prefix failed: " + failure.getCause());
        }
    }

    /// @param promptTokens of the request that shares the prefix
    record Shared(double seconds, int promptTokens) {}
}
