package redoubt.engine.schedule;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import redoubt.engine.client.Owner;

/// Who waits, and who is next: turns go round over people by what each was given, then over the
/// requests of a person in the order in which they came. More urgent work goes first, but one turn
/// of [#TURNS] is for the less urgent, so that nothing waits for ever. Bounded, in all and for each
/// person. Step thread only.
final class FairQueue {
    /// Most generations that wait.
    static final int WAITING_MAX = 256;

    /// Most of them that are one person's.
    static final int PERSON_MAX = 64;

    /// Turns after which less urgent work that waits has one.
    static final int TURNS = 8;

    private final Shares shares;
    private final Map<Shares.Account, Deque<Sequence>> waiting = new LinkedHashMap<>();
    private final Map<Owner.Priority, Integer> passedOver = new EnumMap<>(Owner.Priority.class);
    private int size;

    FairQueue(Shares shares) {
        this.shares = shares;
    }

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /// Takes it in, unless the queue is full.
    ///
    /// @return why it was not taken
    Optional<String> add(Sequence sequence) {
        if (size >= WAITING_MAX) {
            return Optional.of(
                    "%d requests are waiting for this model already, so this one was not taken. Try again in a while."
                            .formatted(size));
        }
        String person = sequence.job().owner().person();
        int own = 0;
        for (Map.Entry<Shares.Account, Deque<Sequence>> line : waiting.entrySet()) {
            own += line.getKey().person().equals(person) ? line.getValue().size() : 0;
        }
        if (own >= PERSON_MAX) {
            return Optional.of(
                    "%d of your requests are waiting for this model already, which is the most for one person, so this one was not taken. Wait until some are answered."
                            .formatted(own));
        }
        line(sequence).addLast(sequence);
        size++;
        return Optional.empty();
    }

    /// Takes back one that had its turn and lost its place: it is the first of its person.
    void putBack(Sequence sequence) {
        line(sequence).addFirst(sequence);
        size++;
    }

    /// Whose turn it is.
    Optional<Sequence> first() {
        return Optional.ofNullable(pick(waiting, passedOver, Map.of()))
                .map(account -> line(waiting, account).getFirst());
    }

    /// Takes out the one whose turn it is.
    Sequence take() {
        Shares.Account account = pick(waiting, passedOver, Map.of());
        if (account == null) {
            throw new IllegalStateException("nobody waits");
        }
        pass(account.priority(), waiting, passedOver);
        shares.turn(account);
        Deque<Sequence> line = line(waiting, account);
        Sequence taken = line.removeFirst();
        size--;
        if (line.isEmpty()) {
            waiting.remove(account);
        }
        return taken;
    }

    /// Takes out all that were cancelled.
    void dropCancelled(Consumer<Sequence> dropped) {
        for (Iterator<Deque<Sequence>> lines = waiting.values().iterator(); lines.hasNext(); ) {
            Deque<Sequence> line = lines.next();
            for (Iterator<Sequence> all = line.iterator(); all.hasNext(); ) {
                Sequence sequence = all.next();
                if (sequence.job().cancelled()) {
                    all.remove();
                    size--;
                    dropped.accept(sequence);
                }
            }
            if (line.isEmpty()) {
                lines.remove();
            }
        }
    }

    /// Everybody in the order in which they would be served if nobody else came.
    List<Sequence> order(long expectedAnswerTokens) {
        Map<Shares.Account, Deque<Sequence>> left = new LinkedHashMap<>();
        waiting.forEach((account, line) -> left.put(account, new ArrayDeque<>(line)));
        Map<Owner.Priority, Integer> passed = new EnumMap<>(Owner.Priority.class);
        passed.putAll(passedOver);
        Map<Shares.Account, Long> charged = new HashMap<>();
        List<Sequence> order = new ArrayList<>();
        while (!left.isEmpty()) {
            Shares.Account account = pick(left, passed, charged);
            if (account == null) {
                throw new AssertionError("somebody waits and nobody is next");
            }
            pass(account.priority(), left, passed);
            Deque<Sequence> line = line(left, account);
            Sequence next = line.removeFirst();
            charged.merge(account, next.expectedCost(expectedAnswerTokens), Long::sum);
            if (line.isEmpty()) {
                left.remove(account);
            }
            order.add(next);
        }
        return order;
    }

    private Deque<Sequence> line(Sequence sequence) {
        return waiting.computeIfAbsent(sequence.account(), _ -> new ArrayDeque<>());
    }

    private static Deque<Sequence> line(
            Map<Shares.Account, Deque<Sequence>> lines, Shares.Account account) {
        return Objects.requireNonNull(lines.get(account), "nobody waits there");
    }

    private Shares.@Nullable Account pick(
            Map<Shares.Account, Deque<Sequence>> from,
            Map<Owner.Priority, Integer> passed,
            Map<Shares.Account, Long> charged) {
        Owner.Priority turn = turn(from, passed);
        Shares.Account best = null;
        long least = Long.MAX_VALUE;
        for (Shares.Account account : from.keySet()) {
            long given = shares.given(account) + charged.getOrDefault(account, 0L);
            if (account.priority() == turn && given < least) {
                best = account;
                least = given;
            }
        }
        return best;
    }

    /// The most urgent priority, or one that was passed over too often.
    private static Owner.@Nullable Priority turn(
            Map<Shares.Account, Deque<Sequence>> from, Map<Owner.Priority, Integer> passed) {
        Owner.Priority urgent = null;
        for (Owner.Priority priority : Owner.Priority.values()) {
            if (from.keySet().stream().anyMatch(account -> account.priority() == priority)) {
                if (passed.getOrDefault(priority, 0) >= TURNS - 1) {
                    return priority;
                }
                urgent = urgent == null ? priority : urgent;
            }
        }
        return urgent;
    }

    private static void pass(
            Owner.Priority served,
            Map<Shares.Account, Deque<Sequence>> from,
            Map<Owner.Priority, Integer> passed) {
        passed.put(served, 0);
        for (Owner.Priority priority : Owner.Priority.values()) {
            if (priority.compareTo(served) > 0
                    && from.keySet().stream().anyMatch(account -> account.priority() == priority)) {
                passed.merge(priority, 1, Integer::sum);
            }
        }
    }
}
