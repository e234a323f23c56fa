package redoubt.appliance.engines;

import redoubt.engine.client.EngineProcess;

/// An engine in the hands of one request. Until it is closed, the engine is not unloaded to make
/// room for another, and an unload that was asked for waits, up to a limit. Whoever has it may use
/// it from any thread; closing it twice does no harm.
public final class EngineUse implements AutoCloseable {
    private final EngineProcess engine;
    private final LoadedModel model;
    private final Runnable end;

    EngineUse(EngineProcess engine, LoadedModel model, Runnable end) {
        this.engine = engine;
        this.model = model;
        this.end = end;
    }

    public EngineProcess engine() {
        return engine;
    }

    public LoadedModel model() {
        return model;
    }

    @Override
    public void close() {
        end.run();
    }
}
