package redoubt.provenance.record;

/// One line of a verifier's report. Immutable, any thread.
///
/// @param name what was looked at, two or three words
/// @param outcome what came of it
/// @param detail one sentence for a person
public record Check(String name, Outcome outcome, String detail) {

    /// What came of a check. {@link #NOTE} says something that a reader should know and that breaks
    /// nothing.
    public enum Outcome {
        GOOD,
        NOTE,
        UNCHECKED,
        BAD
    }

    public static Check good(String name, String detail) {
        return new Check(name, Outcome.GOOD, detail);
    }

    public static Check note(String name, String detail) {
        return new Check(name, Outcome.NOTE, detail);
    }

    public static Check unchecked(String name, String detail) {
        return new Check(name, Outcome.UNCHECKED, detail);
    }

    public static Check bad(String name, String detail) {
        return new Check(name, Outcome.BAD, detail);
    }
}
