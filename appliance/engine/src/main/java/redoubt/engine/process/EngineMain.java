package redoubt.engine.process;

import java.io.BufferedInputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import redoubt.engine.client.Conversion;
import redoubt.engine.client.EngineFacts;
import redoubt.engine.client.GenerationEvent;
import redoubt.engine.client.GenerationRequest;
import redoubt.engine.protocol.Frames;
import redoubt.engine.protocol.FromEngine;
import redoubt.engine.protocol.Parking;
import redoubt.engine.protocol.ToEngine;
import redoubt.engine.schedule.Job;
import redoubt.engine.schedule.Scheduler;
import redoubt.engine.vectors.VectorLoop;
import redoubt.foreign.posix.Descriptors;
import redoubt.foreign.posix.PosixException;
import redoubt.foreign.posix.ProbeOutcome;
import redoubt.foreign.posix.ProbeResult;
import redoubt.foreign.posix.SealProbe;

/// The engine process: one model, frames in, frames out. The main thread loads and then runs the
/// steps; one thread reads frames, one prepares prompts, one takes answers apart, one writes
/// frames. The process ends when its standard input does: whoever started it is gone.
public final class EngineMain {
    private static final String OOM_SCORE = "800";
    private static final int FIRST_BUFFER_BYTES = 64 * 1024;
    private static final long ANSWERS_STACK_BYTES = 32L << 20;

    private final Outbox outbox;
    private final InputStream input;
    private final Map<Long, Job.Cancellation> cancellations = new ConcurrentHashMap<>();
    private final ExecutorService preparing =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().name("preparation").daemon().factory());

    // Adapters come from a disk, for which no prompt should wait.
    private final ExecutorService reading =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform().name("adapters").daemon().factory());

    // What takes answers apart calls itself for each level of what a model wrote.
    private final ExecutorService answers =
            Executors.newSingleThreadExecutor(
                    Thread.ofPlatform()
                            .name("answers")
                            .daemon()
                            .stackSize(ANSWERS_STACK_BYTES)
                            .factory());

    private EngineMain(Outbox outbox, InputStream input) {
        this.outbox = outbox;
        this.input = input;
    }

    /// Takes no arguments: everything comes in the first frame.
    public static void main(String[] arguments) throws Exception {
        Locale.setDefault(Locale.ROOT);
        long startedNanos = System.nanoTime();
        // Before anything can print: what is left of standard output is the log.
        Outbox outbox = new Outbox(Descriptors.detachStandardOutput());
        InputStream input =
                new BufferedInputStream(new FileInputStream(FileDescriptor.in), FIRST_BUFFER_BYTES);
        goFirstWhenMemoryRunsOut();
        // Without one of its threads an engine would leave requests unanswered.
        Thread.setDefaultUncaughtExceptionHandler((_, failure) -> fail(failure));
        new EngineMain(outbox, input).run(startedNanos);
    }

    /// When the host's memory runs out, the kernel ends an engine and not the gateway. Source:
    /// proc_pid_oom_score_adj(5).
    private static void goFirstWhenMemoryRunsOut() {
        try {
            Files.writeString(Path.of("/proc/self/oom_score_adj"), OOM_SCORE);
        } catch (IOException refused) {
            log("The kernel's choice of what to end first stays as it was: " + refused);
        }
    }

    private void run(long startedNanos) throws Exception {
        Optional<ToEngine> first = Frames.readAtEngine(input);
        if (!(first.orElse(null) instanceof ToEngine.Open open)) {
            log("The first message was not to open a model, so this engine ends.");
            Exit.now(Exit.PROTOCOL);
            return;
        }
        Requests requests = new Requests();
        Thread.ofPlatform().name("frames-in").daemon().start(() -> read(requests));
        try {
            LoadedModel loaded = LoadedModel.load(open, startedNanos);
            Pulse pulse = new Pulse(open.threads());
            if (loaded.facts().purpose() != EngineFacts.Purpose.GENERATION) {
                pool(loaded, requests, pulse);
                return;
            }
            Adapters adapters =
                    new Adapters(loaded.model(), loaded.header(), loaded.memory().adapterBytes());
            LlamaDecoder decoder =
                    new LlamaDecoder(
                            loaded.model(),
                            loaded.context(),
                            open.sequencesMax(),
                            loaded.contextOptions(),
                            adapters,
                            pulse);
            FramesDepot depot =
                    new FramesDepot(
                            parking -> outbox.say(new FromEngine.Park(parking)), decoder::blank);
            DraftModel draft = loaded.draft();
            Scheduler scheduler =
                    new Scheduler(
                            decoder,
                            draft == null
                                    ? null
                                    : new ExpendableDraft(
                                            draft.header().name(),
                                            new LlamaDraft(draft, pulse),
                                            EngineMain::log),
                            loaded.memory().parkedBytes(),
                            depot,
                            open.threads());
            depot.serves(scheduler);
            adapters.runOn(stepThread(scheduler, decoder));
            requests.open(loaded, scheduler, depot, adapters, pulse);
            outbox.say(new FromEngine.Ready(loaded.facts()));
            scheduler.run();
        } catch (StartRefusal refused) {
            log(refused.sentence());
            outbox.sayLast(new FromEngine.Refused(refused.code(), refused.sentence()));
            Exit.now(Exit.REFUSED);
        } catch (RuntimeException | Error failure) {
            // A loop that is not understood any more must not go on answering.
            fail(failure);
        }
    }

    private static void fail(Throwable failure) {
        int status = EngineMemory.ranOut(failure) ? Exit.OUT_OF_MEMORY : Exit.FAILED;
        try {
            log("The engine ends because of a fault of its own: " + failure);
            for (StackTraceElement frame : failure.getStackTrace()) {
                log("  at " + frame);
            }
        } finally {
            Exit.now(status);
        }
    }

    private void pool(LoadedModel loaded, Requests requests, Pulse pulse)
            throws InterruptedException {
        VectorLoop loop =
                new VectorLoop(
                        new LlamaPooler(loaded.context(), loaded.facts().inputTokensMax(), pulse));
        requests.open(
                new VectorRequests(
                        loaded,
                        loop,
                        pulse,
                        outbox,
                        preparing,
                        probe -> probeSeal(probe.id(), Path.of(probe.outside()))));
        outbox.say(new FromEngine.Ready(loaded.facts()));
        loop.run();
    }

    private static Adapters.StepThread stepThread(Scheduler scheduler, LlamaDecoder decoder) {
        return new Adapters.StepThread() {
            @Override
            public void between(Runnable task) {
                scheduler.between(task);
            }

            @Override
            public void applyNone() {
                decoder.use(List.of());
            }
        };
    }

    private void read(Requests requests) {
        try {
            for (Optional<ToEngine> next = Frames.readAtEngine(input);
                    next.isPresent();
                    next = Frames.readAtEngine(input)) {
                requests.take(next.get());
            }
            // There is nothing to save.
            Exit.now(Exit.ASKED);
        } catch (IOException | RuntimeException bad) {
            log("The engine ends because what it was sent makes no sense: " + bad.getMessage());
            Exit.now(Exit.PROTOCOL);
        }
    }

    private static void log(String line) {
        System.err.println(line);
    }

    /// Requests as they come from the reading thread; until the model is there, none is allowed.
    private final class Requests {
        private volatile @Nullable Pulse pulse;
        private volatile @Nullable Preparation preparation;
        private volatile @Nullable Conversions conversions;
        private volatile @Nullable Scheduler scheduler;
        private volatile @Nullable Adapters adapters;
        private volatile @Nullable FramesDepot depot;
        private volatile @Nullable EngineFacts facts;
        private volatile @Nullable VectorRequests vectors;

        void open(VectorRequests ofModel) {
            vectors = ofModel;
        }

        void open(
                LoadedModel loaded,
                Scheduler steps,
                FramesDepot states,
                Adapters ofModel,
                Pulse computing) {
            adapters = ofModel;
            depot = states;
            facts = loaded.facts();
            pulse = computing;
            scheduler = steps;
            conversions = new Conversions(loaded);
            preparation = new Preparation(loaded, answers);
        }

        void take(ToEngine message) {
            VectorRequests pooling = vectors;
            if (pooling != null) {
                pooling.take(message);
                return;
            }
            EngineFacts model = facts;
            Preparation ready = preparation;
            Conversions texts = conversions;
            Scheduler steps = scheduler;
            Pulse computing = pulse;
            Adapters loras = adapters;
            FramesDepot states = depot;
            if (ready == null
                    || texts == null
                    || steps == null
                    || computing == null
                    || loras == null
                    || states == null
                    || model == null) {
                throw new IllegalStateException("a request came before the engine was ready");
            }
            switch (message) {
                case ToEngine.Open _ ->
                        throw new IllegalStateException("an engine opens one model, once");
                case ToEngine.Generate generate ->
                        generate(generate.id(), generate.request(), ready, steps, loras);
                case ToEngine.LoadAdapter(long id, String name, String file) ->
                        reading.execute(() ->
                                loras.load(
                                        name,
                                        Path.of(file),
                                        result ->
                                                outbox.say(
                                                        new FromEngine.AdapterChanged(
                                                                id, result))));
                case ToEngine.UnloadAdapter(long id, String name) ->
                        outbox.say(new FromEngine.AdapterChanged(id, loras.unload(name)));
                case ToEngine.Embed embed ->
                        refuse(embed.id(), model, EngineFacts.Purpose.EMBEDDING);
                case ToEngine.Rerank rerank ->
                        refuse(rerank.id(), model, EngineFacts.Purpose.RERANKING);
                case ToEngine.Cancel cancel -> {
                    Job.Cancellation cancellation = cancellations.get(cancel.id());
                    if (cancellation != null) {
                        cancellation.ask();
                        steps.wake();
                    }
                }
                case ToEngine.Convert(long id, Conversion conversion) ->
                        preparing.execute(() ->
                                outbox.say(
                                        new FromEngine.Converted(id, texts.convert(conversion))));
                case ToEngine.Look look ->
                        outbox.say(
                                new FromEngine.Pulse(
                                        look.id(), computing.computingMs(), steps.parkedBytes()));
                case ToEngine.Park(Parking parking) -> states.take(parking);
                case ToEngine.ComputeWith(int threads) -> computing.threads(threads);
                case ToEngine.ProbeSeal probe ->
                        preparing.execute(() -> probeSeal(probe.id(), Path.of(probe.outside())));
            }
        }

        private void refuse(long id, EngineFacts model, EngineFacts.Purpose wanted) {
            outbox.say(new FromEngine.VectorHappened(id, Vectors.wrongPurpose(model, wanted)));
        }

        private void generate(
                long id,
                GenerationRequest request,
                Preparation ready,
                Scheduler steps,
                Adapters loras) {
            long arrived = System.nanoTime();
            Job.Cancellation cancellation = new Job.Cancellation();
            if (cancellations.putIfAbsent(id, cancellation) != null) {
                throw new IllegalStateException("a generation's number was used twice");
            }
            Adapters.Held held;
            try {
                held = loras.hold(request.adapters());
            } catch (IllegalArgumentException unknown) {
                tell(id, invalid(unknown));
                return;
            }
            Consumer<GenerationEvent> events =
                    event -> {
                        tell(id, event);
                        if (event.last()) {
                            held.release();
                        }
                    };
            preparing.execute(() ->
                    ready.prepare(
                                    id,
                                    request.withAdapters(held.uses()),
                                    arrived,
                                    cancellation,
                                    events)
                            .ifPresent(steps::submit));
        }

        private GenerationEvent invalid(IllegalArgumentException wrong) {
            return new GenerationEvent.Failed(
                    "invalid_request", String.valueOf(wrong.getMessage()));
        }

        private void tell(long id, GenerationEvent event) {
            outbox.say(new FromEngine.Happened(id, event));
            if (event.last()) {
                cancellations.remove(id);
            }
        }
    }

    private void probeSeal(long id, Path outside) {
        List<FromEngine.WayOut> ways = new ArrayList<>();
        try {
            for (ProbeResult result : SealProbe.engine(outside)) {
                ways.add(wayOut(result));
            }
        } catch (PosixException failure) {
            log("The ways out could not be tried: " + failure.getMessage());
        }
        outbox.say(new FromEngine.SealProbed(id, ways));
    }

    private FromEngine.WayOut wayOut(ProbeResult result) {
        int errno = result.outcome() instanceof ProbeOutcome.Blocked(int number) ? number : 0;
        String seen = result.outcome() instanceof ProbeOutcome.Open(String how) ? how : "";
        return new FromEngine.WayOut(
                result.name(),
                result.attempted(),
                errno,
                seen,
                result.layer(),
                result.allowedBecause());
    }
}
