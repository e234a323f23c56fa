package redoubt.appliance.engines;

/// A model is not for this appliance, or not for now. The message is a sentence.
final class RefusedModelException extends Exception {
    /// There is not enough memory for it beside the others.
    static final String DOES_NOT_FIT = "does_not_fit";

    /// What is to guess for it cannot.
    static final String DRAFT_REFUSED = "draft_refused";

    private static final long serialVersionUID = 1L;

    private final String code;

    RefusedModelException(String code, String sentence) {
        super(sentence);
        this.code = code;
    }

    String code() {
        return code;
    }
}
