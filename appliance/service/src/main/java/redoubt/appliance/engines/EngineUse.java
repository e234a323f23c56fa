package redoubt.appliance.engines;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import redoubt.appliance.http.RefusedException;
import redoubt.engine.client.AdapterUse;
import redoubt.engine.client.EngineProcess;

/// An engine in the hands of one request. Until it is closed, the engine is not unloaded to make
/// room for another, and an unload that was asked for waits, up to a limit. Whoever has it may use
/// it from any thread; closing it twice does no harm.
public final class EngineUse implements AutoCloseable {
    private final Engine holder;
    private final EngineState.Ready ready;
    private volatile @Nullable String taken;

    EngineUse(Engine holder, EngineState.Ready ready) {
        this.holder = holder;
        this.ready = ready;
    }

    public EngineProcess engine() {
        return ready.engine();
    }

    public LoadedModel model() {
        return ready.model();
    }

    /// Makes sure that these adapters can be used.
    ///
    /// @return SHA-256 of each, by name
    /// @throws RefusedException when one is not there, does not fit, or is not loaded
    public Map<String, String> demand(List<AdapterUse> adapters) throws InterruptedException {
        return ready.adapters().demand(adapters, holder.loadsOnDemand());
    }

    /// Memory that is held for a request until this is closed.
    public interface Memory extends AutoCloseable {
        @Override
        void close();
    }

    /// Holds the memory for a request: one that is computed by itself needs a context beside the
    /// engine's own.
    ///
    /// @throws RefusedException when there is none, with what to do
    public Memory memory(boolean alone) throws IOException {
        if (!alone) return () -> {};
        var facts = ready.model().facts();
        return holder.memoryBesides(facts.cacheBytes() + facts.computeBytes());
    }

    /// Why the engine was ended although this use of it was not over; empty while it is there, and
    /// when it died by itself.
    public Optional<String> taken() {
        return Optional.ofNullable(taken);
    }

    void take(String why) {
        taken = why;
    }

    @Override
    public void close() {
        holder.ended(this);
    }
}
