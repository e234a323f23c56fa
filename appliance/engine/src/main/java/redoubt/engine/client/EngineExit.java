package redoubt.engine.client;

import java.util.List;

/// The end of an engine process.
///
/// @param expected whether it was asked to end; otherwise it crashed or was killed
/// @param status exit status; 128 + signal where a signal ended it, as a shell says it; 1 after a
///   fault in native code, of which the JVM made a report
/// @param cause what ended it, in a few words
/// @param sentence what happened, what it means and what to do
/// @param log the last lines that it logged, oldest first
public record EngineExit(
        long pid, boolean expected, int status, String cause, String sentence, List<String> log) {
    public EngineExit {
        log = List.copyOf(log);
    }
}
