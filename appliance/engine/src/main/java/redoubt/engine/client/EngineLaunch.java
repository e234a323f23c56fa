package redoubt.engine.client;

import java.nio.file.Path;

/// What it takes to start an engine.
///
/// @param javaHome the Java that runs it; the same as the caller's
/// @param modulePath a module path with redoubt.engine and what it requires
/// @param nativeDir folder of the native libraries
/// @param model the GGUF file; the first shard where there are several
/// @param runDir existing folder: the engine's working folder, and where its log goes
public record EngineLaunch(
        Path javaHome,
        String modulePath,
        Path nativeDir,
        Path model,
        Path runDir,
        EngineSettings settings,
        AotCache aotCache) {}
