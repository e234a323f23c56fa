package redoubt.appliance.identity;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/// The growing wait after wrong passwords, counted for a name and for an address. While it lasts no
/// password is looked at, also no right one, so that guessing gains nothing. Unknown names are
/// counted like known ones: the answer does not tell them apart.
///
/// Bounded: the oldest of 10,000 counters goes. Thread safe.
final class LockOut {
    private static final int COUNTERS_MAX = 10_000;
    private static final int FREE_FOR_NAME = 5;
    // Behind one address there may be a whole office.
    private static final int FREE_FOR_ADDRESS = 30;
    private static final Duration FIRST = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofMinutes(15);
    private static final Duration FORGIVEN_AFTER = Duration.ofHours(24);

    private record Count(int failures, Instant last) {}

    private final InstantSource clock;
    private final Map<String, Count> counts =
            new LinkedHashMap<>(64, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Count> eldest) {
                    return size() > COUNTERS_MAX;
                }
            };

    LockOut(InstantSource clock) {
        this.clock = clock;
    }

    /// How long to wait; zero when this attempt may be made, which is counted with the same breath,
    /// so that many at once gain nothing.
    synchronized Duration admit(String name, String address) {
        Duration wait = wait(name, address);
        if (wait.isZero()) attempt(name, address);
        return wait;
    }

    /// How long to wait before the next attempt; zero when it may be made now.
    synchronized Duration wait(String name, String address) {
        Duration forName = wait(nameKey(name), FREE_FOR_NAME);
        Duration forAddress = wait(addressKey(address), FREE_FOR_ADDRESS);
        return forName.compareTo(forAddress) > 0 ? forName : forAddress;
    }

    /// An attempt is counted before its password is looked at.
    synchronized void attempt(String name, String address) {
        add(nameKey(name));
        add(addressKey(address));
    }

    synchronized void success(String name, String address) {
        counts.remove(nameKey(name));
        Count atAddress = counts.get(addressKey(address));
        if (atAddress != null)
            counts.put(
                    addressKey(address),
                    new Count(Math.max(0, atAddress.failures() - 1), atAddress.last()));
    }

    private void add(String key) {
        Count before = counts.get(key);
        Instant now = clock.instant();
        boolean forgiven = before == null || before.last().plus(FORGIVEN_AFTER).isBefore(now);
        counts.put(key, new Count(forgiven || before == null ? 1 : before.failures() + 1, now));
    }

    private Duration wait(String key, int free) {
        Count count = counts.get(key);
        if (count == null || count.failures() < free) return Duration.ZERO;
        int doublings = Math.min(count.failures() - free, 12);
        Duration pause = FIRST.multipliedBy(1L << doublings);
        if (pause.compareTo(LONGEST) > 0) pause = LONGEST;
        Duration left = Duration.between(clock.instant(), count.last().plus(pause));
        return left.isNegative() ? Duration.ZERO : left;
    }

    private static String nameKey(String name) {
        // As the database compares names, character by character: otherwise one person has many
        // spellings (a long s, a dotless i), and each its own count.
        StringBuilder folded = new StringBuilder("name ");
        for (int i = 0; i < name.length(); i++)
            folded.append(Character.toLowerCase(Character.toUpperCase(name.charAt(i))));
        return folded.toString();
    }

    private static String addressKey(String address) {
        return "address " + address;
    }
}
