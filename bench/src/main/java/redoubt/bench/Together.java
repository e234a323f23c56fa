package redoubt.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/// Several people asking at the same moment.
final class Together {
    private Together() {}

    /// What each of `count` tasks gave, in their order; all begin together.
    static <T> List<T> all(int count, IntFunction<Callable<T>> task)
            throws InterruptedException, BenchException {
        CountDownLatch start = new CountDownLatch(1);
        try (ExecutorService threads =
                Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
            List<Future<T>> futures = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Callable<T> work = task.apply(i);
                futures.add(
                        threads.submit(() -> {
                            start.await();
                            return work.call();
                        }));
            }
            start.countDown();
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof BenchException said) {
                throw said;
            }
            throw new BenchException("One of several requests failed: " + failure.getCause());
        }
    }
}
