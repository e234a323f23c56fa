package redoubt.foreign.c2pa;

/// The C2PA library refused or failed. The message is a sentence, with the library's own words.
public final class C2paException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String sentence;
    private final boolean manifestNotFound;

    C2paException(String message) {
        this(message, false);
    }

    C2paException(String message, boolean manifestNotFound) {
        super(message);
        this.sentence = message;
        this.manifestNotFound = manifestNotFound;
    }

    /// What went wrong.
    public String sentence() {
        return sentence;
    }

    /// True when the asset simply holds no manifest, which is an answer and not a failure.
    public boolean manifestNotFound() {
        return manifestNotFound;
    }
}
