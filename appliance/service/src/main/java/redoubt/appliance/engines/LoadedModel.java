package redoubt.appliance.engines;

import org.jspecify.annotations.Nullable;
import redoubt.engine.client.EngineFacts;

/// A model that is loaded, measured and in the record.
///
/// @param id how requests name it
/// @param sha256 measure of its weights, lower-case hex
/// @param loadedAt sequence of its MODEL_LOADED entry
/// @param plannedBytes what the memory plan gave it
/// @param draft what guesses for it, where something does
/// @param build names the native libraries, as STARTED does in the record
public record LoadedModel(
        String id,
        String name,
        String sha256,
        long loadedAt,
        long plannedBytes,
        @Nullable Draft draft,
        String build,
        EngineFacts facts) {

    /// A model in the same engine that guesses.
    ///
    /// @param sha256 measure of its weights, lower-case hex
    public record Draft(String id, String sha256) {}
}
