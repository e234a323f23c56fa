package redoubt.appliance.engines;

import redoubt.engine.client.EngineProcess;

/// Where a model's engine stands.
public sealed interface EngineState {

    /// What a person reads.
    String sentence();

    /// Known, and not in memory.
    record Unloaded(String sentence) implements EngineState {}

    /// The model is being checked, measured and loaded.
    record Loading(String sentence) implements EngineState {}

    /// It answers.
    ///
    /// @param adapters those of this engine
    record Ready(EngineProcess engine, LoadedModel model, EngineAdapters adapters)
            implements EngineState {
        @Override
        public String sentence() {
            return "The model %s answers.".formatted(model.name());
        }
    }

    /// What it is answering is finished; nothing new is taken.
    ///
    /// @param again whether it is loaded again afterwards, so that a request may wait for it
    record Draining(LoadedModel model, boolean again, String sentence) implements EngineState {}

    /// The model will not be loaded; the appliance stays up so that this can be seen.
    record Refused(String code, String sentence) implements EngineState {}

    /// The engine ended by itself, and a new one is coming.
    record Down(String sentence) implements EngineState {}

    /// The appliance is stopping.
    record Stopped(String sentence) implements EngineState {}

    /// One word for programs and for the page.
    default String word() {
        return switch (this) {
            case Unloaded _ -> "unloaded";
            case Loading _ -> "loading";
            case Ready _ -> "ready";
            case Draining _ -> "unloading";
            case Refused _ -> "refused";
            case Down _ -> "down";
            case Stopped _ -> "stopped";
        };
    }
}
