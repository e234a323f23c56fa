package redoubt.engine.client;

/// Tokens of one generation that were computed ahead, in case they follow, and how many of them
/// did. Source: docs/engine.md, "Guessing ahead".
///
/// @param lookup guessed from the text itself
/// @param lookupRight of these, how many were chosen
/// @param draft guessed by a smaller model
/// @param draftRight of these, how many were chosen
public record Guessed(int lookup, int lookupRight, int draft, int draftRight) {
    private static final Guessed NONE = new Guessed(0, 0, 0, 0);

    public static Guessed none() {
        return NONE;
    }

    /// With the guesses of one more step, which are all of one kind.
    public Guessed with(boolean byLookup, int guesses, int right) {
        return byLookup
                ? new Guessed(lookup + guesses, lookupRight + right, draft, draftRight)
                : new Guessed(lookup, lookupRight, draft + guesses, draftRight + right);
    }
}
