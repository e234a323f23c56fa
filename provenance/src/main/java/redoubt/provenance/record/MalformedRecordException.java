package redoubt.provenance.record;

/// Bytes that claim to be part of a record are not in the one form that is allowed. The message
/// says what is wrong with them. Checked, because whoever reads must decide what that means.
public final class MalformedRecordException extends Exception {
    private static final long serialVersionUID = 1;

    public MalformedRecordException(String sentence) {
        super(sentence);
    }

    public MalformedRecordException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
