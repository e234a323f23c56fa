package redoubt.appliance.engines;

import redoubt.engine.client.EngineProcess;

/// Where the model's engine stands.
public sealed interface EngineState {

    /// What a person reads.
    String sentence();

    /// The model is being checked, measured and loaded.
    record Loading(String sentence) implements EngineState {}

    /// It answers.
    record Ready(EngineProcess engine, LoadedModel model) implements EngineState {
        @Override
        public String sentence() {
            return "The model %s answers.".formatted(model.name());
        }
    }

    /// The model will not be loaded; the appliance stays up so that this can be seen.
    record Refused(String code, String sentence) implements EngineState {}

    /// The engine ended by itself, and a new one is coming.
    record Down(String sentence) implements EngineState {}

    /// The appliance is stopping.
    record Stopped(String sentence) implements EngineState {}
}
