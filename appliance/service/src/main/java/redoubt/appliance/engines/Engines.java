package redoubt.appliance.engines;

import java.util.List;
import java.util.function.Consumer;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.metrics.Metrics;
import redoubt.appliance.record.SiteRecord;

/// The models that this appliance knows and the engines that answer with them. Thread safe.
public final class Engines implements AutoCloseable {
    /// The name that means the model which the appliance was started with; the record names the
    /// real one.
    public static final String DEFAULT = "default";

    private final Engine standard;

    public Engines(
            ModelSource source, SiteRecord record, Metrics metrics, Consumer<String> progress) {
        this.standard = new Engine(source, record, metrics, progress);
    }

    /// Begins to load the default model.
    public void start() {
        standard.start();
    }

    /// Waits until the first load of the default model has come out one way or the other.
    public void awaitFirstOutcome() throws InterruptedException {
        standard.awaitFirstOutcome();
    }

    /// How the default model is.
    public EngineState state() {
        return standard.state();
    }

    /// All models, the default one first.
    public List<ModelStatus> all() {
        return List.of(status(standard));
    }

    /// The model that a request names.
    ///
    /// @throws RefusedException when there is none of this name
    public ModelStatus known(String asked) {
        return status(engine(asked));
    }

    /// The engine of the model that a request names, held until it is closed.
    ///
    /// @param requestId names the request in the record if the engine dies
    /// @throws RefusedException when there is no such model, or it cannot answer now
    public EngineUse use(String asked, String requestId) throws InterruptedException {
        return engine(asked).use(requestId);
    }

    private static ModelStatus status(Engine engine) {
        return new ModelStatus(engine.source().id(), true, true, engine.state());
    }

    private Engine engine(String asked) {
        if (asked.equals(DEFAULT) || asked.equals(standard.source().id())) return standard;
        throw RefusedException.notFound(
                "model_not_found",
                "There is no model '%s' here. GET /v1/models lists what there is: %s."
                        .formatted(
                                asked.length() > 100 ? asked.substring(0, 100) : asked,
                                standard.source().id()));
    }

    /// Ends all engines, and returns when nothing more will be noted about them.
    @Override
    public void close() {
        standard.close();
    }
}
