package redoubt.hardware;

/// What came of reading an adapter's file next to the model that it is meant for: an adapter that
/// fits, or a refusal.
public sealed interface AdapterReading permits AdapterHeader, AdapterReading.Refused {

    /// The file may not be given to native code together with this model.
    ///
    /// @param reason stable code for the record and for programs
    /// @param sentence what happened, what it means and what to do
    record Refused(Reason reason, String sentence) implements AdapterReading {}

    /// Why an adapter is refused.
    enum Reason {
        /// The file itself is not a whole GGUF file.
        UNREADABLE,
        /// Some other GGUF file, for example a model.
        NOT_AN_ADAPTER,
        /// An adapter of a kind that is not LoRA, or LoRA in a way that is not supported.
        OTHER_KIND,
        /// For a model of another architecture.
        OTHER_ARCHITECTURE,
        /// For a model of other sizes, or one with other matrices.
        OTHER_MODEL,
        /// Halves are missing or do not fit each other.
        MALFORMED
    }
}
