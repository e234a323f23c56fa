package redoubt.provenance.record;

import java.io.IOException;

/// The record cannot do what was asked, and nothing may go on that depends on it. The message says
/// what happened, what it means and what to do.
public final class RecordException extends IOException {
    private static final long serialVersionUID = 1;

    /// Why, for callers that react differently.
    public enum Reason {
        /// Bytes of the record are not what was written: stop and look.
        TAMPERED,
        /// No space left; the record is closed to writers until there is.
        FULL,
        /// The folder or a key could not be read or written.
        UNREADABLE,
        /// An epoch's key is not there, and only the record root can let the record go on.
        ROOT_NEEDED,
        /// A signature could not be made, or did not verify when made.
        SIGNER,
        /// The record is closed.
        CLOSED
    }

    private final Reason reason;
    private final String sentence;

    public RecordException(Reason reason, String sentence) {
        super(sentence);
        this.reason = reason;
        this.sentence = sentence;
    }

    public RecordException(Reason reason, String sentence, Throwable cause) {
        super(sentence, cause);
        this.reason = reason;
        this.sentence = sentence;
    }

    public Reason reason() {
        return reason;
    }

    /// What happened, what it means and what to do.
    public String sentence() {
        return sentence;
    }

    /// The same for another thread, which gets a trace of its own.
    RecordException again() {
        return new RecordException(reason, sentence, this);
    }
}
