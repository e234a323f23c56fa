package redoubt.provenance.evidence;

import java.io.IOException;

/// A package cannot be made of what was asked for; the message is a sentence for whoever asked.
public final class EvidenceException extends IOException {
    private static final long serialVersionUID = 1;

    public EvidenceException(String sentence) {
        super(sentence);
    }
}
