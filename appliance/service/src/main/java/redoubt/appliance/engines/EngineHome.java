package redoubt.appliance.engines;

import java.nio.file.Path;
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
        ParkedFiles parked) {}
