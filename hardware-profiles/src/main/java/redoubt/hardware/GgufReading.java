package redoubt.hardware;

/// What came of reading a model file's header: a header whose every count and offset was checked
/// against the file, or a refusal.
public sealed interface GgufReading permits GgufHeader, GgufReading.Refused {

    /// The file is not a model that may be given to native code.
    ///
    /// @param reason stable code for the record and for programs
    /// @param sentence what happened, what it means and what to do
    record Refused(Reason reason, String sentence) implements GgufReading {}

    /// Why a model file is refused.
    enum Reason {
        UNREADABLE,
        NOT_GGUF,
        UNSUPPORTED_VERSION,
        TRUNCATED,
        TOO_MANY,
        MALFORMED,
        DUPLICATE,
        BAD_TENSOR,
        OUT_OF_BOUNDS,
        MISSING_FACT,
        SPLIT_INCOMPLETE
    }
}
