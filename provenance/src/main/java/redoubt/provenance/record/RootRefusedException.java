package redoubt.provenance.record;

import java.io.IOException;

/// What people brought for an act with the record root is not accepted: a medium, a passphrase, a
/// request or an answer. Nothing was signed or changed. The message says what happened, what it
/// means and what to do.
public final class RootRefusedException extends IOException {
    private static final long serialVersionUID = 1;

    public RootRefusedException(String sentence) {
        super(sentence);
    }

    RootRefusedException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
