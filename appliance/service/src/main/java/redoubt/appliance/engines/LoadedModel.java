package redoubt.appliance.engines;

import redoubt.engine.client.EngineFacts;

/// A model that is loaded, measured and in the record.
///
/// @param id how requests name it
/// @param sha256 measure of its weights, lower-case hex
/// @param loadedAt sequence of its MODEL_LOADED entry
/// @param plannedBytes what the memory plan gave it
/// @param build names the native libraries, as STARTED does in the record
public record LoadedModel(
        String id,
        String name,
        String sha256,
        long loadedAt,
        long plannedBytes,
        String build,
        EngineFacts facts) {}
