package redoubt.appliance.http;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/// Bounds how long a handler may be stuck in one read from or write to a client. When the time is
/// over the handler's virtual thread is interrupted, which closes the socket it is blocked on.
///
/// An interrupt would also close a file that the thread happens to write, so it is only sent while
/// the guarded section runs, and never outlives it.
public final class Watchdog implements AutoCloseable {
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().daemon().name("watchdog").factory());

    /// The guarded section of the calling thread; close it with try-with-resources.
    public Guard guard(Duration limit) {
        Guard guard = new Guard(Thread.currentThread());
        guard.alarm = timer.schedule(guard::fire, limit.toMillis(), TimeUnit.MILLISECONDS);
        return guard;
    }

    /// See [#guard].
    public static final class Guard implements AutoCloseable {
        private final Thread guarded;
        private Future<?> alarm = java.util.concurrent.CompletableFuture.completedFuture(null);
        private boolean over;
        private boolean fired;

        private Guard(Thread guarded) {
            this.guarded = guarded;
        }

        private synchronized void fire() {
            if (over) return;
            fired = true;
            guarded.interrupt();
        }

        /// Whether the time ran out.
        public synchronized boolean fired() {
            return fired;
        }

        @Override
        public synchronized void close() {
            over = true;
            alarm.cancel(false);
            if (fired) Thread.interrupted();
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
