package redoubt.provenance.cbor;

/// Bytes that are not the one deterministic encoding of what was expected. Always a refusal, never
/// repaired.
public final class CborException extends Exception {
    private static final long serialVersionUID = 1;

    public CborException(String sentence) {
        super(sentence);
    }
}
