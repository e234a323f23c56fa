package redoubt.engine.client;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import redoubt.engine.protocol.Frames;
import redoubt.engine.protocol.FromEngine;
import redoubt.engine.protocol.ProtocolException;
import redoubt.engine.protocol.ToEngine;
import redoubt.foreign.posix.ProbeResult;

/// A running engine, as the gateway sees it. Owns the child process, its pipes, and a platform
/// thread that reads its frames; that thread also notices its end, tells everyone in flight, and
/// calls the listeners. Everything public may be called by any thread, virtual or not.
public final class EngineProcess implements AutoCloseable {
    private static final long ADAPTER_SECONDS_MAX = 120;

    private final Process process;
    private final Path runDir;
    private final Duration endGrace;
    private final ChildLog log;
    private final FramesOut toEngine;
    private final Thread reader;
    private final CompletableFuture<FromEngine> first = new CompletableFuture<>();
    private final AtomicLong numbers = new AtomicLong();
    private final InFlight inFlight = new InFlight();
    private final EngineParking parking;
    private final Replies replies = new Replies();
    private final List<Consumer<EngineExit>> listeners = new ArrayList<>();
    private volatile boolean expected;
    private volatile @Nullable String forced;
    private volatile @Nullable EngineExit exit;
    private volatile @Nullable EngineFacts facts;

    private EngineProcess(Process process, Path runDir, Duration endGrace) {
        this.process = process;
        this.runDir = runDir;
        this.endGrace = endGrace;
        this.log =
                new ChildLog(
                        process.getErrorStream(),
                        runDir.resolve("engine-" + process.pid() + ".log"));
        this.toEngine = new FramesOut(process.getOutputStream());
        this.parking = new EngineParking(message -> toEngine.send(new ToEngine.Park(message)));
        this.reader = Thread.ofPlatform().name("engine-frames").daemon().unstarted(this::readAll);
    }

    /// Starts an engine and waits until it is ready.
    ///
    /// @throws EngineStartException when it does not become ready; nothing of it is left running
    public static EngineProcess start(EngineLaunch launch)
            throws EngineStartException, InterruptedException {
        Process process;
        try {
            process = EngineCommand.start(launch);
        } catch (IOException failure) {
            throw new EngineStartException(
                    "cannot_start",
                    "The engine's process cannot be started (%s). Check the Java at %s and the folder %s."
                            .formatted(failure.getMessage(), launch.javaHome(), launch.runDir()),
                    List.of());
        }
        EngineProcess engine =
                new EngineProcess(process, launch.runDir(), launch.settings().endGrace());
        engine.reader.start();
        boolean ready = false;
        try {
            engine.awaitReady(launch);
            ready = true;
            return engine;
        } finally {
            if (!ready) {
                engine.close();
            }
        }
    }

    private void awaitReady(EngineLaunch launch) throws EngineStartException, InterruptedException {
        long seconds = Math.max(1, launch.settings().loadTimeout().toSeconds());
        try {
            toEngine.write(EngineCommand.open(launch));
            FromEngine answer = first.get(seconds, TimeUnit.SECONDS);
            if (answer instanceof FromEngine.Refused refused) {
                throw new EngineStartException(refused.code(), refused.sentence(), log.lines());
            }
            facts = ((FromEngine.Ready) answer).facts();
        } catch (TimeoutException late) {
            process.destroyForcibly();
            throw new EngineStartException(
                    "timeout",
                    "The engine was not ready after %d seconds and was ended. A slow disk or a large model may need more time: raise the load time limit."
                            .formatted(seconds),
                    log.lines());
        } catch (ExecutionException | IOException ended) {
            throw died();
        }
    }

    private EngineStartException died() throws InterruptedException {
        process.destroyForcibly();
        int status = process.waitFor();
        log.finish();
        String cause = Ending.cause(status, log, null);
        return new EngineStartException(
                "engine_died",
                "The engine ended while it was loading the model: %s. Its last words are in the log; the file may be damaged in a way that its header does not show, or the library variant may not suit this processor."
                        .formatted(cause),
                log.lines());
    }

    /// What the engine said about itself.
    public EngineFacts ready() {
        return Objects.requireNonNull(facts, "only a ready engine is handed out");
    }

    public EngineParking parking() {
        return parking;
    }

    public long pid() {
        return process.pid();
    }

    /// Whether it can still be asked something.
    public boolean alive() {
        return exit == null && process.isAlive();
    }

    /// Starts a generation. Never fails itself: what is wrong comes as an event.
    public Generation generate(GenerationRequest request) {
        long id = numbers.incrementAndGet();
        Generation generation = inFlight.add(id, new Generation(() -> cancel(id)));
        begin(id, new ToEngine.Generate(id, request));
        return generation;
    }

    /// Has each input become a vector, by an engine whose model is for that. Never fails itself.
    public PendingVectors embed(EmbedRequest request) {
        long id = numbers.incrementAndGet();
        PendingVectors pending = new PendingVectors(request.inputs().size(), () -> cancel(id));
        inFlight.add(id, pending);
        begin(id, new ToEngine.Embed(id, request));
        return pending;
    }

    /// Has each document scored, by an engine whose model is for that. Never fails itself.
    public PendingVectors rerank(RerankRequest request) {
        long id = numbers.incrementAndGet();
        PendingVectors pending = new PendingVectors(request.documents().size(), () -> cancel(id));
        inFlight.add(id, pending);
        begin(id, new ToEngine.Rerank(id, request));
        return pending;
    }

    private void cancel(long id) {
        toEngine.sendLater(() -> new ToEngine.Cancel(id));
    }

    private void begin(long id, ToEngine message) {
        try {
            toEngine.write(message);
        } catch (ProtocolException tooLong) {
            inFlight.fail(
                    id,
                    "context_length_exceeded",
                    "The request is longer than the engine takes (%d MiB at most), so it was not looked at. Shorten it, or send it in parts."
                            .formatted(Frames.BODY_BYTES_MAX >> 20));
        } catch (IOException _) {
            // The engine has gone; the reading thread, or the check below, says so.
        }
        EngineExit ended = exit;
        if (ended != null) {
            inFlight.fail(id, "engine_died", Ending.failedSentence(ended.cause()));
        }
    }

    /// Called once, at its end, before those in flight get their Failed event; or at once.
    public void onExit(Consumer<EngineExit> listener) {
        EngineExit ended;
        synchronized (listeners) {
            ended = exit;
            if (ended == null) {
                listeners.add(listener);
                return;
            }
        }
        listener.accept(ended);
    }

    /// Has the engine try every way out from inside itself.
    ///
    /// @throws IOException when it ended meanwhile or does not answer; then the seal is untested
    public List<ProbeResult> sealProbe() throws IOException, InterruptedException {
        String outside = runDir.toAbsolutePath().toString();
        try {
            FromEngine reply = reply(id -> new ToEngine.ProbeSeal(id, outside));
            if (!(reply instanceof FromEngine.SealProbed(long _, List<FromEngine.WayOut> ways))
                    || ways.isEmpty()) {
                throw new IOException(
                        "The engine could not try the ways out, so its seal is untested. Its log says why.");
            }
            return ways.stream().map(FromEngine.WayOut::result).toList();
        } catch (ExecutionException | TimeoutException none) {
            throw new IOException(
                    "The engine did not answer the seal check, so its seal is untested. Check again when it is ready.",
                    none);
        }
    }

    /// Has the engine turn text into tokens or back. Never fails itself: what is wrong comes as a
    /// refusal, at the latest after half a minute, also from an engine that hangs.
    public ConversionResult convert(Conversion conversion) throws InterruptedException {
        return Replies.answered(
                () -> reply(id -> new ToEngine.Convert(id, conversion)),
                reply -> ((FromEngine.Converted) reply).result(),
                ConversionResult.Refused::new);
    }

    /// Loads a LoRA adapter beside the model, after its header was checked. Requests may name it
    /// once this has answered. Never fails itself.
    ///
    /// @param name what requests will call it
    public AdapterResult loadAdapter(String name, Path gguf) throws InterruptedException {
        String file = gguf.toAbsolutePath().toString();
        return changed(id -> new ToEngine.LoadAdapter(id, name, file));
    }

    /// Takes an adapter away: requests that come later are refused, those that began go on with it,
    /// and its memory is free after the last of them. Never fails itself.
    public AdapterResult unloadAdapter(String name) throws InterruptedException {
        return changed(id -> new ToEngine.UnloadAdapter(id, name));
    }

    private AdapterResult changed(LongFunction<ToEngine> change) throws InterruptedException {
        return Replies.answered(
                () -> reply(change, ADAPTER_SECONDS_MAX),
                reply -> ((FromEngine.AdapterChanged) reply).result(),
                AdapterResult.Refused::new);
    }

    private FromEngine reply(LongFunction<ToEngine> message)
            throws ProtocolException, InterruptedException, ExecutionException, TimeoutException {
        return reply(message, Replies.SECONDS_MAX);
    }

    private FromEngine reply(LongFunction<ToEngine> message, long seconds)
            throws ProtocolException, InterruptedException, ExecutionException, TimeoutException {
        long id = numbers.incrementAndGet();
        byte[] frame = Frames.encode(message.apply(id));
        return replies.await(id, () -> sendInTime(frame), seconds);
    }

    private void sendInTime(byte[] frame) {
        try {
            // Who waits has given up by then: the frame must not wait on in memory.
            toEngine.writeWithin(frame, Replies.SECONDS_MAX);
        } catch (IOException _) {
            // The engine has gone; the reading thread, or the check below, says so.
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        EngineExit ended = exit;
        if (ended != null) {
            replies.end(new IOException(ended.sentence()));
        }
    }

    /// Asks for a sign of life, which the engine gives beside its work.
    ///
    /// @throws TimeoutException when there is none within this time: it hangs
    /// @throws IOException when it has ended
    public SignOfLife pulse(Duration within)
            throws TimeoutException, IOException, InterruptedException {
        try {
            FromEngine reply = reply(ToEngine.Look::new, within.toSeconds());
            return reply instanceof FromEngine.Pulse(long _, long computingMs, long parkedBytes)
                    ? new SignOfLife(Duration.ofMillis(computingMs), parkedBytes)
                    : SignOfLife.NOTHING;
        } catch (ExecutionException gone) {
            throw new IOException("The engine has ended.", gone);
        }
    }

    /// Has it compute with this many threads from the next step on.
    public void computeWith(int threads) {
        toEngine.computeWith(threads);
    }

    /// Ends an engine that cannot go on, at once.
    ///
    /// @param cause what is wrong with it, in a few words; those in flight and the record are told
    public void endBecause(String cause) {
        forced = cause;
        process.destroyForcibly();
    }

    /// Ends the engine and waits for its end. What is in flight gets its Failed event.
    @Override
    public void close() {
        expected = true;
        try {
            boolean _ = parking.rest(endGrace.multipliedBy(2));
            if (!toEngine.closeWithin(endGrace) || !process.waitFor(endGrace)) {
                process.destroyForcibly();
            }
            if (!Thread.currentThread().equals(reader)) {
                // A process that even the kernel cannot end must not keep the appliance from
                // stopping.
                boolean _ = reader.join(endGrace);
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private void readAll() {
        try (InputStream stream = process.getInputStream()) {
            for (Optional<FromEngine> next = Frames.readAtGateway(stream);
                    next.isPresent();
                    next = Frames.readAtGateway(stream)) {
                receive(next.get());
            }
        } catch (IOException | RuntimeException bad) {
            // Dead, or talking nonsense: it must not go on, and nobody may wait for it.
            process.destroyForcibly();
        }
        ended();
    }

    private void receive(FromEngine message) {
        switch (message) {
            case FromEngine.Ready _, FromEngine.Refused _ -> first.complete(message);
            case FromEngine.Happened(long id, GenerationEvent event) -> inFlight.deliver(id, event);
            case FromEngine.VectorHappened(long id, VectorEvent event) ->
                    inFlight.deliver(id, event);
            case FromEngine.SealProbed(long id, List<FromEngine.WayOut> _) ->
                    replies.came(id, message);
            case FromEngine.Converted(long id, ConversionResult _) -> replies.came(id, message);
            case FromEngine.AdapterChanged(long id, AdapterResult _) -> replies.came(id, message);
            case FromEngine.Pulse(long id, long _, long _) -> replies.came(id, message);
            case FromEngine.Park park -> parking.came(park.parking());
        }
    }

    private void ended() {
        EngineExit ended = describeEnd();
        List<Consumer<EngineExit>> told;
        synchronized (listeners) {
            exit = ended;
            told = List.copyOf(listeners);
        }
        IOException gone = new IOException(ended.sentence());
        // Before those in flight leave: a listener may want to note who they were.
        told.forEach(listener -> listener.accept(ended));
        first.completeExceptionally(gone);
        inFlight.failAll("engine_died", Ending.failedSentence(ended.cause()));
        replies.end(gone);
        parking.end();
    }

    private EngineExit describeEnd() {
        int status = -1;
        try {
            if (!process.waitFor(endGrace)) {
                process.destroyForcibly();
            }
            status = process.waitFor();
            log.finish();
        } catch (InterruptedException _) {
            // Nobody interrupts this thread but the end of the gateway.
            process.destroyForcibly();
        }
        if (expected && facts != null) {
            log.forget();
        }
        String why = forced;
        String cause = why != null ? why : Ending.cause(status, log, facts);
        return new EngineExit(
                process.pid(),
                expected,
                status,
                cause,
                Ending.sentence(process.pid(), cause, expected),
                log.lines());
    }
}
