package redoubt.provenance.credentials;

/// Bytes that should be a manifest, or a text that should carry one, are not. The message says what
/// is wrong with them.
final class MalformedManifestException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final String sentence;

    MalformedManifestException(String message) {
        this("redoubt.manifest.malformed", message);
    }

    MalformedManifestException(String code, String message) {
        super(message);
        this.code = code;
        this.sentence = message;
    }

    /// The failure code of the verdict.
    String code() {
        return code;
    }

    /// What is wrong with the bytes.
    String sentence() {
        return sentence;
    }
}
