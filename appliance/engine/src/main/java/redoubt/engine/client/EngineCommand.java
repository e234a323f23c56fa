package redoubt.engine.client;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import redoubt.engine.protocol.ToEngine;

/// The command line of an engine's JVM. Nothing of a request or a person is ever on it, and its
/// environment is empty.
final class EngineCommand {
    private EngineCommand() {}

    static Process start(EngineLaunch launch) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(
                        words(launch.javaHome(), launch.modulePath(), launch.aotCache()));
        builder.environment().clear();
        builder.directory(launch.runDir().toFile());
        return builder.start();
    }

    static List<String> words(Path javaHome, String modulePath, AotCache aotCache) {
        List<String> words = new ArrayList<>();
        words.add(javaHome.resolve("bin").resolve("java").toString());
        words.addAll(aotCache.options());
        words.addAll(
                List.of(
                        // Weights are not on this heap; frames and token lists are.
                        "-Xms32m",
                        "-Xmx512m",
                        // Of pipes and files; it would be as much as the heap.
                        "-XX:MaxDirectMemorySize=64m",
                        "-XX:+UseSerialGC",
                        // The time is spent in native code: better no compiler threads
                        // that take its cores.
                        "-XX:TieredStopAtLevel=1",
                        // An engine without memory for its own Java knows nothing for certain.
                        "-XX:+ExitOnOutOfMemoryError",
                        // No shared memory file and no door for a debugger.
                        "-XX:-UsePerfData",
                        "-XX:+DisableAttachMechanism",
                        // A crash report belongs into the log, and prompts into no file.
                        "-XX:-CreateCoredumpOnCrash",
                        "-XX:+ErrorFileToStderr",
                        // Standard output carries frames, so the JVM itself may not use it.
                        "-XX:+DisplayVMOutputToStderr",
                        "-Xlog:disable",
                        "-Xlog:all=error:stderr",
                        "--enable-native-access=redoubt.foreign",
                        "--illegal-native-access=deny",
                        "--module-path",
                        modulePath,
                        "--module",
                        "redoubt.engine/redoubt.engine.process.EngineMain"));
        return words;
    }

    static ToEngine.Open open(EngineLaunch launch) {
        EngineSettings settings = launch.settings();
        Path draft = launch.draft();
        return new ToEngine.Open(
                launch.nativeDir().toAbsolutePath().toString(),
                launch.model().toAbsolutePath().toString(),
                draft == null ? null : draft.toAbsolutePath().toString(),
                settings.cpuVariant(),
                settings.threads(),
                settings.contextTokens(),
                settings.sequencesMax(),
                settings.batchTokens(),
                settings.ubatchTokens(),
                settings.memoryMaxBytes());
    }
}
