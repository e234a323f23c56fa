package redoubt.appliance.answers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import redoubt.appliance.conversations.Item;
import redoubt.appliance.conversations.Items;
import redoubt.appliance.engines.EngineUse;
import redoubt.appliance.engines.Engines;
import redoubt.appliance.engines.LoadedModel;
import redoubt.appliance.engines.Waiting;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.metrics.Metrics;
import redoubt.appliance.record.SiteRecord;
import redoubt.appliance.site.Secrets;
import redoubt.engine.client.AdapterUse;
import redoubt.engine.client.FinishReason;
import redoubt.engine.client.Generation;
import redoubt.engine.client.GenerationEvent;
import redoubt.engine.client.GenerationRequest;
import redoubt.engine.client.Owner;
import redoubt.provenance.credentials.CredentialException;
import redoubt.provenance.credentials.ModelFacts;
import redoubt.provenance.inference.Inference;
import redoubt.provenance.inference.IntentFacts;
import redoubt.provenance.inference.IntentRecorded;
import redoubt.provenance.inference.SealedAnswer;
import redoubt.provenance.record.RecordException;

/// The making of one answer, on its own virtual thread. Only an [IntentRecorded] lets text out,
/// only a [SealedAnswer] makes the final event.
final class Work {
    static final String INPUT_DOMAIN = "redoubt/input/v1";

    private final Spans spans = new Spans();
    private final Parts parts;
    private final AnswerRequest request;
    private final Answer answer;
    private final String requestId = Secrets.id();
    private final String questionId = Secrets.id();
    private final Saying saying = new Saying();
    private final long begun = System.nanoTime();
    private long provenanceNanos;
    private boolean queued;
    private AnswerEvent end = new AnswerEvent.Failed(AnswerService.bug());

    /// What every answer is made with.
    record Parts(
            Engines engines,
            Inference inference,
            Items items,
            Metrics metrics,
            Traces traces,
            InstantSource clock,
            ExecutorService stamping) {}

    Work(Parts parts, AnswerRequest request, Answer answer) {
        this.parts = parts;
        this.request = request;
        this.answer = answer;
    }

    /// How it ended. To be told when nothing is held any more: who hears it may ask again at once.
    AnswerEvent end() {
        return end;
    }

    void run() {
        try (EngineUse use = parts.engines().use(request.model(), requestId, waiting());
                EngineUse.Memory _ = use.memory(request.wanted().replayable())) {
            byte[] key = Secrets.bytes(32);
            Map<String, String> adapters = use.demand(request.wanted().adapters());
            spans.over("wait for the model", begun);
            long storing = System.nanoTime();
            parts.items().write(question(key, use.model(), adapters));
            spans.over("store the question", storing);
            phase("store", storing);
            generate(intent(key, use.model(), adapters), use, adapters);
        } catch (RefusedException notNow) {
            fail(notNow.code(), notNow);
        } catch (RecordException closed) {
            fail("record", SiteRecord.unavailable(closed));
        } catch (IOException storage) {
            fail("storage", AnswerService.storageFailed(storage));
        } catch (InterruptedException stopping) {
            fail(
                    "stopping",
                    RefusedException.unavailable(
                            "stopping",
                            "The appliance was stopped before the answer was finished. Ask again when it is back."));
        } catch (RuntimeException | AssertionError bug) {
            parts.metrics().answered("bug");
            // To the log, never to the client: its text may quote what was asked.
            throw bug;
        }
    }

    private Waiting waiting() {
        return new Waiting() {
            @Override
            public void waits(String sentence) {
                answer.tell(new AnswerEvent.Waiting(sentence));
            }

            @Override
            public boolean over() {
                return answer.cancelled();
            }
        };
    }

    private Item.Question question(byte[] key, LoadedModel model, Map<String, String> adapters) {
        return new Item.Question(
                questionId,
                request.principal().id(),
                Items.micros(parts.clock().instant()),
                request.conversation(),
                request.question(),
                key,
                new Item.Asked(
                        model.id(),
                        Earlier.without(asked(Map.of()), request.earlier()),
                        Conditions.of(model, adapters),
                        request.earlier()));
    }

    private IntentRecorded intent(byte[] key, LoadedModel model, Map<String, String> adapters)
            throws RecordException {
        long start = System.nanoTime();
        IntentRecorded intent =
                parts.inference()
                        .begin(
                                new IntentFacts(
                                        requestId,
                                        request.route(),
                                        SiteRecord.actor(request.principal()),
                                        modelFacts(model),
                                        model.loadedAt(),
                                        parameters(adapters),
                                        ToolExchange.commitments(
                                                request.toolResults(),
                                                key,
                                                ToolExchange.RESULT_DOMAIN),
                                        SiteRecord.commitment(
                                                key,
                                                INPUT_DOMAIN,
                                                request.input().getBytes(StandardCharsets.UTF_8))));
        provenanceNanos += System.nanoTime() - start;
        spans.over("INTENT", start);
        phase("intent", start);
        return intent;
    }

    /// Each adapter with its strength and its measure.
    private Map<String, String> parameters(Map<String, String> adapters) {
        if (adapters.isEmpty()) return request.parameters();
        TreeMap<String, String> parameters = new TreeMap<>(request.parameters());
        for (AdapterUse use : request.wanted().adapters())
            parameters.put("adapter:" + use.name(), use.scale() + " " + adapters.get(use.name()));
        return parameters;
    }

    private ModelFacts modelFacts(LoadedModel model) {
        return new ModelFacts(model.name(), model.sha256(), model.facts().architecture());
    }

    private void generate(IntentRecorded intent, EngineUse use, Map<String, String> adapters)
            throws IOException, InterruptedException {
        boolean over = false;
        try {
            long engine = System.nanoTime();
            Generation generation = use.engine().generate(asked(adapters));
            answer.runs(generation);
            GenerationEvent last = relay(generation);
            over = true;
            spans.over("engine", engine);
            switch (last) {
                case GenerationEvent.Finished finished -> {
                    parts.metrics().phases.add(finished.profile());
                    parts.metrics().guesses.add(use.model().id(), finished.usage().guessed());
                    finish(intent, finished, use.model().id(), spans.since(engine));
                }
                case GenerationEvent.Failed failed -> {
                    intent.abort(failed.code());
                    fail(failed.code(), Unanswered.why(failed, use.taken()));
                }
                case GenerationEvent.Queued _,
                        GenerationEvent.Started _,
                        GenerationEvent.Progress _,
                        GenerationEvent.Text _,
                        GenerationEvent.Reasoning _,
                        GenerationEvent.ToolCall _ ->
                        throw new AssertionError("a generation ends with Finished or Failed");
            }
        } finally {
            queued(false);
            if (!over) {
                // Nobody hears what it would still say.
                answer.cancel();
                intent.abort("the service could not go on");
            }
        }
    }

    /// @param adapters those that INTENT names: an engine that has another one by then refuses
    private GenerationRequest asked(Map<String, String> adapters) {
        Wanted wanted = request.wanted();
        String person = request.principal().id();
        return new GenerationRequest(
                requestId,
                new Owner(person, person, wanted.priority()),
                wanted.prompt(),
                wanted.sampling(),
                wanted.maxTokens(),
                wanted.stops(),
                wanted.seed(),
                wanted.constraint(),
                wanted.logprobs(),
                wanted.adapters().stream()
                        .map(adapter -> adapter.only(adapters.getOrDefault(adapter.name(), "")))
                        .toList(),
                wanted.replayable());
    }

    private GenerationEvent relay(Generation generation) throws InterruptedException {
        while (true) {
            GenerationEvent event = generation.next();
            switch (event) {
                case GenerationEvent.Queued waiting -> {
                    queued(true);
                    answer.tell(new AnswerEvent.Queued(waiting.position(), waiting.expectedMs()));
                }
                case GenerationEvent.Started started -> {
                    queued(false);
                    answer.tell(
                            new AnswerEvent.Started(
                                    started.promptTokens(), started.cachedTokens()));
                }
                case GenerationEvent.Progress progress ->
                        answer.tell(
                                new AnswerEvent.Progress(
                                        progress.computedTokens(), progress.promptTokens()));
                case GenerationEvent.Text text -> {
                    firstToken();
                    saying.add(text);
                    answer.tell(new AnswerEvent.Delta(text.text(), text.chances()));
                }
                case GenerationEvent.Reasoning reasoning -> {
                    firstToken();
                    saying.add(reasoning);
                    answer.tell(new AnswerEvent.Reasoning(reasoning.text()));
                }
                case GenerationEvent.ToolCall call -> {
                    firstToken();
                    saying.add(call);
                    answer.tell(
                            new AnswerEvent.ToolCall(
                                    call.index(), call.id(), call.name(), call.arguments()));
                }
                case GenerationEvent.Finished _, GenerationEvent.Failed _ -> {
                    return event;
                }
            }
        }
    }

    private void phase(String name, long fromNanos) {
        parts.metrics().phases.add(name, (System.nanoTime() - fromNanos) / 1e9);
    }

    private void firstToken() {
        if (saying.isEmpty()) parts.metrics().firstToken.add(seconds());
    }

    private void finish(
            IntentRecorded intent,
            GenerationEvent.Finished finished,
            String model,
            long engineNanos)
            throws IOException, InterruptedException {
        if (finished.reason() == FinishReason.CANCELLED && saying.isEmpty()) {
            intent.abort("cancelled before the first text");
            fail(
                    "cancelled",
                    RefusedException.conflict(
                            "cancelled", "The answer was stopped before it began."));
            return;
        }
        String outputId = Secrets.id();
        Said said = saying.said();
        try {
            long start = System.nanoTime();
            SealedAnswer sealed =
                    new Sealing(parts, request, requestId, questionId, spans)
                            .seal(intent, finished, said, outputId);
            provenanceNanos += System.nanoTime() - start;
            parts.traces()
                    .keep(
                            new AnswerTrace(
                                    outputId,
                                    request.principal().id(),
                                    model,
                                    finished.usage().promptTokens(),
                                    finished.usage().cachedTokens(),
                                    finished.usage().completionTokens(),
                                    spans.wholeNanos(),
                                    engineNanos,
                                    spans.all(),
                                    finished.profile()));
            done(finished, outputId, said, sealed);
        } catch (CredentialException unsigned) {
            fail(
                    "credential",
                    RefusedException.failed(
                            "credential_failed",
                            "The answer could not be given its credential, so it is void: "
                                    + unsigned.getMessage()));
        }
    }

    private void done(
            GenerationEvent.Finished finished, String outputId, Said said, SealedAnswer sealed) {
        double provenanceSeconds = provenanceNanos / 1e9;
        Metrics metrics = parts.metrics();
        metrics.provenance.add(provenanceSeconds);
        metrics.answer.add(seconds());
        metrics.promptTokens.add(finished.usage().promptTokens());
        metrics.completionTokens.add(finished.usage().completionTokens());
        metrics.answered(reason(finished.reason()));
        var receipt = sealed.receipt();
        end =
                new AnswerEvent.Done(
                        outputId,
                        said,
                        reason(finished.reason()),
                        stop(finished),
                        finished.usage().promptTokens(),
                        finished.usage().cachedTokens(),
                        finished.usage().completionTokens(),
                        new Receipt(
                                outputId,
                                receipt.logId(),
                                receipt.intent(),
                                receipt.output(),
                                receipt.seal(),
                                receipt.leafHash(),
                                receipt.checkpoint(),
                                "/v1/outputs/" + outputId + "/credential",
                                "/v1/outputs/" + outputId + "/proof",
                                Math.round(provenanceSeconds * 1e6) / 1e3));
    }

    private void fail(String outcome, RefusedException why) {
        parts.metrics().answered(outcome);
        end = new AnswerEvent.Failed(why);
    }

    static String reason(FinishReason reason) {
        return switch (reason) {
            case STOP, STOP_SEQUENCE -> "stop";
            case TOOL_CALLS, LENGTH, CANCELLED -> reason.name().toLowerCase(Locale.ROOT);
        };
    }

    /// A stop text of the template is no news to whoever asked.
    private String stop(GenerationEvent.Finished finished) {
        return request.wanted().stops().contains(finished.stop()) ? finished.stop() : "";
    }

    private void queued(boolean now) {
        if (now == queued) return;
        queued = now;
        parts.metrics().answersQueued.addAndGet(now ? 1 : -1);
    }

    private double seconds() {
        return (System.nanoTime() - begun) / 1e9;
    }
}
