package redoubt.engine.client;

import java.util.Optional;

/// Words for the end of an engine.
final class Ending {
    private static final int OUT_OF_MEMORY = 3;
    private static final int SIGNALLED = 128;
    private static final int SIGABRT = 6;
    private static final int SIGKILL = 9;
    private static final int SIGSEGV = 11;

    private Ending() {}

    /// @param fault the signal in the JVM's crash report, where there is one: the JVM writes the
    ///   report and then exits with status 1, so that no memory image with prompts is left behind
    static String cause(int status, Optional<String> fault) {
        return fault.map(signal ->
                        "a fault in native code, %s (status %d)".formatted(signal, status))
                .orElseGet(() -> cause(status));
    }

    static String sentence(long pid, String cause, boolean expected) {
        if (expected) {
            return "The engine (process %d) was asked to end and has ended.".formatted(pid);
        }
        return "The engine (process %d) ended without being asked: %s. Answers that it was working on are incomplete and were ended with an error; the appliance itself goes on. A new engine has to be started; if it ends again, look at its log."
                .formatted(pid, cause);
    }

    static String failedSentence(String cause) {
        return "The engine that was working on this answer ended: %s. The answer is incomplete and must not be relied on. Ask again: a new engine is started."
                .formatted(cause);
    }

    private static String cause(int status) {
        return switch (status) {
            case OUT_OF_MEMORY -> "its own memory ran out (status %d)".formatted(status);
            case SIGNALLED + SIGABRT -> "a fault in native code (status %d)".formatted(status);
            case SIGNALLED + SIGSEGV ->
                    "an invalid memory access in native code (status %d)".formatted(status);
            case SIGNALLED + SIGKILL ->
                    "it was killed, which the kernel does when memory runs out (status %d)"
                            .formatted(status);
            default ->
                    status > SIGNALLED
                            ? "signal %d (status %d)".formatted(status - SIGNALLED, status)
                            : "status %d".formatted(status);
        };
    }
}
