package redoubt.appliance;

import java.io.IOException;
import redoubt.appliance.api.telling.Streams;
import redoubt.appliance.backup.SealedRows;
import redoubt.appliance.conversations.Erasures;
import redoubt.appliance.conversations.Items;
import redoubt.appliance.conversations.PersonErasures;
import redoubt.appliance.identity.Database;
import redoubt.appliance.identity.Holds;
import redoubt.appliance.parked.ParkedFiles;
import redoubt.appliance.record.SiteRecord;
import redoubt.provenance.record.Actor;

/// What erases at this site, and what else forgets then. Source: ARCHITECTURE.md, what erases.
record Erasing(Erasures items, PersonErasures people) {
    /// What forgets.
    record Parts(Streams streams, ParkedFiles parked, SealedRows rows) {}

    /// Ends, too, what was begun before the process ended; all items are indexed by then.
    static Erasing open(Items items, Database database, SiteRecord record, Holds holds, Parts parts)
            throws IOException {
        Erasures erasures =
                new Erasures(
                        items,
                        database,
                        record,
                        holds,
                        (owner, erased) -> {
                            parts.streams().drop(erased);
                            parts.parked().forget(owner);
                        });
        erasures.settle();
        PersonErasures people =
                new PersonErasures(
                        items,
                        database,
                        erasures,
                        holds,
                        owner -> {
                            parts.streams().dropOf(owner);
                            parts.rows().forget(owner);
                            parts.parked().forget(owner);
                        });
        people.finish(Actor.SYSTEM);
        return new Erasing(erasures, people);
    }
}
