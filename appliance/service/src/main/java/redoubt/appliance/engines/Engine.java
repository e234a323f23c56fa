package redoubt.appliance.engines;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.metrics.Metrics;
import redoubt.appliance.record.SiteRecord;
import redoubt.engine.client.EngineExit;
import redoubt.engine.client.EngineProcess;
import redoubt.engine.client.EngineStartException;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.RecordException;

/// Keeps one model's engine running. Owns the engine process and one platform thread, which loads
/// the model, waits for the engine's end, notes a crash in the record, and starts the next engine:
/// at once the first time, then later and later. A model that is refused stays refused.
final class Engine implements AutoCloseable {
    private static final Duration PAUSE_MAX = Duration.ofSeconds(30);
    private static final Duration LONG_RUN = Duration.ofMinutes(5);

    // Trying again cannot help.
    private static final Set<String> FINAL = Set.of("model_refused", "does_not_fit", "seal_failed");

    private final ModelSource source;
    private final SiteRecord record;
    private final Metrics metrics;
    private final Consumer<String> progress;
    private volatile EngineState state =
            new EngineState.Loading("The model is being loaded. Try again in a moment.");
    private final Set<String> running = ConcurrentHashMap.newKeySet();
    private final CountDownLatch firstOutcome = new CountDownLatch(1);
    private final Object telling = new Object();
    private final Thread thread;
    private volatile boolean stopping;
    private Duration pause = Duration.ZERO;
    private String lastRefusal = "";

    Engine(ModelSource source, SiteRecord record, Metrics metrics, Consumer<String> progress) {
        this.source = source;
        this.record = record;
        this.metrics = metrics;
        this.progress = progress;
        this.thread =
                Thread.ofPlatform().daemon().name("engine-" + source.id()).unstarted(this::keep);
    }

    void start() {
        thread.start();
    }

    EngineState state() {
        return state;
    }

    ModelSource source() {
        return source;
    }

    /// Waits until the first load has come out one way or the other.
    void awaitFirstOutcome() throws InterruptedException {
        firstOutcome.await();
    }

    /// The engine that answers now.
    EngineState.Ready ready() {
        return switch (state) {
            case EngineState.Ready ready -> ready;
            case EngineState.Refused refused ->
                    throw RefusedException.unavailable("model_refused", refused.sentence());
            case EngineState other ->
                    throw RefusedException.unavailable("engine_not_ready", other.sentence());
        };
    }

    /// Holds the engine that answers now for a request; a crash names it in the record.
    EngineUse use(String requestId) {
        EngineState.Ready ready = ready();
        running.add(requestId);
        return new EngineUse(ready.engine(), ready.model(), () -> running.remove(requestId));
    }

    private void keep() {
        while (!stopping) {
            try {
                runOnce();
            } catch (InterruptedException stop) {
                return;
            } catch (ModelLoading.RefusedModelException refused) {
                refuse(refused.code(), String.valueOf(refused.getMessage()));
                return;
            } catch (EngineStartException failed) {
                if (FINAL.contains(failed.code())) {
                    refuse(failed.code(), String.valueOf(failed.getMessage()));
                    return;
                }
                down(failed.code(), String.valueOf(failed.getMessage()));
            } catch (RecordException closed) {
                down(
                        "record",
                        "The record cannot be written, so no model answers: "
                                + closed.getMessage());
            } catch (IOException failed) {
                down("cannot_load", "The model cannot be loaded: " + failed.getMessage());
            } catch (RuntimeException | Error bug) {
                if (stopping) return;
                refuse(
                        "internal_error",
                        "Something failed inside the appliance while it kept the model's engine (%s), so no model answers. Its log has the details; start it again, and report it if it happens twice."
                                .formatted(bug.getClass().getSimpleName()));
                throw bug;
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
        boolean crashed = false;
        // Whatever ends this method, the engine ends with it.
        try (EngineProcess engine = ready.engine()) {
            engine.onExit(ended::add);
            become(ready);
            lastRefusal = "";
            firstOutcome.countDown();
            long since = System.nanoTime();
            EngineExit exit = ended.take();
            if (System.nanoTime() - since > LONG_RUN.toNanos()) pause = Duration.ZERO;
            // An interrupt at the terminal reaches the engine too: an end during a stop is no
            // crash.
            crashed = !stopping && !exit.expected();
            if (crashed) crashed(ready, exit);
        } finally {
            if (!crashed) unloaded(ready);
        }
    }

    // After close() has said that it stops, nothing else is said.
    private void become(EngineState next) {
        synchronized (telling) {
            if (!stopping) state = next;
        }
    }

    private void crashed(EngineState.Ready ready, EngineExit exit) throws RecordException {
        metrics.engineCrashed();
        become(
                new EngineState.Down(
                        exit.sentence() + " A new engine is being started; try again shortly."));
        progress.accept(exit.sentence());
        record.noteOwn(
                new Event.EngineCrashed(
                        ready.model().name(),
                        "status " + exit.status() + ": " + exit.sentence(),
                        running.stream().sorted().limit(64).toList()));
    }

    private void unloaded(EngineState.Ready ready) {
        try {
            record.noteOwn(
                    new Event.ModelUnloaded(ready.model().name(), "the appliance was stopped"));
        } catch (RecordException closed) {
            progress.accept("The record cannot be written: " + closed.getMessage());
        }
    }

    private void refuse(String code, String sentence) {
        become(new EngineState.Refused(code, sentence));
        progress.accept("The model was refused. " + sentence);
        noteRefusal(code, sentence);
        firstOutcome.countDown();
    }

    private void down(String code, String sentence) {
        become(new EngineState.Down(sentence + " It is tried again."));
        progress.accept(sentence);
        noteRefusal(code, sentence);
    }

    /// Once for each reason: a load that is tried again every half minute must not fill the record.
    private void noteRefusal(String code, String sentence) {
        String refusal = code + " " + sentence;
        if (refusal.equals(lastRefusal)) return;
        try {
            record.noteOwn(new Event.ModelRefused(source.id(), code, sentence));
            lastRefusal = refusal;
        } catch (RecordException closed) {
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

    /// Ends the engine, and returns when nothing more will be noted about it.
    @Override
    public void close() {
        synchronized (telling) {
            stopping = true;
            state = new EngineState.Stopped("The appliance is being stopped.");
        }
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
