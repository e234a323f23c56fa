package redoubt.engine.process;

/// Exit statuses of an engine, for the log.
final class Exit {
    // The JVM itself ends with 3 when its memory runs out.
    static final int ASKED = 0;
    static final int REFUSED = 7;
    static final int PROTOCOL = 4;
    static final int NOBODY_LISTENS = 5;
    static final int FAILED = 6;

    private Exit() {}
}
