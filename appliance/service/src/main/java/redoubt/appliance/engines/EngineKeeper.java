package redoubt.appliance.engines;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import redoubt.engine.client.EngineExit;
import redoubt.engine.client.EngineProcess;
import redoubt.engine.client.EngineStartException;
import redoubt.engine.client.SignOfLife;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.RecordException;

/// Keeps one model's engine running, from the wish to have it loaded until it is unloaded or
/// refused. Owns the engine process and one platform thread, which loads the model, looks after the
/// engine, waits for its end, notes a crash in the record, and starts the next engine: at once the
/// first time, then later and later. An engine that hangs is ended and replaced like one that died.
final class EngineKeeper implements Consumer<Integer> {
    private static final Duration PAUSE_MAX = Duration.ofSeconds(30);
    private static final Duration LONG_RUN = Duration.ofMinutes(5);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(5);
    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(15);
    // One step computes 512 tokens at most; the largest model on the slowest host needs minutes.
    private static final Duration COMPUTATION_MAX = Duration.ofMinutes(10);
    private static final Duration DRAINING_LOOK = Duration.ofMillis(100);

    // Trying again cannot help.
    private static final Set<String> FINAL =
            Set.of("model_refused", "draft_refused", "does_not_fit", "seal_failed");

    private final Engine engine;
    private final EngineParts parts;
    private final LinkedBlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
    private final Thread thread;
    private final AtomicReference<@Nullable Unload> unloading = new AtomicReference<>();
    private volatile int threads;
    private String why;
    private Duration pause = Duration.ZERO;
    private String lastRefusal = "";

    /// @param requests those that were under way
    private record Crash(EngineExit exit, List<String> requests) {}

    private sealed interface Signal {
        record Ended(Crash crash) implements Signal {}

        /// Something has changed that it may want to see.
        record Look() implements Signal {}
    }

    EngineKeeper(Engine engine, EngineParts parts, String why) {
        this.engine = engine;
        this.parts = parts;
        this.why = why;
        this.thread =
                Thread.ofPlatform()
                        .daemon()
                        .name("keeper-" + engine.model().id())
                        .unstarted(this::keep);
    }

    void start() {
        thread.start();
    }

    /// Has it look around now.
    void look() {
        signals.add(new Signal.Look());
    }

    /// The wish to unload, when there is one.
    @Nullable Unload unloading() {
        return unloading.get();
    }

    /// @param draining whether the engine is there and may finish what it is answering; a load that
    ///   is under way is given up
    void unload(Unload how, boolean draining) {
        unloading.set(how);
        look();
        if (!draining) thread.interrupt();
    }

    /// The share of the cores that its engine has now.
    @Override
    public void accept(Integer share) {
        threads = share;
        look();
    }

    void join() {
        try {
            thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void keep() {
        EngineState last =
                new EngineState.Refused(
                        "internal_error",
                        "Something failed inside the appliance while it kept the model's engine, so this model does not answer. Its log has the details; load it again, and report it if it happens twice.");
        try {
            last = untilUnloaded();
        } finally {
            engine.left(this, last);
            // Others may fit now.
            if (last instanceof EngineState.Unloaded) parts.freed().run();
        }
    }

    private EngineState untilUnloaded() {
        while (true) {
            try {
                runOnce();
            } catch (InterruptedException asked) {
                // By unload(), which has said what it wants.
            } catch (RefusedModelException refused) {
                return refuse(refused.code(), String.valueOf(refused.getMessage()));
            } catch (EngineStartException failed) {
                if (FINAL.contains(failed.code()))
                    return refuse(failed.code(), String.valueOf(failed.getMessage()));
                down(failed.code(), String.valueOf(failed.getMessage()));
            } catch (RecordException closed) {
                down(
                        "record",
                        "The record cannot be written, so no model answers: "
                                + closed.getMessage());
            } catch (IOException failed) {
                down("cannot_load", "The model cannot be loaded: " + failed.getMessage());
            }
            Unload asked = unloading.get();
            if (asked == null) asked = pauseBeforeNext();
            if (asked == null) continue;
            if (!asked.again())
                return new EngineState.Unloaded("It is not loaded: " + asked.why() + ".");
            again(asked);
        }
    }

    private void again(Unload asked) {
        engine.become(
                new EngineState.Loading("The model is being loaded again. Try again in a moment."));
        why = asked.why();
        pause = Duration.ZERO;
        signals.clear();
        // What asked for the unload must not disturb the load that follows.
        boolean _ = Thread.interrupted();
        unloading.compareAndSet(asked, null);
    }

    private void runOnce()
            throws IOException, RefusedModelException, EngineStartException, InterruptedException {
        try (ModelLoading.Loaded loaded = new ModelLoading(engine.model(), parts).load(why)) {
            EngineState.Ready ready = loaded.ready();
            boolean crashed = false;
            try {
                lastRefusal = "";
                ready.engine()
                        .onExit(exit ->
                                signals.add(new Signal.Ended(new Crash(exit, engine.requests()))));
                engine.ready(ready, this);
                long since = System.nanoTime();
                Optional<Crash> end = lookAfter(ready.engine());
                if (System.nanoTime() - since > LONG_RUN.toNanos()) pause = Duration.ZERO;
                // An interrupt at the terminal reaches the engine too: an end during a stop is no
                // crash.
                crashed =
                        end.isPresent() && !end.get().exit().expected() && unloading.get() == null;
                if (crashed) crashed(ready, end.get());
            } finally {
                parts.metrics().parked.gone(engine.model().id());
                if (!crashed) unloaded(ready);
            }
        }
    }

    /// Returns when the engine has ended, or is to be ended.
    private Optional<Crash> lookAfter(EngineProcess process) throws InterruptedException {
        int computingWith = process.ready().threads();
        while (true) {
            Unload asked = unloading.get();
            if (asked != null && (engine.idle() || asked.overdue(System.nanoTime())))
                return Optional.empty();
            Duration wait = asked == null ? BETWEEN_LOOKS : DRAINING_LOOK;
            switch (signals.poll(wait.toMillis(), TimeUnit.MILLISECONDS)) {
                case Signal.Ended(Crash crash) -> {
                    return Optional.of(crash);
                }
                case Signal.Look _ -> {}
                case null -> {
                    if (asked == null) demandSignOfLife(process);
                    engine.unloadIfForgotten();
                }
            }
            int wanted = threads;
            if (wanted != 0 && wanted != computingWith) {
                process.computeWith(wanted);
                computingWith = wanted;
            }
        }
    }

    private void demandSignOfLife(EngineProcess process) throws InterruptedException {
        try {
            SignOfLife sign = process.pulse(SIGN_OF_LIFE);
            parts.metrics().parked.is(engine.model().id(), sign.parkedBytes());
            if (sign.computing().compareTo(COMPUTATION_MAX) > 0)
                process.endBecause(
                        "it did not come out of one computation for %d minutes"
                                .formatted(COMPUTATION_MAX.toMinutes()));
        } catch (TimeoutException hangs) {
            process.endBecause(
                    "it hung: it gave no sign of life for %d seconds and was ended"
                            .formatted(SIGN_OF_LIFE.toSeconds()));
        } catch (IOException _) {
            // It has ended, and the signal of that is on its way.
        }
    }

    private void crashed(EngineState.Ready ready, Crash crash) throws RecordException {
        EngineExit exit = crash.exit();
        parts.metrics().engineCrashed();
        engine.become(
                new EngineState.Down(
                        exit.sentence() + " A new engine is being started; try again shortly."));
        parts.progress().accept(exit.sentence());
        why = "its engine ended by itself";
        parts.record()
                .noteOwn(
                        new Event.EngineCrashed(
                                ready.model().name(),
                                "status " + exit.status() + ": " + exit.sentence(),
                                crash.requests()));
    }

    private void unloaded(EngineState.Ready ready) {
        Unload asked = unloading.get();
        String because = asked == null ? "its engine could not be kept" : asked.why();
        engine.takeFromUsers(because);
        boolean interrupted = Thread.interrupted();
        ready.engine().close();
        try {
            parts.record().noteOwn(new Event.ModelUnloaded(ready.model().name(), because));
        } catch (RecordException closed) {
            parts.progress().accept("The record cannot be written: " + closed.getMessage());
        }
        if (interrupted) Thread.currentThread().interrupt();
    }

    private EngineState refuse(String code, String sentence) {
        parts.progress()
                .accept("The model %s was refused. %s".formatted(engine.model().id(), sentence));
        noteRefusal(code, sentence);
        return new EngineState.Refused(code, sentence);
    }

    private void down(String code, String sentence) {
        engine.become(new EngineState.Down(sentence + " It is tried again."));
        parts.progress().accept(sentence);
        noteRefusal(code, sentence);
    }

    /// Once for each reason: a load that is tried again every half minute must not fill the record.
    private void noteRefusal(String code, String sentence) {
        String refusal = code + " " + sentence;
        if (refusal.equals(lastRefusal)) return;
        try {
            parts.record().noteOwn(new Event.ModelRefused(engine.model().id(), code, sentence));
            lastRefusal = refusal;
        } catch (RecordException closed) {
            // The record is closed to everything then, and says so on every request.
            parts.progress().accept("The record cannot be written: " + closed.getMessage());
        }
    }

    /// @return the wish to unload that ended the pause, or null
    private @Nullable Unload pauseBeforeNext() {
        try {
            TimeUnit.MILLISECONDS.sleep(pause.toMillis());
        } catch (InterruptedException asked) {
            return unloading.get();
        }
        Duration next = pause.isZero() ? Duration.ofSeconds(1) : pause.multipliedBy(2);
        pause = next.compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : next;
        return unloading.get();
    }
}
