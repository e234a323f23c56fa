package redoubt.engine.process;

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
}
