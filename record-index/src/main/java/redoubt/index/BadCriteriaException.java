package redoubt.index;

/// What was asked for cannot be searched; the sentence says what can.
public final class BadCriteriaException extends Exception {
    private static final long serialVersionUID = 1;

    private final String criterion;

    BadCriteriaException(String criterion, String sentence) {
        super(sentence);
        this.criterion = criterion;
    }

    /// Which one is wrong.
    public String criterion() {
        return criterion;
    }

    public String sentence() {
        return String.valueOf(getMessage());
    }
}
