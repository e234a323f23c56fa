package redoubt.engine.schedule;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import redoubt.foreign.llama.Grammar;

/// The form of one answer.
///
/// @param grammar what its tokens must spell, or null
/// @param shown control tokens that are a part of it, such as the one before a call of a tool; of
///   these the text is kept, which other control tokens do not have
public record Form(@Nullable Grammar grammar, Set<Integer> shown) {
    public Form {
        shown = Set.copyOf(shown);
    }

    /// Any text.
    public static Form free() {
        return new Form(null, Set.of());
    }
}
