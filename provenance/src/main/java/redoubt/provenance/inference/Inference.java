package redoubt.provenance.inference;

import java.util.OptionalLong;
import redoubt.provenance.credentials.AnswerText;
import redoubt.provenance.credentials.CredentialIssuer;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.Pending;
import redoubt.provenance.record.RecordAppender;
import redoubt.provenance.record.RecordException;

/// The order of one inference, as types: an intent on disk, then tokens, then an answer that is
/// sealed. The mistake of releasing a token before its INTENT, or a last event before its SEAL,
/// cannot be written, because only {@link IntentRecorded} and {@link SealedAnswer} stand for the
/// two and nothing else makes them.
///
/// Owns nothing: the record and the issuer are closed by whoever opened them. Any thread. Source:
/// docs/audit-record.md, the life of an inference; docs/content-credentials.md section 5.
public final class Inference {
    private final RecordAppender record;
    private final CredentialIssuer issuer;

    public Inference(RecordAppender record, CredentialIssuer issuer) {
        this.record = record;
        this.issuer = issuer;
    }

    /// Appends INTENT and what tools answered, and waits for the disk once: what makes the last of
    /// them durable makes those before it durable too.
    ///
    /// @throws RecordException when it is not; no token may be made then
    public IntentRecorded begin(IntentFacts facts) throws RecordException {
        Event.Intent intent =
                new Event.Intent(
                        facts.requestId(),
                        facts.route(),
                        facts.model().name(),
                        Bytes.ofHex(facts.model().sha256()),
                        facts.modelLoadedAt(),
                        facts.parameters(),
                        facts.inputCommitment());
        Pending last = record.append(intent, facts.actor(), OptionalLong.empty());
        long sequence = last.appended().sequence();
        for (ToolCommitment result : facts.toolResults())
            last =
                    record.append(
                            new Event.ToolAnswered(
                                    facts.requestId(),
                                    result.callId(),
                                    result.tool(),
                                    result.commitment()),
                            facts.actor(),
                            OptionalLong.of(sequence));
        last.awaitDurable();
        return new IntentRecorded(record, issuer, facts, sequence);
    }

    /// Gives the further forms of an answer that was sealed earlier, perhaps before a restart.
    ///
    /// @throws IllegalArgumentException when the text is not the one that the entry speaks of
    public OutputForms forms(StoredOutput output, AnswerText text) {
        if (!output.entry().contentSha256().equals(text.sha256())) {
            throw new IllegalArgumentException("the OUTPUT entry speaks of another text");
        }
        return new OutputForms(record, issuer, output, text);
    }
}
