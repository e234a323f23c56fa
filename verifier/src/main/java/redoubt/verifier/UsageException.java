package redoubt.verifier;

/// The command cannot be understood or lacks something; the message says what to write instead.
final class UsageException extends Exception {
    private static final long serialVersionUID = 1;

    UsageException(String sentence) {
        super(sentence);
    }
}
