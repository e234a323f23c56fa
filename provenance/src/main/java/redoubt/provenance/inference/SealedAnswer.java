package redoubt.provenance.inference;

import redoubt.provenance.credentials.AnswerText;
import redoubt.provenance.credentials.Stamped;

/// An answer whose OUTPUT and SEAL are on disk: the only thing that may end a stream. Immutable,
/// any thread.
public final class SealedAnswer {
    private final Receipt receipt;
    private final Stamped detached;
    private final StoredOutput output;
    private final AnswerText text;
    private final OutputForms forms;

    SealedAnswer(
            Receipt receipt,
            Stamped detached,
            StoredOutput output,
            AnswerText text,
            OutputForms forms) {
        this.receipt = receipt;
        this.detached = detached;
        this.output = output;
        this.text = text;
        this.forms = forms;
    }

    public Receipt receipt() {
        return receipt;
    }

    public Stamped detached() {
        return detached;
    }

    public StoredOutput output() {
        return output;
    }

    /// The text that was sealed. It can differ from what was streamed by what {@link AnswerText}
    /// does.
    public AnswerText text() {
        return text;
    }

    /// Further forms of the same answer.
    public OutputForms forms() {
        return forms;
    }
}
