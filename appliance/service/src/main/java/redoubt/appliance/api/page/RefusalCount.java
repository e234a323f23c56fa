package redoubt.appliance.api.page;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/// Adds up refused sign-ins of an address, so that the record gets one entry a minute with their
/// number: otherwise whoever reaches the port could fill the disk with entries. Bounded: the oldest
/// of 10,000 addresses goes. Thread safe.
final class RefusalCount {
    private static final int ADDRESSES_MAX = 10_000;
    private static final Duration BETWEEN_ENTRIES = Duration.ofMinutes(1);

    private record Counted(Instant noted, long since) {}

    private final InstantSource clock;
    private final Map<String, Counted> byAddress =
            new LinkedHashMap<>(64, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Counted> eldest) {
                    return size() > ADDRESSES_MAX;
                }
            };

    RefusalCount(InstantSource clock) {
        this.clock = clock;
    }

    /// Counts one more.
    ///
    /// @return how many an entry now stands for; empty when the last entry is too recent
    synchronized OptionalLong counted(String address) {
        Instant now = clock.instant();
        Counted before = byAddress.get(address);
        if (before != null && now.isBefore(before.noted().plus(BETWEEN_ENTRIES))) {
            byAddress.put(address, new Counted(before.noted(), before.since() + 1));
            return OptionalLong.empty();
        }
        byAddress.put(address, new Counted(now, 0));
        return OptionalLong.of(before == null ? 1 : before.since() + 1);
    }
}
