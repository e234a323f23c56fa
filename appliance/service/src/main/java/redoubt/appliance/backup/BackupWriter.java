package redoubt.appliance.backup;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import redoubt.appliance.conversations.ContentStore;
import redoubt.appliance.conversations.ItemFile;
import redoubt.appliance.identity.Database;
import redoubt.appliance.identity.IdentityRows;
import redoubt.appliance.record.Ledger;
import redoubt.appliance.site.Durable;
import redoubt.appliance.site.Home;
import redoubt.appliance.site.Secrets;
import redoubt.provenance.record.Actor;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.RecordException;
import redoubt.provenance.record.RecordSnapshot;

/// Makes one backup of a home whose appliance goes on meanwhile: the record as far as its
/// checkpoint covers it, content without its keys, people and keys of programs each under a key of
/// its own, trust and settings. What the medium has already is not written again. The list comes
/// last, when all of it was read again and BACKED_UP is durable; without it there is no backup. One
/// thread. Source: docs/adr/0006.
final class BackupWriter {
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSSSSS'Z'").withZone(ZoneOffset.UTC);
    private static final String RECORD_FILES = "[0-9]{16}\\.(note|ots|tsr)";

    private final Home home;
    private final ContentStore content;
    private final Database database;
    private final SealedRows rows;
    private final Ledger ledger;
    private final InstantSource clock;
    private final Progress progress;

    /// Told what is being done, and how much of it is.
    interface Progress {
        void at(String what, long done, long all);
    }

    /// A backup that is whole.
    ///
    /// @param bytes of everything it refers to
    /// @param written bytes that the medium did not have yet
    record Made(
            String name, long size, String sha256, int files, long bytes, long written, int keys) {}

    BackupWriter(
            Home home,
            ContentStore content,
            Database database,
            SealedRows rows,
            Ledger ledger,
            InstantSource clock,
            Progress progress) {
        this.home = home;
        this.content = content;
        this.database = database;
        this.rows = rows;
        this.ledger = ledger;
        this.clock = clock;
        this.progress = progress;
    }

    /// @param medium an absolute folder
    /// @param keys where the file of keys goes
    Made make(Path medium, Optional<Path> keys, Actor by)
            throws BackupException, IOException, RecordException {
        Media.require(home.root(), medium, keys);
        Durable.folder(medium);
        BackupObjects objects = BackupObjects.at(medium);
        List<BackupList.Entry> entries = new ArrayList<>();
        RecordSnapshot snapshot = RecordSnapshot.of(home.record());
        record(objects, snapshot, entries);
        folder(objects, home.trust(), "trust", entries);
        settings(objects, entries);
        content(objects, entries);
        rows(objects, entries);
        entries.sort(Comparator.comparing(BackupList.Entry::path));
        BackupList list = new BackupList(logId(snapshot), snapshot.checkpoint().size(), entries);
        verify(objects, entries);
        byte[] bytes = list.encode();
        String name = STAMP.format(clock.instant()) + "-" + Secrets.id().substring(0, 8);
        int kept = keys.isPresent() ? keys(list.logId(), keys.get(), by) : 0;
        ledger.note(new Event.BackedUp(name, list.size(), Bytes.of(Secrets.sha256(bytes))), by);
        Durable.write(medium.resolve(name + BackupList.SUFFIX), bytes);
        return new Made(
                name,
                list.size(),
                Sha256.hex(bytes),
                entries.size(),
                entries.stream().mapToLong(BackupList.Entry::bytes).sum(),
                objects.written(),
                kept);
    }

    private static String logId(RecordSnapshot snapshot) {
        String origin = snapshot.checkpoint().origin();
        return origin.substring(origin.indexOf('/') + 1);
    }

    private void record(
            BackupObjects objects, RecordSnapshot snapshot, List<BackupList.Entry> entries)
            throws IOException {
        long all = snapshot.parts().stream().mapToLong(RecordSnapshot.Part::bytes).sum();
        long done = 0;
        for (RecordSnapshot.Part part : snapshot.parts()) {
            progress.at("the record", done, all);
            entries.add(
                    objects.keep(
                            "record/" + part.file().getFileName(),
                            () -> new Beginning(Files.newInputStream(part.file()), part.bytes())));
            done += part.bytes();
        }
        byte[] note = snapshot.checkpoint().note().getBytes(StandardCharsets.UTF_8);
        entries.add(objects.keep("record/checkpoint", () -> new ByteArrayInputStream(note)));
        for (String kind : List.of("witnessed", "anchors"))
            for (Path file : plain(home.record().resolve(kind))) {
                String name = String.valueOf(file.getFileName());
                if (name.matches(RECORD_FILES)
                        && Long.parseLong(name.substring(0, 16)) <= snapshot.checkpoint().size())
                    entries.add(
                            objects.keep(
                                    "record/" + kind + "/" + name,
                                    () -> Files.newInputStream(file)));
            }
    }

    private void settings(BackupObjects objects, List<BackupList.Entry> entries)
            throws IOException {
        Path models = home.models().resolve("settings.json");
        if (Files.isRegularFile(models, LinkOption.NOFOLLOW_LINKS))
            entries.add(objects.keep("settings/models.json", () -> Files.newInputStream(models)));
        Path retention = home.retention();
        if (Files.isRegularFile(retention, LinkOption.NOFOLLOW_LINKS))
            entries.add(
                    objects.keep("settings/retention.txt", () -> Files.newInputStream(retention)));
    }

    private void folder(
            BackupObjects objects, Path folder, String path, List<BackupList.Entry> entries)
            throws IOException {
        for (Path file : plain(folder)) {
            String name = path + "/" + file.getFileName();
            if (BackupList.isPath(name))
                entries.add(objects.keep(name, () -> Files.newInputStream(file)));
        }
        for (Path inside : list(folder))
            if (Files.isDirectory(inside, LinkOption.NOFOLLOW_LINKS)
                    && BackupList.isPath(path + "/" + inside.getFileName()))
                folder(objects, inside, path + "/" + inside.getFileName(), entries);
    }

    private static List<Path> plain(Path folder) throws IOException {
        return list(folder).stream()
                .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                .toList();
    }

    private static List<Path> list(Path folder) throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) return List.of();
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        } catch (UncheckedIOException unreadable) {
            throw unreadable.getCause();
        }
    }

    private void content(BackupObjects objects, List<BackupList.Entry> entries) throws IOException {
        List<String> files = content.files();
        for (int i = 0; i < files.size(); i++) {
            progress.at("content", i, files.size());
            String file = files.get(i);
            try {
                byte[] bytes = ItemFile.withoutKey(content.raw(file));
                entries.add(objects.keep("content/" + file, () -> new ByteArrayInputStream(bytes)));
            } catch (NoSuchFileException | FileNotFoundException erased) {
                // Meanwhile; then it belongs in no backup.
            }
        }
    }

    private void rows(BackupObjects objects, List<BackupList.Entry> entries) throws IOException {
        for (IdentityRows.Row row : IdentityRows.all(database)) {
            byte[] sealed = rows.seal(row);
            entries.add(objects.keep("rows/" + row.name(), () -> new ByteArrayInputStream(sealed)));
        }
    }

    private void verify(BackupObjects objects, List<BackupList.Entry> entries)
            throws BackupException, IOException {
        for (int i = 0; i < entries.size(); i++) {
            progress.at("reading it again", i, entries.size());
            objects.check(entries.get(i));
        }
    }

    /// Writes the file of keys anew: of what there is now, and of nothing that was erased.
    ///
    /// @return how many keys it holds
    int keys(String logId, Path medium, Actor by)
            throws BackupException, IOException, RecordException {
        Map<String, byte[]> all = new TreeMap<>();
        for (String name : KeyRing.OF_HOME) {
            Path file = home.root().resolve(name);
            if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                all.put(KeyRing.HOME + name, Files.readAllBytes(file));
        }
        List<String> files = content.files();
        for (int i = 0; i < files.size(); i++) {
            progress.at("keys", i, files.size());
            try {
                all.put("content/" + files.get(i), content.wrappedKey(files.get(i)));
            } catch (NoSuchFileException | FileNotFoundException erased) {
                // Meanwhile.
            }
        }
        for (IdentityRows.Row row : IdentityRows.all(database))
            all.put("rows/" + row.name(), rows.key(row.name()));
        Durable.folder(medium);
        KeyRing ring = new KeyRing(logId, all);
        ledger.note(new Event.BackedUp("keys", ledger.size(), Bytes.ofHex(ring.sha256())), by);
        ring.replace(medium);
        return all.size();
    }

    /// The first bytes of a stream.
    private static final class Beginning extends InputStream {
        private final InputStream in;
        private long left;

        Beginning(InputStream in, long bytes) {
            this.in = in;
            this.left = bytes;
        }

        @Override
        public int read() throws IOException {
            if (left == 0) return -1;
            int next = in.read();
            if (next >= 0) left--;
            return next;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            if (left == 0) return -1;
            int read = in.read(into, from, (int) Math.min(length, left));
            if (read > 0) left -= read;
            return read;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
