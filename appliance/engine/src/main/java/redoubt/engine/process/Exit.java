package redoubt.engine.process;

import redoubt.engine.client.AotCache;
import redoubt.foreign.posix.QuickExit;

/// Exit statuses of an engine, for the log.
final class Exit {
    // The JVM itself ends so when its heap is full.
    static final int OUT_OF_MEMORY = 3;
    static final int ASKED = 0;
    static final int REFUSED = 7;
    static final int PROTOCOL = 4;
    static final int NOBODY_LISTENS = 5;
    static final int FAILED = 6;

    private Exit() {}

    /// Ends this process at once. Other threads may be in native code, and what libraries do at
    /// their end would go wrong beside them; only a rehearsal lets the JVM write down what it saw.
    static void now(int status) {
        if (Boolean.getBoolean(AotCache.REHEARSES)) {
            Runtime.getRuntime().halt(status);
        }
        QuickExit.with(status);
    }
}
