package redoubt.appliance.backup;

/// A backup was not made, does not hold, or cannot be restored: the message says what happened,
/// what it means and what to do.
public final class BackupException extends Exception {
    private static final long serialVersionUID = 1L;

    public BackupException(String sentence) {
        super(sentence);
    }

    public BackupException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
