package redoubt.provenance.inference;

import java.io.IOException;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import redoubt.provenance.credentials.AuditEntryClaim;
import redoubt.provenance.credentials.CredentialException;
import redoubt.provenance.credentials.CredentialIssuer;
import redoubt.provenance.credentials.Form;
import redoubt.provenance.credentials.ManifestFacts;
import redoubt.provenance.credentials.Stamped;
import redoubt.provenance.record.Appended;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.Pending;
import redoubt.provenance.record.RecordAppender;
import redoubt.provenance.record.RecordException;

/// An intent that is on disk: the only thing that may release tokens. It ends once, completed or
/// aborted. Any thread, one at a time.
public final class IntentRecorded {
    private static final String ALGORITHM = "ML-DSA-65";

    private final RecordAppender record;
    private final CredentialIssuer issuer;
    private final IntentFacts facts;
    private final long sequence;
    private final AtomicBoolean ended = new AtomicBoolean();

    IntentRecorded(
            RecordAppender record, CredentialIssuer issuer, IntentFacts facts, long sequence) {
        this.record = record;
        this.issuer = issuer;
        this.facts = facts;
        this.sequence = sequence;
    }

    /// Sequence of the INTENT entry.
    public long sequence() {
        return sequence;
    }

    public IntentFacts facts() {
        return facts;
    }

    /// Appends OUTPUT and the tools that it calls, stamps the detached form, lets the answer be
    /// stored, appends SEAL and waits for the disk once: what makes the SEAL durable makes all
    /// before it durable too.
    ///
    /// @throws IOException when the answer could not be stored or recorded (a {@link
    ///   RecordException})
    /// @throws CredentialException when it could not be stamped. In both cases ABORTED is appended,
    ///   as far as the record still takes entries, and there is no answer that may be called
    ///   finished.
    public SealedAnswer complete(AnswerFacts answer, BeforeSeal storage)
            throws IOException, CredentialException {
        end();
        try {
            String urn = ManifestFacts.newUrn();
            Appended output = append(output(answer, urn), sequence).appended();
            for (ToolCommitment call : answer.toolCalls())
                append(
                        new Event.ToolCalled(
                                facts.requestId(), call.callId(), call.tool(), call.commitment()),
                        output.sequence());
            StoredOutput stored = stored(answer, output);
            ManifestFacts manifest =
                    new ManifestFacts(urn, answer.finishedAt(), facts.model(), stored.entry());
            Stamped detached = issuer.stamp(Form.DETACHED, answer.text(), manifest);
            storage.store(detached, stored);
            Pending seal = append(OutputForms.seal(facts.requestId(), detached), output.sequence());
            Receipt receipt =
                    new Receipt(
                            record.logId().hex(),
                            sequence,
                            output.sequence(),
                            seal.appended().sequence(),
                            output.leafHash().hex(),
                            seal.awaitCheckpoint().note());
            return new SealedAnswer(
                    receipt,
                    detached,
                    stored,
                    answer.text(),
                    new OutputForms(record, issuer, stored, answer.text()));
        } catch (IOException | CredentialException | RuntimeException e) {
            try {
                appendAborted("not sealed: " + e.getClass().getSimpleName());
            } catch (RecordException second) {
                e.addSuppressed(second); // recovery appends ABORTED at the next start
            }
            throw e;
        }
    }

    /// Appends ABORTED and waits until it is durable: no answer will come of this intent.
    public void abort(String reason) throws RecordException {
        end();
        appendAborted(reason);
    }

    private void appendAborted(String reason) throws RecordException {
        append(new Event.Aborted(facts.requestId(), reason), sequence).awaitDurable();
    }

    private Pending append(Event event, long refersTo) throws RecordException {
        return record.append(event, facts.actor(), OptionalLong.of(refersTo));
    }

    private Event.Output output(AnswerFacts answer, String urn) {
        return new Event.Output(
                facts.requestId(),
                urn,
                Bytes.ofHex(answer.text().sha256()),
                answer.contentCommitment(),
                answer.promptTokens(),
                answer.completionTokens(),
                answer.finishReason());
    }

    private StoredOutput stored(AnswerFacts answer, Appended output) {
        AuditEntryClaim entry =
                new AuditEntryClaim(
                        record.logId().hex(),
                        output.sequence(),
                        output.leafHash().hex(),
                        output.previousHash().hex(),
                        ALGORITHM,
                        answer.text().sha256(),
                        facts.requestId());
        return new StoredOutput(sequence, entry, facts.model(), answer.finishedAt(), facts.actor());
    }

    private void end() {
        if (!ended.compareAndSet(false, true)) {
            throw new IllegalStateException("this intent has ended already");
        }
    }
}
