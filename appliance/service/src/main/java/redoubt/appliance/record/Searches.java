package redoubt.appliance.record;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.identity.Principal;
import redoubt.provenance.record.Actor;
import redoubt.provenance.record.Event;

/// Who looked for what in the record, in the record: SEARCHED is durable before anybody is told
/// what was found.
///
/// Further pages, and the same search again within a minute, are added up and have one entry
/// together: see [Tally]. Another search has its own; whoever has had so many within a minute is
/// refused, because a search that leaves no trace of its own must not be possible. Any thread.
public final class Searches implements AutoCloseable {
    private static final int IN_A_MINUTE_MAX = 60;
    private static final int KEPT_MAX = 10_000;
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final SiteRecord record;
    private final InstantSource clock;
    private final Tally again;
    private final LinkedHashMap<Asked, Instant> noted = new LinkedHashMap<>();

    private record Asked(String person, String criteria) {}

    public Searches(SiteRecord record, InstantSource clock) {
        this.record = record;
        this.clock = clock;
        this.again =
                new Tally(
                        clock,
                        IN_A_MINUTE_MAX,
                        times -> record.note(repeated("various", times), Actor.SYSTEM));
    }

    /// Notes a search; what was found may be told when this returns.
    ///
    /// @param criteria without content
    /// @throws RefusedException when it cannot be noted, or there were too many
    public void note(Principal who, String criteria, long found) {
        if (isAgain(new Asked(who.id(), criteria))) {
            var actor = SiteRecord.actor(who);
            again.add(
                    who.id() + " " + criteria,
                    times -> record.note(repeated(criteria, times), actor));
        } else record.note(new Event.Searched(criteria, found), who);
    }

    private static Event repeated(String criteria, long times) {
        return new Event.Searched("%s (repeated, %d times)".formatted(criteria, times), 0);
    }

    private synchronized boolean isAgain(Asked asked) {
        Instant now = clock.instant();
        while (!noted.isEmpty()
                && (noted.size() > KEPT_MAX
                        || !now.isBefore(noted.firstEntry().getValue().plus(MINUTE))))
            noted.pollFirstEntry();
        if (noted.containsKey(asked)) return true;
        long others =
                noted.keySet().stream().filter(of -> of.person().equals(asked.person())).count();
        if (others >= IN_A_MINUTE_MAX)
            throw RefusedException.tooMany(
                    "too_many_searches",
                    MINUTE,
                    "There were %d different searches of the record within a minute, and each has an entry of its own. Nothing was searched. Wait a minute; for further pages of one search there is no limit."
                            .formatted(IN_A_MINUTE_MAX));
        noted.put(asked, now);
        return false;
    }

    @Override
    public void close() {
        again.close();
    }
}
