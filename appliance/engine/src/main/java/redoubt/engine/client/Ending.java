package redoubt.engine.client;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Words for the end of an engine.
final class Ending {
    private static final int OUT_OF_MEMORY = 3;
    private static final int SIGNALLED = 128;
    private static final int SIGABRT = 6;
    private static final int SIGKILL = 9;
    private static final int SIGSEGV = 11;

    private static final String RAN_OUT = "its memory ran out";
    private static final String LESS =
            " If it ends again with the same request, send a shorter one, or have the model loaded where it is given more memory.";

    private Ending() {}

    /// @param fault the signal in the JVM's crash report, where there is one: the JVM writes the
    ///   report and then exits with status 1, so that no memory image with prompts is left behind
    static String cause(int status, Optional<String> fault) {
        return fault.map(signal ->
                        "a fault in native code, %s (status %d)".formatted(signal, status))
                .orElseGet(() -> cause(status));
    }

    /// @param log what the engine said
    /// @param facts of an engine that was ready
    static String cause(int status, ChildLog log, @Nullable EngineFacts facts) {
        boolean said = log.ranOutOfMemory() && status != SIGNALLED + SIGKILL;
        if (status != OUT_OF_MEMORY && !said) {
            return cause(status, log.fault());
        }
        return facts == null
                ? "%s (status %d)".formatted(RAN_OUT, status)
                : "%s (status %d), though it may take %d MiB beside its weights"
                        .formatted(RAN_OUT, status, facts.memoryLimitBytes() >> 20);
    }

    static String sentence(long pid, String cause, boolean expected) {
        if (expected) {
            return "The engine (process %d) was asked to end and has ended.".formatted(pid);
        }
        return "The engine (process %d) ended without being asked: %s. Answers that it was working on are incomplete and were ended with an error; the appliance itself goes on. A new engine has to be started; if it ends again, look at its log."
                .formatted(pid, cause);
    }

    static String failedSentence(String cause) {
        return "The engine that was working on this answer ended: %s. The answer is incomplete and must not be relied on. Ask again: a new engine is started.%s"
                .formatted(cause, cause.startsWith(RAN_OUT) ? LESS : "");
    }

    private static String cause(int status) {
        return switch (status) {
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
