package redoubt.appliance.engines;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.metrics.Metrics;
import redoubt.appliance.record.SiteRecord;
import redoubt.engine.client.EngineExit;
import redoubt.engine.client.EngineStartException;
import redoubt.provenance.record.Event;

/// Keeps the model's engine running. Owns the engine process and one platform thread, which loads
/// the model, waits for the engine's end, notes a crash in the record, and starts the next engine:
/// at once the first time, then later and later. A model that is refused stays refused.
public final class EngineSupervisor implements AutoCloseable {
    private static final Duration PAUSE_MAX = Duration.ofSeconds(30);
    private static final Duration LONG_RUN = Duration.ofMinutes(5);

    private final ModelSource source;
    private final SiteRecord record;
    private final Metrics metrics;
    private final Consumer<String> progress;
    private volatile EngineState state =
            new EngineState.Loading("The model is being loaded. Try again in a moment.");
    private final Set<String> running = ConcurrentHashMap.newKeySet();
    private final CountDownLatch firstOutcome = new CountDownLatch(1);
    private final Thread thread;
    private volatile boolean stopping;
    private Duration pause = Duration.ZERO;

    public EngineSupervisor(
            ModelSource source, SiteRecord record, Metrics metrics, Consumer<String> progress) {
        this.source = source;
        this.record = record;
        this.metrics = metrics;
        this.progress = progress;
        this.thread = Thread.ofPlatform().daemon().name("engine-supervisor").unstarted(this::keep);
    }

    public void start() {
        thread.start();
    }

    public EngineState state() {
        return state;
    }

    public ModelSource source() {
        return source;
    }

    /// Waits until the first load has come out one way or the other.
    public void awaitFirstOutcome() throws InterruptedException {
        firstOutcome.await();
    }

    /// The engine that answers now.
    public EngineState.Ready ready() {
        return switch (state) {
            case EngineState.Ready ready -> ready;
            case EngineState.Refused refused ->
                    throw RefusedException.unavailable("model_refused", refused.sentence());
            case EngineState other ->
                    throw RefusedException.unavailable("engine_not_ready", other.sentence());
        };
    }

    /// A request is in the engine; a crash names it in the record.
    public void entered(String requestId) {
        running.add(requestId);
    }

    public void left(String requestId) {
        running.remove(requestId);
    }

    private void keep() {
        while (!stopping) {
            try {
                runOnce();
            } catch (ModelLoading.RefusedModelException refused) {
                refuse(refused.code(), String.valueOf(refused.getMessage()));
                return;
            } catch (EngineStartException failed) {
                if (failed.code().equals("model_refused")
                        || failed.code().equals("does_not_fit")
                        || failed.code().equals("seal_failed")) {
                    refuse(failed.code(), String.valueOf(failed.getMessage()));
                    return;
                }
                down(failed.code(), String.valueOf(failed.getMessage()));
            } catch (IOException failed) {
                down("cannot_load", "The model cannot be loaded: " + failed.getMessage());
            } catch (InterruptedException stop) {
                return;
            }
            firstOutcome.countDown();
            if (!pauseBeforeNext()) return;
        }
    }

    private void runOnce()
            throws IOException,
                    ModelLoading.RefusedModelException,
                    EngineStartException,
                    InterruptedException {
        EngineState.Ready ready = new ModelLoading(source, record, progress).load();
        LinkedBlockingQueue<EngineExit> ended = new LinkedBlockingQueue<>();
        ready.engine().onExit(ended::add);
        if (stopping) {
            ready.engine().close();
            return;
        }
        state = ready;
        firstOutcome.countDown();
        long since = System.nanoTime();
        EngineExit exit = ended.take();
        if (stopping || exit.expected()) return;
        if (System.nanoTime() - since > LONG_RUN.toNanos()) pause = Duration.ZERO;
        metrics.engineCrashed();
        state =
                new EngineState.Down(
                        exit.sentence() + " A new engine is being started; try again shortly.");
        progress.accept(exit.sentence());
        record.noteOwn(
                new Event.EngineCrashed(
                        ready.model().name(),
                        "status " + exit.status() + ": " + exit.sentence(),
                        running.stream().sorted().limit(64).toList()));
    }

    private void refuse(String code, String sentence) {
        state = new EngineState.Refused(code, sentence);
        progress.accept("The model was refused. " + sentence);
        noteRefusal(code, sentence);
        firstOutcome.countDown();
    }

    private void down(String code, String sentence) {
        state = new EngineState.Down(sentence + " It is tried again.");
        progress.accept(sentence);
        noteRefusal(code, sentence);
    }

    private void noteRefusal(String code, String sentence) {
        try {
            record.noteOwn(new Event.ModelRefused(source.id(), code, sentence));
        } catch (IOException closed) {
            // The record is closed to everything then, and says so on every request.
            progress.accept("The record cannot be written: " + closed.getMessage());
        }
    }

    private boolean pauseBeforeNext() {
        try {
            TimeUnit.MILLISECONDS.sleep(pause.toMillis());
        } catch (InterruptedException stop) {
            return false;
        }
        Duration next = pause.isZero() ? Duration.ofSeconds(1) : pause.multipliedBy(2);
        pause = next.compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : next;
        return !stopping;
    }

    /// Ends the engine in order.
    @Override
    public void close() {
        stopping = true;
        EngineState last = state;
        state = new EngineState.Stopped("The appliance is being stopped.");
        @Nullable String unloaded = null;
        if (last instanceof EngineState.Ready ready) {
            ready.engine().close();
            unloaded = ready.model().name();
        }
        thread.interrupt();
        if (unloaded != null) {
            try {
                record.noteOwn(new Event.ModelUnloaded(unloaded, "the appliance was stopped"));
            } catch (IOException closed) {
                progress.accept("The record cannot be written: " + closed.getMessage());
            }
        }
    }
}
