package redoubt.engine.client;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What it takes to start an engine.
///
/// @param javaHome the Java that runs it; the same as the caller's
/// @param modulePath a module path with redoubt.engine and what it requires
/// @param nativeDir folder of the native libraries
/// @param model the GGUF file; the first shard where there are several
/// @param draft the GGUF file of a smaller model with the same vocabulary that guesses for it; null
///   where nothing but the text itself does
/// @param runDir existing folder: the engine's working folder, and where its log goes
public record EngineLaunch(
        Path javaHome,
        String modulePath,
        Path nativeDir,
        Path model,
        @Nullable Path draft,
        Path runDir,
        EngineSettings settings,
        AotCache aotCache) {

    /// Without a draft.
    public EngineLaunch(
            Path javaHome,
            String modulePath,
            Path nativeDir,
            Path model,
            Path runDir,
            EngineSettings settings,
            AotCache aotCache) {
        this(javaHome, modulePath, nativeDir, model, null, runDir, settings, aotCache);
    }

    /// The same with a draft.
    public EngineLaunch withDraft(@Nullable Path other) {
        return new EngineLaunch(
                javaHome, modulePath, nativeDir, model, other, runDir, settings, aotCache);
    }
}
