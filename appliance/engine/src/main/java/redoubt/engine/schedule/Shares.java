package redoubt.engine.schedule;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import redoubt.engine.client.Owner;

/// What everybody has been given so far, in tokens: a deficit counter for each person and priority.
/// Whoever was given least has the next turn. Somebody new, or back after a pause, starts where
/// those in line are: nobody saves up turns by being away. An answer's token weighs more than a
/// prompt's, because it costs more to compute. Step thread only.
final class Shares {
    /// How many tokens of a prompt cost as much as one of an answer.
    static final int ANSWER_WEIGHT = 4;

    private final Map<Account, Long> given = new HashMap<>();
    private final Map<Owner.Priority, Long> floor = new HashMap<>();

    /// One person's work of one priority.
    record Account(Owner.Priority priority, String person) {
        static Account of(Owner owner) {
            return new Account(owner.priority(), owner.person());
        }
    }

    static long cost(long promptTokens, long answerTokens) {
        return promptTokens + ANSWER_WEIGHT * answerTokens;
    }

    /// Somebody who had nothing to do has something again.
    void join(Account account) {
        given.merge(account, floor(account.priority()), Math::max);
    }

    /// What this account was given.
    long given(Account account) {
        return given.getOrDefault(account, floor(account.priority()));
    }

    /// It has its turn: whoever comes later starts no lower.
    void turn(Account account) {
        floor.merge(account.priority(), given(account), Math::max);
    }

    /// Counts what it was given; less than nothing takes back what was estimated too high.
    void charge(Account account, long cost) {
        given.put(account, given(account) + cost);
    }

    /// Forgets those who have nothing to do. A debt is kept, so that nobody gets rid of it by a
    /// pause.
    void retain(Set<Account> busy) {
        given.entrySet()
                .removeIf(entry ->
                        !busy.contains(entry.getKey())
                                && entry.getValue() <= floor(entry.getKey().priority()));
    }

    private long floor(Owner.Priority priority) {
        return floor.getOrDefault(priority, 0L);
    }
}
