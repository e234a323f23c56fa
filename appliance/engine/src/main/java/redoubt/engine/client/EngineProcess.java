package redoubt.engine.client;

import java.util.List;
import java.util.function.Consumer;
import redoubt.foreign.posix.ProbeResult;

/// A running engine, as the gateway sees it.
@SuppressWarnings("DoNotCallSuggester")
public final class EngineProcess implements AutoCloseable {
    private EngineProcess() {}

    /// Starts an engine and waits until it is ready.
    public static EngineProcess start(EngineLaunch launch)
            throws EngineStartException, InterruptedException {
        throw new EngineStartException("cannot_start", "not built yet: " + launch, List.of());
    }

    /// What the engine said about itself.
    public EngineFacts ready() {
        throw new UnsupportedOperationException();
    }

    public long pid() {
        throw new UnsupportedOperationException();
    }

    public boolean alive() {
        throw new UnsupportedOperationException();
    }

    /// Starts a generation. Never fails itself: what is wrong comes as an event.
    public Generation generate(GenerationRequest request) {
        throw new UnsupportedOperationException("" + request);
    }

    /// Called once, when the process has ended, after every generation in flight got its Failed
    /// event; at once if it has ended already.
    public void onExit(Consumer<EngineExit> listener) {
        throw new UnsupportedOperationException("" + listener);
    }

    /// Has the engine try every way out from inside itself.
    public List<ProbeResult> sealProbe() throws InterruptedException {
        throw new UnsupportedOperationException();
    }

    /// Ends the engine and waits for its end.
    @Override
    public void close() {
        throw new UnsupportedOperationException();
    }
}
