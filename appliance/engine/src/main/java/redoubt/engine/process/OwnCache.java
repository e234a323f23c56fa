package redoubt.engine.process;

import java.io.IOException;
import java.nio.file.Path;
import redoubt.foreign.llama.MemoryBreakdown;
import redoubt.foreign.llama.NativeException;
import redoubt.hardware.Host;

/// The memory for what is computed by itself, in a cache beside that of all others. The memory plan
/// knows nothing of it, because it comes and goes.
final class OwnCache {
    private OwnCache() {}

    /// @param shared what the cache of all takes
    /// @param contextTokens how many tokens that is for
    /// @param tokens how many the other is for
    /// @throws NativeException when there is no room, with the figures
    static void require(MemoryBreakdown shared, int contextTokens, int tokens) {
        long needed = shared.contextBytes() / contextTokens * tokens + shared.computeBytes();
        long available;
        try {
            available = Host.detect(Path.of("/")).memory().availableBytes();
        } catch (IOException unreadable) {
            throw new NativeException(
                    "The host's memory cannot be read (%s), so it is unknown whether there is room to compute this by itself."
                            .formatted(unreadable.getMessage()));
        }
        if (needed > available / 2) {
            throw new NativeException(
                    "To be computed by itself (replayable), this needs a cache of its own for %d tokens, which is about %d MiB, and %d MiB of memory are available, of which half is left to others. Nothing was computed. Allow fewer tokens, ask when less is loaded, or ask without it."
                            .formatted(tokens, needed >> 20, available >> 20));
        }
    }
}
