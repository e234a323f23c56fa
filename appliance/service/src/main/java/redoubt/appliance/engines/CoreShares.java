package redoubt.appliance.engines;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/// Divides the cores among the engines that are busy. Threads of one computation wait for each
/// other at many barriers in every token; where two engines together have more of them than there
/// are cores, each waits for threads that are not running (docs/models.md, Cores). So an engine
/// that is alone has all cores, and engines that are busy at the same time have equal parts. Thread
/// safe.
final class CoreShares {
    private final int cores;
    private final Set<Consumer<Integer>> busy = ConcurrentHashMap.newKeySet();

    CoreShares(int cores) {
        this.cores = cores;
    }

    /// An engine has begun to answer somebody.
    ///
    /// @param threads is told with how many threads it computes, now and each time that changes
    void begin(Consumer<Integer> threads) {
        busy.add(threads);
        tell();
    }

    /// It has nothing to do any more.
    void end(Consumer<Integer> threads) {
        busy.remove(threads);
        tell();
    }

    private synchronized void tell() {
        int share = Math.max(1, cores / Math.max(1, busy.size()));
        busy.forEach(threads -> threads.accept(share));
    }
}
