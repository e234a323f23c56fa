package redoubt.hardware;

/// What is wrong with a model file, on its way from the byte where it was found to the refusal that
/// names the file. Never leaves this package.
final class MalformedGguf extends Exception {
    private static final long serialVersionUID = 1L;

    private final GgufReading.Reason reason;

    MalformedGguf(GgufReading.Reason reason, String what) {
        super(what, null, false, false);
        this.reason = reason;
    }

    GgufReading.Reason reason() {
        return reason;
    }

    String what() {
        return String.valueOf(getMessage());
    }
}
