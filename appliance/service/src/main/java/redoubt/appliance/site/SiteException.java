package redoubt.appliance.site;

/// The site cannot be opened or served: the message says what happened, what it means and what to
/// do, for the person at the console. `exitCode` tells scripts the kind.
public final class SiteException extends Exception {
    private static final long serialVersionUID = 1L;

    /// The home folder, its layout or its keys.
    public static final int SITE = 3;

    /// The port or the address.
    public static final int ADDRESS = 4;

    /// Another appliance has the home folder.
    public static final int LOCKED = 5;

    /// The audit record does not hold.
    public static final int RECORD = 6;

    /// The seal did not take hold.
    public static final int SEAL = 7;

    private final int exitCode;

    public SiteException(int exitCode, String sentence) {
        super(sentence);
        this.exitCode = exitCode;
    }

    public SiteException(int exitCode, String sentence, Throwable cause) {
        super(sentence, cause);
        this.exitCode = exitCode;
    }

    public int exitCode() {
        return exitCode;
    }
}
