package redoubt.index;

/// The index cannot answer now; the record itself is not concerned. The sentence says what
/// happened, what it means and what to do.
public final class IndexException extends Exception {
    private static final long serialVersionUID = 1;

    /// Why, for callers that react differently.
    public enum Reason {
        /// It is being made from the record.
        BUILDING,
        /// It said what the record does not bear out, and is made anew.
        STALE,
        /// Its database cannot be used.
        UNUSABLE
    }

    private final Reason reason;

    IndexException(Reason reason, String sentence) {
        super(sentence);
        this.reason = reason;
    }

    IndexException(Reason reason, String sentence, Throwable cause) {
        super(sentence, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    public String sentence() {
        return String.valueOf(getMessage());
    }
}
