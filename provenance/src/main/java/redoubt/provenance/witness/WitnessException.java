package redoubt.provenance.witness;

import java.io.IOException;

/// A visit cannot go on; the message says what happened, what it means and what to do. Nothing was
/// signed.
public final class WitnessException extends IOException {
    private static final long serialVersionUID = 1;

    private final String sentence;

    public WitnessException(String sentence) {
        super(sentence);
        this.sentence = sentence;
    }

    public WitnessException(String sentence, Throwable cause) {
        super(sentence, cause);
        this.sentence = sentence;
    }

    public String sentence() {
        return sentence;
    }
}
