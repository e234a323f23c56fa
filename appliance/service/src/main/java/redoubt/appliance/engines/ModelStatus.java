package redoubt.appliance.engines;

/// A model that this appliance knows, and how it is at this moment.
///
/// @param id how requests name it
/// @param standard whether it is the one that `default` means
/// @param pinned whether it stays loaded until somebody unloads it
public record ModelStatus(String id, boolean standard, boolean pinned, EngineState state) {}
