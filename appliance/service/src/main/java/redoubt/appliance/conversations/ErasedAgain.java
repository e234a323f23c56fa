package redoubt.appliance.conversations;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import redoubt.appliance.conversations.Items.Placed;

/// What is not put back from a backup because it was erased since, with all that repeats it: what
/// belongs to it, the messages that later questions keep of it, a title that was made of it.
/// Nothing is recorded here, because the record, or the operator's list, says it already. One
/// thread. Source: docs/adr/0006.
public final class ErasedAgain {
    private final Set<String> erased;
    // Conversations out of which something was erased, with the titles that were made of it.
    private final Map<String, Set<String>> partly = new HashMap<>();
    // Conversations that could not be opened, because something was erased out of them since.
    private final Set<String> lost = new HashSet<>();

    /// @param erased items, people and `key-` with a key
    public ErasedAgain(Set<String> erased) {
        this.erased = new HashSet<>(erased);
    }

    public boolean contains(String id) {
        return erased.contains(id);
    }

    /// Learns from an erased item, which is not put back, what may repeat it.
    ///
    /// @param content as [ContentStore#open] gives it
    public void learn(byte[] content) throws IOException {
        switch (Items.decode(content)) {
            case Item.Question question -> {
                String conversation = question.conversation();
                if (conversation != null) titles(conversation).add(Title.of(question.text()));
            }
            case Item.Answer answer -> {
                erased.add(answer.question());
                String conversation = answer.conversation();
                if (conversation != null) titles(conversation);
            }
            case Item.Conversation _, Item.Response _ -> {}
        }
    }

    private Set<String> titles(String conversation) {
        return partly.computeIfAbsent(conversation, _ -> new HashSet<>());
    }

    /// An item whose key is not the one that the backup's file was encrypted under.
    public void lost(String id) {
        lost.add(id);
    }

    /// Erases again what was put back and should not have been, and mends the rest.
    ///
    /// @return how many items were erased
    public int apply(Items items) throws IOException {
        for (String whole : partly.keySet())
            if (items.response(whole).isPresent()) erased.add(whole);
        int gone = 0;
        Set<String> titleless = new HashSet<>();
        for (Placed item : items.placed()) {
            if (contains(item.id()) || contains(item.owner()) || contains(item.whole())) {
                unsayOf(items, item);
                items.erase(item.id());
                gone++;
            } else if (lost.contains(item.whole())) titleless.add(item.whole());
        }
        for (String conversation : titleless) name(items, conversation);
        for (Map.Entry<String, Set<String>> conversation : partly.entrySet())
            Unsaid.of(items, conversation.getKey(), conversation.getValue(), false);
        return gone;
    }

    /// What was put back before its answer was seen to be erased.
    private void unsayOf(Items items, Placed item) throws IOException {
        if (!contains(item.whole())
                && items.read(item.id()).orElse(null) instanceof Item.Question q)
            titles(item.whole()).add(Title.of(q.text()));
    }

    /// Turns without their conversation would be shown to nobody, and no rule would find them.
    private static void name(Items items, String conversation) throws IOException {
        List<Item> turns = items.turnsOf(conversation);
        Item first = turns.getFirst();
        items.write(
                new Item.Conversation(
                        conversation,
                        first.owner(),
                        first.createdAt(),
                        "",
                        turns.getLast().createdAt()));
    }
}
