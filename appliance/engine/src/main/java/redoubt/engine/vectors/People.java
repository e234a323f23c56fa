package redoubt.engine.vectors;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import redoubt.engine.client.Owner;

/// Whose inputs wait, and whose turn it is: of the most urgent, whoever was given the fewest tokens
/// since they began to wait; of that person's requests, one input of each in turn. So 2,000 inputs
/// of one do not hold up a single one of another. Step thread only.
final class People {
    private final Map<Key, Person> waiting = new LinkedHashMap<>();
    private int requests;

    private record Key(Owner.Priority priority, String person) {}

    private static final class Person {
        private final Key key;
        private final Deque<VectorJob> jobs = new ArrayDeque<>();
        private long served;

        Person(Key key, long served) {
            this.key = key;
            this.served = served;
        }
    }

    /// How many requests have inputs that wait.
    int requests() {
        return requests;
    }

    /// How many of those are this person's.
    int requests(String name) {
        return waiting.values().stream()
                .filter(person -> person.key.person().equals(name))
                .mapToInt(person -> person.jobs.size())
                .sum();
    }

    void add(VectorJob job) {
        Key key = new Key(job.owner().priority(), job.owner().person());
        Person person = waiting.get(key);
        if (person == null) {
            // Neither ahead of those who wait nor behind them.
            long served =
                    waiting.values().stream()
                            .filter(other -> other.key.priority() == key.priority())
                            .mapToLong(other -> other.served)
                            .min()
                            .orElse(0);
            person = new Person(key, served);
            waiting.put(key, person);
        }
        person.jobs.addLast(job);
        requests++;
    }

    /// The request whose next input is to be computed next.
    Optional<VectorJob> next() {
        return first().map(person -> person.jobs.getFirst());
    }

    private Optional<Person> first() {
        return waiting.values().stream()
                .min(
                        Comparator.<Person, Owner.Priority>comparing(each -> each.key.priority())
                                .thenComparingLong(each -> each.served));
    }

    /// Takes the next input of [#next] out and returns its number.
    int take(long now) {
        Person person = first().orElseThrow();
        VectorJob job = person.jobs.removeFirst();
        person.served += job.nextTokens();
        int index = job.take(now);
        if (job.hasMore()) {
            person.jobs.addLast(job);
        } else {
            requests--;
        }
        if (person.jobs.isEmpty()) {
            waiting.remove(person.key);
        }
        return index;
    }

    /// Takes out requests, whole.
    List<VectorJob> remove(Predicate<VectorJob> which) {
        List<VectorJob> removed = new ArrayList<>();
        for (Person person : waiting.values()) {
            person.jobs.removeIf(job -> which.test(job) && removed.add(job));
        }
        waiting.values().removeIf(person -> person.jobs.isEmpty());
        requests -= removed.size();
        return removed;
    }
}
