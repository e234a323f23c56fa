package redoubt.appliance.answers;

import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import redoubt.appliance.conversations.Item;
import redoubt.appliance.conversations.Items;
import redoubt.appliance.record.SiteRecord;
import redoubt.appliance.site.Secrets;
import redoubt.engine.client.GenerationEvent;
import redoubt.provenance.credentials.AnswerText;
import redoubt.provenance.credentials.CredentialException;
import redoubt.provenance.credentials.Stamped;
import redoubt.provenance.inference.AnswerFacts;
import redoubt.provenance.inference.BeforeSeal;
import redoubt.provenance.inference.IntentRecorded;
import redoubt.provenance.inference.SealedAnswer;
import redoubt.provenance.inference.StoredOutput;

/// The end of one answer: its credential is made on a platform thread, the answer is kept, and its
/// SEAL is durable before anybody hears of the end. Used by the answer's thread alone.
final class Sealing {
    static final String OUTPUT_DOMAIN = "redoubt/output/v1";

    private final Work.Parts parts;
    private final AnswerRequest request;
    private final String requestId;
    private final String questionId;
    private final Spans spans;

    Sealing(
            Work.Parts parts,
            AnswerRequest request,
            String requestId,
            String questionId,
            Spans spans) {
        this.parts = parts;
        this.request = request;
        this.requestId = requestId;
        this.questionId = questionId;
        this.spans = spans;
    }

    /// Stores the answer, and waits until its SEAL is durable.
    SealedAnswer seal(
            IntentRecorded intent, GenerationEvent.Finished finished, Said said, String outputId)
            throws IOException, CredentialException, InterruptedException {
        byte[] key = Secrets.bytes(32);
        AnswerText text = said.sealed();
        AnswerFacts facts =
                new AnswerFacts(
                        text,
                        SiteRecord.commitment(key, OUTPUT_DOMAIN, text.utf8()),
                        ToolExchange.commitments(
                                ToolExchange.called(said), key, ToolExchange.CALL_DOMAIN),
                        finished.usage().promptTokens(),
                        finished.usage().completionTokens(),
                        Work.reason(finished.reason()),
                        parts.clock().instant());
        // Indexed while it is sealed: the SEAL waits for the file only, the final event for both.
        var indexing = new AtomicReference<Items.@Nullable Indexing>();
        long start = System.nanoTime();
        var stored = new AtomicLong();
        BeforeSeal store =
                (detached, output) -> {
                    over("stamp", "OUTPUT and credential", start);
                    long storing = System.nanoTime();
                    indexing.set(parts.items().keep(item(outputId, key, facts, detached, output)));
                    over("store", "store the answer", storing);
                    stored.set(System.nanoTime());
                };
        SealedAnswer sealed = onPlatformThread(() -> intent.complete(facts, store));
        over("seal", "SEAL", stored.get());
        Objects.requireNonNull(indexing.get(), "a sealed answer was stored").await();
        return sealed;
    }

    // The stamping thread and the answer's own take turns.
    private void over(String phase, String name, long fromNanos) {
        spans.over(name, fromNanos);
        parts.metrics().phases.add(phase, (System.nanoTime() - fromNanos) / 1e9);
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
}
