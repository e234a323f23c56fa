package redoubt.appliance.conversations;

import java.util.HashMap;
import java.util.Map;

/// Which conversations have answers under way and which one is being erased: never both, so that an
/// answer cannot write into a conversation after its erasure. Thread safe.
public final class Occupied {
    private static final int ERASING = -1;

    private final Map<String, Integer> answers = new HashMap<>();

    /// @return false when the conversation is being erased
    public synchronized boolean beginAnswer(String conversation) {
        int now = answers.getOrDefault(conversation, 0);
        if (now == ERASING) return false;
        answers.put(conversation, now + 1);
        return true;
    }

    public synchronized void endAnswer(String conversation) {
        answers.computeIfPresent(conversation, (_, now) -> now == 1 ? null : now - 1);
    }

    /// @return false when an answer is under way
    public synchronized boolean beginErasure(String conversation) {
        return answers.putIfAbsent(conversation, ERASING) == null;
    }

    public synchronized void endErasure(String conversation) {
        answers.remove(conversation, ERASING);
    }
}
