package redoubt.appliance.engines;

/// A model that this appliance knows, and how it is at this moment.
///
/// @param standard whether it is the one that `default` means
/// @param answering requests that it is working on, or that wait in its engine
/// @param idleSeconds since when it had nothing to do; 0 while it has, and while it is not loaded
public record ModelStatus(
        KnownModel model,
        boolean standard,
        ModelSettings.Choice choice,
        EngineState state,
        int answering,
        long idleSeconds) {
    /// How requests name it.
    public String id() {
        return model.id();
    }
}
