package redoubt.appliance.answers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import redoubt.appliance.conversations.Item;
import redoubt.appliance.conversations.Items;
import redoubt.appliance.engines.EngineUse;
import redoubt.appliance.engines.Engines;
import redoubt.appliance.engines.LoadedModel;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.metrics.Metrics;
import redoubt.appliance.record.SiteRecord;
import redoubt.appliance.site.Secrets;
import redoubt.engine.client.FinishReason;
import redoubt.engine.client.Generation;
import redoubt.engine.client.GenerationEvent;
import redoubt.engine.client.GenerationRequest;
import redoubt.engine.client.Owner;
import redoubt.provenance.credentials.AnswerText;
import redoubt.provenance.credentials.CredentialException;
import redoubt.provenance.credentials.ModelFacts;
import redoubt.provenance.credentials.Stamped;
import redoubt.provenance.inference.AnswerFacts;
import redoubt.provenance.inference.BeforeSeal;
import redoubt.provenance.inference.Inference;
import redoubt.provenance.inference.IntentFacts;
import redoubt.provenance.inference.IntentRecorded;
import redoubt.provenance.inference.SealedAnswer;
import redoubt.provenance.inference.StoredOutput;
import redoubt.provenance.record.RecordException;

/// The making of one answer, on its own virtual thread. Only an [IntentRecorded] lets text out,
/// only a [SealedAnswer] makes the final event.
final class Work {
    static final String INPUT_DOMAIN = "redoubt/input/v1";
    static final String OUTPUT_DOMAIN = "redoubt/output/v1";

    private final Parts parts;
    private final AnswerRequest request;
    private final Answer answer;
    private final String requestId = Secrets.id();
    private final String questionId = Secrets.id();
    private final StringBuilder said = new StringBuilder();
    private final long begun = System.nanoTime();
    private long provenanceNanos;
    private boolean queued;

    /// What every answer is made with.
    record Parts(
            Engines engines,
            Inference inference,
            Items items,
            Metrics metrics,
            InstantSource clock,
            ExecutorService stamping) {}

    Work(Parts parts, AnswerRequest request, Answer answer) {
        this.parts = parts;
        this.request = request;
        this.answer = answer;
    }

    void run() {
        try (EngineUse use = parts.engines().use(request.model(), requestId)) {
            byte[] key = Secrets.bytes(32);
            parts.items().write(question(key));
            generate(intent(key, use.model()), use);
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
            fail(
                    "bug",
                    RefusedException.failed(
                            "internal_error",
                            "Something failed inside the appliance, and this answer is void. Ask again; if it happens again, tell the administrator, who finds it in the appliance's log."));
            // To the log, never to the client: its text may quote what was asked.
            throw bug;
        }
    }

    private Item.Question question(byte[] key) {
        return new Item.Question(
                questionId,
                request.principal().id(),
                Items.micros(parts.clock().instant()),
                request.conversation(),
                request.question(),
                key);
    }

    private IntentRecorded intent(byte[] key, LoadedModel model) throws RecordException {
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
                                        request.parameters(),
                                        SiteRecord.commitment(
                                                key,
                                                INPUT_DOMAIN,
                                                request.input().getBytes(StandardCharsets.UTF_8))));
        provenanceNanos += System.nanoTime() - start;
        return intent;
    }

    private ModelFacts modelFacts(LoadedModel model) {
        return new ModelFacts(model.name(), model.sha256(), model.facts().architecture());
    }

    private void generate(IntentRecorded intent, EngineUse use)
            throws IOException, InterruptedException {
        boolean over = false;
        try {
            Generation generation =
                    use.engine()
                            .generate(
                                    new GenerationRequest(
                                            requestId,
                                            Owner.interactive(request.principal().id()),
                                            request.prompt(),
                                            request.sampling(),
                                            request.maxTokens(),
                                            request.stops(),
                                            request.seed()));
            answer.runs(generation);
            GenerationEvent last = relay(generation);
            over = true;
            switch (last) {
                case GenerationEvent.Finished finished -> finish(intent, finished);
                case GenerationEvent.Failed failed -> {
                    intent.abort(failed.code());
                    fail(failed.code(), refusal(failed));
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
            if (!over) intent.abort("the service could not go on");
        }
    }

    private GenerationEvent relay(Generation generation) throws InterruptedException {
        while (true) {
            GenerationEvent event = generation.next();
            switch (event) {
                case GenerationEvent.Queued waiting -> {
                    queued(true);
                    answer.tell(new AnswerEvent.Queued(waiting.position()));
                }
                case GenerationEvent.Started started -> {
                    queued(false);
                    answer.tell(new AnswerEvent.Started(started.promptTokens()));
                }
                case GenerationEvent.Text text -> {
                    if (said.isEmpty()) parts.metrics().firstToken.add(seconds());
                    said.append(text.text());
                    answer.tell(new AnswerEvent.Delta(text.text()));
                }
                case GenerationEvent.Progress _ -> {}
                case GenerationEvent.Reasoning _, GenerationEvent.ToolCall _ ->
                        throw new IllegalStateException("nobody asked for tools");
                case GenerationEvent.Finished _, GenerationEvent.Failed _ -> {
                    return event;
                }
            }
        }
    }

    private void finish(IntentRecorded intent, GenerationEvent.Finished finished)
            throws IOException, InterruptedException {
        if (finished.reason() == FinishReason.CANCELLED && said.isEmpty()) {
            intent.abort("cancelled before the first text");
            fail(
                    "cancelled",
                    RefusedException.conflict(
                            "cancelled", "The answer was stopped before it began."));
            return;
        }
        String outputId = Secrets.id();
        try {
            SealedAnswer sealed = seal(intent, finished, outputId);
            done(finished, outputId, sealed);
        } catch (CredentialException unsigned) {
            fail(
                    "credential",
                    RefusedException.failed(
                            "credential_failed",
                            "The answer could not be given its credential, so it is void: "
                                    + unsigned.getMessage()));
        }
    }

    private SealedAnswer seal(
            IntentRecorded intent, GenerationEvent.Finished finished, String outputId)
            throws IOException, CredentialException, InterruptedException {
        byte[] key = Secrets.bytes(32);
        AnswerText text = AnswerText.of(said.toString());
        AnswerFacts facts =
                new AnswerFacts(
                        text,
                        SiteRecord.commitment(key, OUTPUT_DOMAIN, text.utf8()),
                        finished.usage().promptTokens(),
                        finished.usage().completionTokens(),
                        reason(finished.reason()),
                        parts.clock().instant());
        long start = System.nanoTime();
        // Indexed while it is sealed: the SEAL waits for the file only, the final event for both.
        var indexing = new AtomicReference<Items.@Nullable Indexing>();
        BeforeSeal store =
                (detached, output) ->
                        indexing.set(
                                parts.items().keep(item(outputId, key, facts, detached, output)));
        SealedAnswer sealed = onPlatformThread(() -> intent.complete(facts, store));
        Objects.requireNonNull(indexing.get(), "a sealed answer was stored").await();
        provenanceNanos += System.nanoTime() - start;
        return sealed;
    }

    private SealedAnswer onPlatformThread(Callable<SealedAnswer> work)
            throws IOException, CredentialException, InterruptedException {
        try {
            return parts.stamping().submit(work).get();
        } catch (ExecutionException failure) {
            switch (failure.getCause()) {
                case IOException storage -> throw storage;
                case CredentialException unsigned -> throw unsigned;
                case null, default ->
                        throw new IllegalStateException("sealing failed", failure.getCause());
            }
        }
    }

    private Item.Answer item(
            String outputId, byte[] key, AnswerFacts facts, Stamped detached, StoredOutput output) {
        var actor = output.actor();
        var entry = output.entry();
        return new Item.Answer(
                outputId,
                request.principal().id(),
                Items.micros(facts.finishedAt()),
                request.conversation(),
                questionId,
                facts.text().text(),
                key,
                new Item.ModelNamed(
                        output.model().name(),
                        output.model().sha256(),
                        output.model().architecture()),
                facts.finishReason(),
                Math.toIntExact(facts.promptTokens()),
                Math.toIntExact(facts.completionTokens()),
                new Item.Entry(
                        requestId,
                        entry.logId(),
                        output.intent(),
                        entry.sequence(),
                        entry.leafHash(),
                        entry.previousHash(),
                        entry.algorithm(),
                        entry.contentSha256(),
                        actor.pseudonym(),
                        actor.method(),
                        actor.session(),
                        actor.roles()),
                detached.urn(),
                detached.manifest());
    }

    private void done(GenerationEvent.Finished finished, String outputId, SealedAnswer sealed) {
        double provenanceSeconds = provenanceNanos / 1e9;
        Metrics metrics = parts.metrics();
        metrics.provenance.add(provenanceSeconds);
        metrics.answer.add(seconds());
        metrics.promptTokens.add(finished.usage().promptTokens());
        metrics.completionTokens.add(finished.usage().completionTokens());
        metrics.answered(reason(finished.reason()));
        var receipt = sealed.receipt();
        answer.tell(
                new AnswerEvent.Done(
                        outputId,
                        sealed.text().text(),
                        reason(finished.reason()),
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
                                Math.round(provenanceSeconds * 1e6) / 1e3)));
    }

    private void fail(String outcome, RefusedException why) {
        parts.metrics().answered(outcome);
        answer.tell(new AnswerEvent.Failed(why));
    }

    private static RefusedException refusal(GenerationEvent.Failed failed) {
        return switch (failed.code()) {
            case "context_length_exceeded" ->
                    RefusedException.invalid(failed.code(), "messages", failed.sentence());
            case "invalid_request" ->
                    RefusedException.invalid(failed.code(), null, failed.sentence());
            case "engine_busy" ->
                    RefusedException.tooMany(
                            failed.code(), java.time.Duration.ofSeconds(5), failed.sentence());
            default -> RefusedException.unavailable(failed.code(), failed.sentence());
        };
    }

    static String reason(FinishReason reason) {
        return switch (reason) {
            case STOP, STOP_SEQUENCE -> "stop";
            case TOOL_CALLS, LENGTH, CANCELLED -> reason.name().toLowerCase(Locale.ROOT);
        };
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
