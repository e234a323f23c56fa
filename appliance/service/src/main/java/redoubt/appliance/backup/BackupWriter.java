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
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import redoubt.appliance.conversations.ContentStore;
import redoubt.appliance.conversations.ItemFile;
import redoubt.appliance.identity.Acts;
import redoubt.appliance.identity.Database;
import redoubt.appliance.identity.Holds;
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

    /// The folders of a record in which lies who has seen it.
    static final List<String> SEEN = List.of("witnessed", "anchors");

    private static final String SEEN_FILES = "[0-9]{16}\\.(note|ots|tsr)";

    private final Parts parts;
    private final Home home;
    private final ContentStore content;
    private final Ledger ledger;
    private final Progress progress;

    /// What a backup is made of.
    ///
    /// @param holds whose lock keeps erasures away for moments
    /// @param acts which are kept away for moments, too
    record Parts(
            Home home,
            ContentStore content,
            Database database,
            SealedRows rows,
            Ledger ledger,
            Holds holds,
            Acts acts,
            InstantSource clock) {}

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

    BackupWriter(Parts parts, Progress progress) {
        this.parts = parts;
        this.home = parts.home();
        this.content = parts.content();
        this.ledger = parts.ledger();
        this.progress = progress;
    }

    /// @param medium an absolute folder
    /// @param keys where the file of keys goes
    Made make(Path medium, Optional<Path> keys, Actor by)
            throws BackupException, IOException, RecordException {
        Media.require(home.root(), medium, keys);
        Durable.folder(medium);
        Durable.sweep(medium);
        BackupObjects objects = BackupObjects.at(medium);
        String name = STAMP.format(parts.clock().instant()) + "-" + Secrets.id().substring(0, 8);
        try (ListWriter list = new ListWriter(medium.resolve(name + BackupList.SUFFIX))) {
            content(objects, list);
            int ofContent = list.entries();
            List<BackupList.Entry> others = new ArrayList<>();
            // Last, so that the record knows of all that is in the backup.
            Moment moment = moment(by);
            rows(objects, moment.rows(), others);
            record(objects, moment.record(), others);
            folder(objects, home.trust(), "trust", others);
            settings(objects, others);
            String logId = logId(moment.record());
            long size = moment.record().checkpoint().size();
            String sha256 = list.end(logId, size, others);
            verify(objects, list, ofContent);
            int kept = keys.isPresent() ? keys(logId, keys.get(), by) : 0;
            ledger.note(new Event.BackedUp(name, size, Bytes.ofHex(sha256)), by);
            list.name();
            return new Made(
                    name, size, sha256, list.entries(), list.bytes(), objects.written(), kept);
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    private record Sealed(String name, byte[] bytes) {}

    /// People and keys, and the record that says how they came to be so.
    private record Moment(List<Sealed> rows, RecordSnapshot record) {}

    private Moment moment(Actor by) throws IOException {
        return parts.holds()
                .still(() ->
                        parts.acts()
                                .still(() -> {
                                    List<Sealed> rows = new ArrayList<>();
                                    for (IdentityRows.Row row : IdentityRows.all(parts.database()))
                                        rows.add(new Sealed(row.name(), parts.rows().seal(row)));
                                    ledger.noteUnderCheckpoint(
                                            new Event.Administered(
                                                    "POST /api/backups", "a backup is made"),
                                            by);
                                    return new Moment(rows, RecordSnapshot.of(home.record()));
                                }));
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
        for (String kind : SEEN)
            for (Path file : seen(home.record().resolve(kind), snapshot.checkpoint().size()))
                entries.add(
                        objects.keep(
                                "record/" + kind + "/" + file.getFileName(),
                                () -> Files.newInputStream(file)));
    }

    /// What is there of notes of witnesses, or anchors, of so many entries.
    static List<Path> seen(Path folder, long size) throws IOException {
        return plain(folder).stream()
                .filter(file -> {
                    String name = String.valueOf(file.getFileName());
                    return name.matches(SEEN_FILES)
                            && Long.parseLong(name.substring(0, 16)) <= size;
                })
                .toList();
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

    private void content(BackupObjects objects, ListWriter list)
            throws BackupException, IOException {
        List<String> folders = ContentStore.folders();
        for (int i = 0; i < folders.size(); i++)
            for (String file : content.files(folders.get(i))) {
                progress.at("content", i, folders.size());
                try {
                    byte[] bytes = withoutKey(file, content.raw(file));
                    list.content(
                            objects.keep("content/" + file, () -> new ByteArrayInputStream(bytes)));
                } catch (NoSuchFileException | FileNotFoundException erased) {
                    // Meanwhile; then it belongs in no backup.
                }
            }
    }

    private static byte[] withoutKey(String file, byte[] bytes) throws BackupException {
        try {
            return ItemFile.withoutKey(bytes);
        } catch (IOException damaged) {
            throw new BackupException(
                    "The file content/%s of the home is damaged (%s), so there is no backup that could be called whole; those that were still are. Check the disk of the home. If the item is lost, erase it (its identifier is the file's name), and begin again."
                            .formatted(file, damaged.getMessage()),
                    damaged);
        }
    }

    private static void rows(
            BackupObjects objects, List<Sealed> rows, List<BackupList.Entry> entries)
            throws IOException {
        for (Sealed row : rows)
            entries.add(
                    objects.keep(
                            "rows/" + row.name(), () -> new ByteArrayInputStream(row.bytes())));
    }

    /// What was there already was read when it was compared.
    private void verify(BackupObjects objects, ListWriter list, int ofContent)
            throws BackupException, IOException {
        AtomicInteger at = new AtomicInteger();
        progress.at("reading it again", 0, list.entries());
        BackupList.read(
                list.unnamed(),
                entry -> {
                    int number = at.getAndIncrement();
                    if (number % 100 == 0) progress.at("reading it again", number, list.entries());
                    if (number >= ofContent || objects.fresh(number)) objects.check(entry);
                });
    }

    /// Writes the file of keys anew: of what there is now, and of nothing that was erased.
    ///
    /// @return how many keys it holds
    int keys(String logId, Path medium, Actor by)
            throws BackupException, IOException, RecordException {
        long from = unfinished().orElse(ledger.size());
        try (FreshKeys all = FreshKeys.on(medium, logId)) {
            gather(all);
            // While nothing is erased, so that the entry says what the file is.
            return parts.holds()
                    .still(() -> {
                        Set<String> erased = ledger.erasedSince(from);
                        if (erased.isEmpty()) return place(all, by);
                        try (FreshKeys less = all.without(erased)) {
                            return place(less, by);
                        }
                    });
        }
    }

    /// Where the first erasure began that is recorded in part and not ended.
    private OptionalLong unfinished() {
        return parts
                .database()
                .all(
                        "SELECT from_entry FROM erasures UNION ALL SELECT from_entry FROM person_erasures",
                        row -> row.getLong("from_entry"))
                .stream()
                .mapToLong(Long::longValue)
                .min();
    }

    private int place(FreshKeys keys, Actor by) throws IOException {
        String sha256 = keys.end();
        ledger.note(new Event.BackedUp("keys", ledger.size(), Bytes.ofHex(sha256)), by);
        keys.replace();
        return keys.count();
    }

    private void gather(FreshKeys keys) throws IOException {
        List<String> folders = ContentStore.folders();
        for (int i = 0; i < folders.size(); i++)
            for (String file : content.files(folders.get(i))) {
                progress.at("keys", i, folders.size());
                try {
                    keys.add("content/" + file, content.wrappedKey(file));
                } catch (NoSuchFileException | FileNotFoundException erased) {
                    // Meanwhile.
                }
            }
        progress.at("keys", folders.size(), folders.size());
        for (String name : new TreeSet<>(KeyRing.OF_HOME)) {
            Path file = home.root().resolve(name);
            if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                keys.add(KeyRing.HOME + name, Files.readAllBytes(file));
        }
        for (String name :
                IdentityRows.all(parts.database()).stream()
                        .map(IdentityRows.Row::name)
                        .sorted()
                        .toList()) {
            // None is made here: no backup could hold the row under it.
            Optional<byte[]> key = parts.rows().keyOf(name);
            if (key.isPresent()) keys.add("rows/" + name, key.get());
        }
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
