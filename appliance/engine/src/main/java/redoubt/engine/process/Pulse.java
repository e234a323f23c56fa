package redoubt.engine.process;

/// What other threads see of the computing, and tell it: how long the step thread has been in one
/// computation, and with how many threads the next one is done. Written and read by any thread.
final class Pulse {
    private static final int NANOS_PER_MS = 1_000_000;

    private volatile long sinceNanos;
    private volatile boolean computing;
    private volatile int threads;

    /// @param threads that compute, until others are asked for
    Pulse(int threads) {
        this.threads = threads;
    }

    void begin() {
        sinceNanos = System.nanoTime();
        computing = true;
    }

    void end() {
        computing = false;
    }

    /// How long the computation takes that is under way; 0 where none is.
    long computingMs() {
        return computing ? Math.max(0, (System.nanoTime() - sinceNanos) / NANOS_PER_MS) : 0;
    }

    void threads(int wanted) {
        threads = Math.clamp(wanted, 1, 512);
    }

    int threads() {
        return threads;
    }
}
