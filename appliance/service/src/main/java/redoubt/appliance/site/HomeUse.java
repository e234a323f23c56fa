package redoubt.appliance.site;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import redoubt.provenance.record.Event;

/// Everything for which a process takes a home as its own, which nobody can do anything to without:
/// the one table from such a use to the entries of the record that it leaves, or the reason why it
/// leaves none. What is done through a running appliance is a [redoubt.appliance.http.Route]
/// instead. One act, one use.
public enum HomeUse {
    /// The service. Without an order to stop, the next start says RECOVERED.
    SERVE(entries(Event.Started.class, Event.Stopped.class)),
    /// `redoubt record root begin`: a site whose root was made elsewhere.
    BEGIN_UNDER_ROOT(entries(Event.Genesis.class)),
    /// `redoubt record root out --replace`.
    ASK_FOR_NEW_KEY(
            nothing(
                    "Nothing has happened yet: the request waits beside the record, and what the root makes of it is an entry when it is taken in.")),
    /// `redoubt record root in`, of a stopped appliance.
    TAKE_IN_NEW_KEY(entries(Event.EpochOpened.class)),
    /// `redoubt record root cancel`.
    CANCEL_NEW_KEY(
            nothing(
                    "It takes back a request that left no entry: the key that was in force stays in force.")),
    /// `redoubt record root carry`, of a stopped appliance.
    CARRY_ROOT(entries(Event.Ceremony.class)),
    /// `redoubt record index rebuild`, of a stopped appliance.
    REBUILD_INDEX(
            nothing(
                    "The index is no part of the record: it is made of the segments alone, and says nothing to anybody before the next search, which is an entry.")),
    /// `redoubt restore`. Its entry is the first start's, because no key that signs is in a backup.
    RESTORE(entries(Event.Restored.class));

    /// What a use leaves in the record, at the latest with the next start, or why nothing.
    private record Entries(Set<Class<? extends Event>> types, String whyNone) {}

    @SuppressWarnings("ImmutableEnumChecker") // an unmodifiable set of classes
    private final Entries entries;

    HomeUse(Entries entries) {
        this.entries = entries;
    }

    private static Entries entries(Class<?>... types) {
        return new Entries(
                Stream.of(types)
                        .<Class<? extends Event>>map(entry -> entry.asSubclass(Event.class))
                        .collect(Collectors.toUnmodifiableSet()),
                "");
    }

    private static Entries nothing(String why) {
        return new Entries(Set.of(), why);
    }

    /// The record's events that it leaves, at the latest with the next start.
    public Set<Class<? extends Event>> entries() {
        return entries.types();
    }

    /// Why it leaves nothing; empty where it leaves something.
    public String whyNoEntries() {
        return entries.whyNone();
    }
}
