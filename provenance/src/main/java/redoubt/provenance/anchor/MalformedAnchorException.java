package redoubt.provenance.anchor;

/// A file is not the proof that it should be; the message is a sentence for whoever brought it.
public final class MalformedAnchorException extends Exception {
    private static final long serialVersionUID = 1;

    MalformedAnchorException(String sentence) {
        super(sentence);
    }

    MalformedAnchorException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
