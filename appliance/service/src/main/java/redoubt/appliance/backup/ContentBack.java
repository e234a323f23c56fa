package redoubt.appliance.backup;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import redoubt.appliance.conversations.ContentStore;
import redoubt.appliance.conversations.ErasedAgain;
import redoubt.appliance.conversations.ItemFile;
import redoubt.appliance.conversations.Items;
import redoubt.appliance.identity.Database;
import redoubt.appliance.identity.IdentityRows;
import redoubt.appliance.identity.RecordedActs;
import redoubt.appliance.site.Durable;
import redoubt.appliance.site.Home;
import redoubt.appliance.site.SiteException;

/// Puts content, people and keys of a backup into a home, as far as they may and can come back: not
/// what was erased since, and not what the file of keys has no key for. An item out of which
/// something was erased since has another key now, which does not open the backup's; it counts as
/// without key. One thread. Source: docs/adr/0006.
final class ContentBack {
    private final BackupObjects objects;
    private final Home home;
    private final KeyRing ring;
    private final Set<String> erased;
    private final Consumer<String> progress;
    private int items;
    private int withoutKey;
    private int erasedAgain;
    private Set<String> keysGone = Set.of();

    ContentBack(
            BackupObjects objects,
            Home home,
            KeyRing ring,
            Set<String> erased,
            Consumer<String> progress) {
        this.objects = objects;
        this.home = home;
        this.ring = ring;
        this.erased = erased;
        this.progress = progress;
    }

    /// @param since what the record says was done since the backup
    void put(BackupList list, RecordedActs since)
            throws BackupException, SiteException, IOException {
        for (Map.Entry<String, byte[]> key : ring.keys().entrySet())
            if (key.getKey().startsWith(KeyRing.HOME)) {
                var to = home.root().resolve(key.getKey().substring(KeyRing.HOME.length()));
                Durable.folder(Objects.requireNonNull(to.getParent()));
                Durable.write(to, key.getValue());
            }
        ContentStore store = ContentStore.open(home.content(), home.keys());
        ErasedAgain again = new ErasedAgain(erased);
        List<IdentityRows.Row> rows = new ArrayList<>();
        for (BackupList.Entry entry : list.entries()) {
            if (entry.path().startsWith("content/")) item(entry, store, again);
            else if (entry.path().startsWith("rows/")) row(entry, rows);
        }
        try (Database database = Database.open(home.database())) {
            rows(database, rows);
            since.apply(database);
            Items all = new Items(store, database);
            all.reindex();
            int gone = again.apply(all);
            items -= gone;
            erasedAgain += gone;
        } catch (IllegalArgumentException malformed) {
            throw new BackupException(
                    "A person or a key in the backup cannot be read (%s). The folder %s is no home and can be removed."
                            .formatted(malformed.getMessage(), home.root()),
                    malformed);
        }
    }

    private void item(BackupList.Entry entry, ContentStore store, ErasedAgain again)
            throws BackupException, IOException {
        String id = BackupList.idOf(entry.path());
        byte[] key = ring.keys().get(entry.path());
        boolean gone = erased.contains(id);
        if (gone) erasedAgain++;
        if (key == null) {
            if (!gone) withoutKey++;
            return;
        }
        String name = entry.path().substring("content/".length());
        byte[] file = ItemFile.withKey(objects.read(entry), key);
        Optional<byte[]> content = store.open(name, file);
        if (content.isEmpty()) {
            if (!gone) withoutKey++;
            again.lost(id);
        } else if (gone) {
            if (name.endsWith(".item")) again.learn(content.get());
        } else {
            store.restore(name, file);
            if (++items % 1000 == 0) progress.accept(items + " items are back …");
        }
    }

    private void row(BackupList.Entry entry, List<IdentityRows.Row> rows)
            throws BackupException, IOException {
        byte[] key = ring.keys().get(entry.path());
        String name = entry.path().substring("rows/".length());
        if (key != null) rows.add(SealedRows.open(name, objects.read(entry), key));
        else if (erased.contains(BackupList.idOf(entry.path()))) erasedAgain++;
        else withoutKey++;
    }

    private void rows(Database database, List<IdentityRows.Row> rows) throws IOException {
        IdentityRows.Restored restored = IdentityRows.restore(database, rows, erased);
        erasedAgain += rows.size() - restored.rows().size();
        keysGone = restored.keysGone();
        SealedRows sealed = new SealedRows(home.keys());
        for (String name : restored.rows())
            sealed.restore(name, Objects.requireNonNull(ring.keys().get("rows/" + name)));
    }

    int items() {
        return items;
    }

    int withoutKey() {
        return withoutKey;
    }

    int erasedAgain() {
        return erasedAgain;
    }

    /// What was erased and, with somebody who was, their keys.
    Set<String> with(Set<String> named) {
        Set<String> all = new HashSet<>(named);
        all.addAll(keysGone);
        return all;
    }
}
