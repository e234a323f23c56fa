package redoubt.appliance.cli;

import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Tells a person who waits for an answer that the work goes on, once a second and for how long,
/// until the answer begins. Owns one thread.
final class Patience implements AutoCloseable {
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofVirtual().name("patience").factory());
    private final AtomicLong seconds = new AtomicLong();

    Patience(Output output, String doing) {
        Future<?> _ =
                clock.scheduleAtFixedRate(
                        () ->
                                output.progress(
                                        "%s, %d s".formatted(doing, seconds.incrementAndGet())),
                        1,
                        1,
                        TimeUnit.SECONDS);
    }

    /// The answer has begun.
    void end() {
        clock.shutdownNow();
    }

    @Override
    public void close() {
        end();
    }
}
