package redoubt.appliance.engines;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import redoubt.appliance.http.RefusedException;

/// One model of this appliance: where its engine stands, who is using it, and the wish to have it
/// loaded or not. While it is wanted, an [EngineKeeper] keeps it running. Thread safe; the lock is
/// held for moments only.
final class Engine {
    private static final EngineState.Unloaded NEVER_LOADED =
            new EngineState.Unloaded("It is not loaded.");
    private static final long LOOK_MS = 250;
    private static final Set<String> MAY_PASS =
            Set.of(RefusedModelException.DOES_NOT_FIT, RefusedModelException.DRAFT_REFUSED);

    private final KnownModel model;
    private final EngineParts parts;
    private final boolean standard;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<EngineUse, String> uses = new HashMap<>();
    private EngineState state = NEVER_LOADED;
    private @Nullable EngineKeeper keeper;
    private long lastUsedNanos = System.nanoTime();
    private boolean stopped;
    private final MemoryBesides besides = new MemoryBesides();

    Engine(KnownModel model, boolean standard, EngineParts parts) {
        this.model = model;
        this.standard = standard;
        this.parts = parts;
    }

    KnownModel model() {
        return model;
    }

    ModelSettings.Choice choice() {
        return parts.settings().get().of(model.id(), standard);
    }

    boolean loadsOnDemand() {
        return parts.settings().get().loadOnDemand();
    }

    ModelStatus status() {
        lock.lock();
        try {
            boolean idle = state instanceof EngineState.Ready && uses.isEmpty();
            long idleSeconds =
                    idle ? TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - lastUsedNanos) : 0;
            return new ModelStatus(model, standard, choice(), state, uses.size(), idleSeconds);
        } finally {
            lock.unlock();
        }
    }

    EngineState state() {
        lock.lock();
        try {
            return state;
        } finally {
            lock.unlock();
        }
    }

    /// Wants it loaded; nothing happens when it is, or is about to be.
    ///
    /// @param why for the record
    void load(String why) {
        lock.lock();
        try {
            wanted(why);
        } finally {
            lock.unlock();
        }
    }

    private void wanted(String why) {
        if (stopped || keeper != null) return;
        become(new EngineState.Loading("The model is being loaded. Try again in a moment."));
        keeper = new EngineKeeper(this, parts, why);
        keeper.start();
    }

    /// Wants it unloaded. What it is answering is finished first, within the time that is given;
    /// this does not wait for it.
    void unload(Unload how) {
        lock.lock();
        try {
            if (stopped) return;
            EngineKeeper keeping = keeper;
            if (keeping == null) {
                become(new EngineState.Unloaded("It is not loaded: " + how.why() + "."));
                if (how.again()) wanted(how.why());
                return;
            }
            drain(how);
            keeping.unload(how, state instanceof EngineState.Draining);
        } finally {
            lock.unlock();
        }
    }

    private void drain(Unload how) {
        @Nullable LoadedModel loaded =
                switch (state) {
                    case EngineState.Ready ready -> ready.model();
                    case EngineState.Draining draining -> draining.model();
                    case EngineState.Unloaded _,
                            EngineState.Loading _,
                            EngineState.Refused _,
                            EngineState.Down _,
                            EngineState.Stopped _ ->
                            null;
                };
        if (loaded == null) return;
        become(
                new EngineState.Draining(
                        loaded,
                        how.again(),
                        "The model %s is being unloaded (%s): %d answers are finished first, within %d seconds.%s"
                                .formatted(
                                        loaded.name(),
                                        how.why(),
                                        uses.size(),
                                        how.within().toSeconds(),
                                        how.again() ? " Then it is loaded again." : "")));
    }

    /// Unloads it if nobody is using it and it is not pinned, and waits for its end; for the sake
    /// of `why`.
    ///
    /// @return false when somebody is
    boolean unloadIfIdle(String why) throws InterruptedException {
        lock.lock();
        try {
            if (!(state instanceof EngineState.Ready) || !uses.isEmpty() || choice().pinned())
                return false;
            EngineKeeper keeping = keeper;
            unload(new Unload(why, Duration.ZERO, false));
            while (keeper == keeping) changed.await();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Unloads it when it was not used for as long as its settings say.
    void unloadIfForgotten() {
        lock.lock();
        try {
            int minutes = choice().idleMinutes();
            boolean forgotten =
                    minutes > 0
                            && System.nanoTime() - lastUsedNanos > TimeUnit.MINUTES.toNanos(minutes)
                            && uses.isEmpty()
                            && state instanceof EngineState.Ready
                            && !choice().pinned();
            if (forgotten)
                unload(
                        new Unload(
                                "nobody asked it anything for %d minutes".formatted(minutes),
                                Duration.ZERO,
                                false));
        } finally {
            lock.unlock();
        }
    }

    /// A refusal for want of memory, or because of a draft, may have lost its reason.
    void forgetRefusal() {
        lock.lock();
        try {
            if (state instanceof EngineState.Refused refused && MAY_PASS.contains(refused.code()))
                become(NEVER_LOADED);
        } finally {
            lock.unlock();
        }
    }

    /// Holds the engine for a request. Waits, for a bounded time, for a load that is under way or
    /// that this request has caused.
    ///
    /// @throws RefusedException when it cannot answer now
    EngineUse use(String requestId, Waiting waiting, Duration within) throws InterruptedException {
        long since = System.nanoTime();
        boolean told = false;
        lock.lock();
        try {
            while (true) {
                if (state instanceof EngineState.Ready ready) return begin(ready, requestId);
                refuseWhatIsNotCome();
                if (waiting.over())
                    throw RefusedException.conflict(
                            "cancelled", "The answer was stopped before it began.");
                if (!told) waiting.waits(state.sentence());
                told = true;
                if (System.nanoTime() - since > within.toNanos())
                    throw RefusedException.unavailable(
                            "model_loading",
                            "The model %s is still being loaded after %d seconds, so this request was not begun. Ask again in a while."
                                    .formatted(model.id(), within.toSeconds()));
                changed.await(LOOK_MS, TimeUnit.MILLISECONDS);
            }
        } finally {
            lock.unlock();
        }
    }

    private EngineUse begin(EngineState.Ready ready, String requestId) {
        EngineUse use = new EngineUse(this, ready);
        if (uses.isEmpty() && keeper != null) parts.cores().begin(keeper);
        uses.put(use, requestId);
        return use;
    }

    // Returns when it is worth waiting.
    private void refuseWhatIsNotCome() {
        switch (state) {
            case EngineState.Ready _, EngineState.Loading _ -> {}
            case EngineState.Unloaded unloaded -> {
                if (!loadsOnDemand())
                    throw RefusedException.unavailable(
                            "model_not_loaded",
                            "The model %s is not loaded, and here only an administrator loads models. Choose another, or ask for it to be loaded."
                                    .formatted(model.id()));
                wanted("a request asked for it");
            }
            case EngineState.Draining draining -> {
                if (!draining.again())
                    throw RefusedException.unavailable(
                            "model_unloading", draining.sentence() + " Choose another model.");
            }
            case EngineState.Refused refused ->
                    throw RefusedException.unavailable("model_refused", refused.sentence());
            case EngineState.Down down ->
                    throw RefusedException.unavailable("engine_not_ready", down.sentence());
            case EngineState.Stopped end ->
                    throw RefusedException.unavailable("engine_not_ready", end.sentence());
        }
    }

    /// A use of it is over.
    EngineUse.Memory memoryBesides(long bytes) throws IOException {
        return besides.hold(model.id(), parts.room(), bytes);
    }

    void ended(EngineUse use) {
        lock.lock();
        try {
            if (uses.remove(use) == null) return;
            lastUsedNanos = System.nanoTime();
            if (uses.isEmpty() && keeper != null) {
                parts.cores().end(keeper);
                keeper.look();
            }
        } finally {
            lock.unlock();
        }
    }

    /// As another model that needs memory sees it; null when it holds none, or cannot be looked at.
    @Nullable Neighbour neighbour() {
        lock.lock();
        try {
            return state instanceof EngineState.Ready ready
                    ? new Neighbour(
                            model.id(),
                            ready.model().plannedBytes(),
                            choice().pinned(),
                            uses.size(),
                            lastUsedNanos)
                    : null;
        } finally {
            lock.unlock();
        }
    }

    // What follows is for the keeper.

    boolean idle() {
        lock.lock();
        try {
            return uses.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /// The requests in it, for the record.
    List<String> requests() {
        lock.lock();
        try {
            return uses.values().stream().sorted().limit(64).toList();
        } finally {
            lock.unlock();
        }
    }

    /// Whoever still uses it learns why it is taken away.
    void takeFromUsers(String why) {
        lock.lock();
        try {
            uses.keySet().forEach(use -> use.take(why));
        } finally {
            lock.unlock();
        }
    }

    /// It answers, unless somebody has asked meanwhile to unload it.
    void ready(EngineState.Ready ready, EngineKeeper by) {
        lock.lock();
        try {
            lastUsedNanos = System.nanoTime();
            if (by.unloading() == null) become(ready);
        } finally {
            lock.unlock();
        }
    }

    void become(EngineState next) {
        lock.lock();
        try {
            // After close() has said that it stops, nothing else is said.
            if (!stopped) state = next;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// The keeper ends, and leaves it like this.
    void left(EngineKeeper by, EngineState last) {
        lock.lock();
        try {
            parts.cores().end(by);
            keeper = null;
            become(last);
        } finally {
            lock.unlock();
        }
    }

    /// Ends it, and returns when nothing more will be noted about it.
    void close() {
        @Nullable EngineKeeper keeping;
        lock.lock();
        try {
            keeping = keeper;
            become(new EngineState.Stopped("The appliance is being stopped."));
            stopped = true;
            if (keeping != null)
                keeping.unload(
                        new Unload("the appliance was stopped", Duration.ZERO, false), false);
        } finally {
            lock.unlock();
        }
        if (keeping != null) keeping.join();
    }

    /// Waits until it has come out one way or the other.
    void awaitOutcome() throws InterruptedException {
        lock.lock();
        try {
            while (state instanceof EngineState.Loading) changed.await();
        } finally {
            lock.unlock();
        }
    }
}
