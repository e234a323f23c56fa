package redoubt.appliance.identity;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import redoubt.appliance.Records;
import redoubt.appliance.record.Ledger;
import redoubt.appliance.record.SiteRecord;
import redoubt.provenance.record.Actor;
import redoubt.provenance.record.AuditRecord;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.RecordException;

/// A site with a real database and a real record, as a process of its own that ends in the middle
/// of an act: at once, as `kill -9` would end it.
final class DyingSite implements AutoCloseable {
    static final String PASSWORD = "correct horse battery staple";
    static final int STATUS = 86;

    final AuditRecord record;
    final Database database;
    final Acts acts;
    final People people;
    final ApiKeys keys;

    /// Where the process ends.
    enum Death {
        NEVER,
        BEFORE_THE_ENTRY,
        AFTER_THE_ENTRY
    }

    /// A record under which the process dies.
    private record DyingLedger(SiteRecord record, Death death) implements Ledger {
        @Override
        public long size() {
            return record.size();
        }

        @Override
        public void note(Event event, Actor actor, OptionalLong refersTo) throws RecordException {
            if (death == Death.BEFORE_THE_ENTRY) Runtime.getRuntime().halt(STATUS);
            record.note(event, actor, refersTo);
            if (death == Death.AFTER_THE_ENTRY) Runtime.getRuntime().halt(STATUS);
        }

        @Override
        public boolean holds(Event event, long from) throws RecordException {
            return record.holds(event, from);
        }

        @Override
        public Set<String> erasedSince(long from) throws RecordException {
            return record.erasedSince(from);
        }
    }

    DyingSite(Path home, Death death) throws Exception {
        Files.createDirectories(home.resolve("db"));
        record = Records.open(home);
        database = Database.open(home.resolve("db/site"));
        acts = new Acts(database, new DyingLedger(new SiteRecord(record), death));
        people = new People(database, acts, InstantSource.system());
        keys = new ApiKeys(database, acts, InstantSource.system());
    }

    /// Does the act named by the second argument in the home named by the first, and dies as the
    /// third says.
    public static void main(String[] arguments) throws Exception {
        DyingSite site = new DyingSite(Path.of(arguments[0]), Death.valueOf(arguments[2]));
        People.Person admin = site.people.named("admin").orElseThrow();
        switch (arguments[1]) {
            case "create a person" ->
                    site.people.create("new", PASSWORD, Set.of(Role.STAFF), Actor.SYSTEM);
            case "change a person" ->
                    site.people.change(
                            admin.id(),
                            new People.Wanted(
                                    Optional.of("another password entirely"),
                                    Optional.of(Set.of(Role.ADMINISTRATOR, Role.COMPLIANCE)),
                                    Optional.empty()),
                            Actor.SYSTEM);
            case "create a key" -> site.keys.create("new", Role.STAFF, "admin", Actor.SYSTEM);
            case "revoke a key" -> site.keys.revoke(site.keys.all().getFirst().id(), Actor.SYSTEM);
            default -> throw new IllegalArgumentException(arguments[1]);
        }
        throw new AssertionError("it lives");
    }

    @Override
    public void close() throws RecordException {
        database.close();
        record.close();
    }
}
