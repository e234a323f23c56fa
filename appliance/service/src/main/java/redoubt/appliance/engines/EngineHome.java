package redoubt.appliance.engines;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import redoubt.appliance.parked.ParkedFiles;

/// Where engines find what they need on this host, whatever model they load.
///
/// @param nativeDir folder of the native libraries
/// @param modulePath module path for the engine's own Java
/// @param runDir where engines work and log
/// @param profiles where measurements of this host are remembered
/// @param parked where engines' parked states outlive them
public record EngineHome(
        Path nativeDir,
        Path javaHome,
        String modulePath,
        Path runDir,
        Path profiles,
        ParkedFiles parked) {
    /// Of this process: its Java, its modules.
    public static EngineHome of(Path nativeDir, Path runDir, Path profiles, ParkedFiles parked) {
        return new EngineHome(
                nativeDir,
                Path.of(System.getProperty("java.home")),
                absoluteModulePath(),
                runDir,
                profiles,
                parked);
    }

    /// An engine works in another folder, where a relative path would lead nowhere.
    private static String absoluteModulePath() {
        return Arrays.stream(System.getProperty("jdk.module.path", "").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }
}
