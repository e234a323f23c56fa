package redoubt.appliance.conversations;

import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import redoubt.appliance.conversations.Items.Placed;

/// What else of a conversation repeats an answer that is erased: messages that other questions keep
/// for a replay, and a title that was made of its question. What is damaged repeats nothing. Any
/// thread.
final class Unsaid {
    private Unsaid() {}

    /// @param titles that were made of what is erased
    /// @param anyTitle whether that is not known, so that any may have been
    static void of(Items items, String conversation, Set<String> titles, boolean anyTitle)
            throws IOException {
        for (Placed turn : items.around(conversation))
            switch (readable(items, turn.id()).orElse(null)) {
                case Item.Question later when later.asked() != null ->
                        items.rewrite(later.withoutAsked());
                case Item.Conversation whole when anyTitle || titles.contains(whole.title()) ->
                        items.rewrite(whole.withTitle("", whole.updatedAt()));
                case null, default -> {}
            }
    }

    /// Empty also where it is damaged.
    static Optional<Item> readable(Items items, String id) {
        try {
            return items.read(id);
        } catch (IOException damaged) {
            return Optional.empty();
        }
    }
}
