package redoubt.bench;

/// A measurement that cannot be made, with a sentence that says why and what to do.
public final class BenchException extends Exception {
    private static final long serialVersionUID = 1L;

    public BenchException(String sentence) {
        super(sentence);
    }
}
