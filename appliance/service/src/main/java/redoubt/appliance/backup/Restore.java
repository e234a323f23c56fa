package redoubt.appliance.backup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import redoubt.appliance.identity.RecordedActs;
import redoubt.appliance.site.Durable;
import redoubt.appliance.site.Home;
import redoubt.appliance.site.HomeLock;
import redoubt.appliance.site.HomeUse;
import redoubt.appliance.site.SiteException;
import redoubt.provenance.record.Checkpoint;
import redoubt.provenance.record.Event;
import redoubt.provenance.record.MalformedRecordException;
import redoubt.provenance.record.RecordException;
import redoubt.provenance.record.RecordReport;
import redoubt.provenance.record.RecordSnapshot;
import redoubt.provenance.record.RecordTrust;
import redoubt.provenance.record.RecordVerifier;
import redoubt.provenance.record.Verdict;

/// Puts a backup into an empty home. The record comes first and must verify; what it, or a newer
/// copy of it, or the operator's list says was erased is not put back, and what has no key in the
/// file of keys cannot be. `layout.json` comes last: a folder without it is no home, so a restore
/// that was interrupted is never taken for whole. One thread. Source: docs/adr/0006.
public final class Restore {
    private static final long SEEN_BYTES_MAX = 1 << 20;

    private final Asked asked;
    private final Consumer<String> progress;

    /// What the operator wants.
    ///
    /// @param from the medium
    /// @param name which of its backups; the last where empty
    /// @param keysFrom the medium with the file of keys
    /// @param record a newer copy of the record than the backup's
    /// @param trust what to verify the record with; the backup's own where empty
    /// @param checkpoints that the record must agree with
    /// @param erased pseudonyms and items that were erased since
    public record Asked(
            Path home,
            Path from,
            Optional<String> name,
            Optional<Path> keysFrom,
            Optional<Path> record,
            Optional<Path> trust,
            List<Path> checkpoints,
            Set<String> erased) {
        public Asked {
            checkpoints = List.copyOf(checkpoints);
            erased = Set.copyOf(erased);
        }
    }

    /// What was put back.
    ///
    /// @param erasedAgain what the backup holds and was not put back because it was erased
    /// @param withoutKey what could not be, because the file of keys has no key for it
    public record Done(
            String name, long size, Verdict verdict, int items, int erasedAgain, int withoutKey) {}

    private Restore(Asked asked, Consumer<String> progress) {
        this.asked = asked;
        this.progress = progress;
    }

    /// @param progress told in sentences what is being done
    public static Done run(Asked asked, Consumer<String> progress)
            throws BackupException, SiteException, IOException {
        Restore restore = new Restore(asked, progress);
        restore.requireEmptyHome();
        try (HomeLock _ = HomeLock.take(asked.home(), HomeUse.RESTORE)) {
            return restore.run();
        }
    }

    private Done run() throws BackupException, SiteException, IOException {
        BackupObjects objects = BackupObjects.at(asked.from());
        String name = asked.name().isPresent() ? asked.name().get() : last(asked.from());
        if (!BackupList.NAME.matcher(name).matches())
            throw new BackupException(
                    "%s is no name of a backup. Nothing was restored. `ls` of the medium shows them, without .backup."
                            .formatted(name));
        Path file = asked.from().resolve(name + BackupList.SUFFIX);
        BackupList list = BackupList.read(file);
        String sha256 = Sha256.hex(Files.readAllBytes(file));
        Optional<KeyRing> ring =
                asked.keysFrom().isPresent()
                        ? Optional.of(KeyRing.read(asked.keysFrom().get()))
                        : Optional.empty();
        if (ring.isPresent() && !ring.get().logId().equals(list.logId()))
            throw new BackupException(
                    "The keys in %s are of another site's record. Nothing was restored."
                            .formatted(asked.keysFrom().get()));
        for (int i = 0; i < list.entries().size(); i++) {
            if (i % 1000 == 0)
                progress.accept("Reading %d of %d …".formatted(i, list.entries().size()));
            objects.check(list.entries().get(i));
        }
        Home home = Home.open(asked.home());
        plain(objects, list, home);
        RecordReport report = verified(home, list);
        Set<String> erased = new HashSet<>(asked.erased());
        RecordedActs since = new RecordedActs(list.size());
        read(home, erased, since);
        if (ring.isEmpty()) {
            Restored.mark(home, name, list.size(), sha256, 0, asked.erased());
            home.installed(Instant.now());
            return new Done(name, report.size(), report.verdict(), 0, 0, 0);
        }
        ContentBack content = new ContentBack(objects, home, ring.get(), erased, progress);
        content.put(list, since);
        Set<String> unrecorded = content.with(asked.erased());
        Restored.mark(home, name, list.size(), sha256, content.erasedAgain(), unrecorded);
        home.installed(Instant.now());
        return new Done(
                name,
                report.size(),
                report.verdict(),
                content.items(),
                content.erasedAgain(),
                content.withoutKey());
    }

    private void requireEmptyHome() throws BackupException, IOException {
        if (!Files.exists(asked.home())) return;
        if (Files.isDirectory(asked.home().resolve("record"))) {
            try {
                long there = RecordSnapshot.of(asked.home().resolve("record")).checkpoint().size();
                throw new BackupException(
                        "%s holds a record of %d entries. A restore over it could cut off what was recorded since the backup, so nothing was changed. Move that folder aside; if its record is the newer one, give it as --record, and all that was erased since the backup stays erased."
                                .formatted(asked.home(), there));
            } catch (RecordException unreadable) {
                // Whatever it is, it is not empty: below.
            }
        }
        try (Stream<Path> there = Files.list(asked.home())) {
            if (there.anyMatch(file -> !String.valueOf(file.getFileName()).equals("lock")))
                throw new BackupException(
                        "%s is not empty. Nothing was changed. Give a new or an empty folder as --home; what an interrupted restore left behind can be removed whole."
                                .formatted(asked.home()));
        }
    }

    private static String last(Path medium) throws BackupException, IOException {
        if (!Files.isDirectory(medium))
            throw new BackupException(
                    "There is no folder %s. Nothing was restored.".formatted(medium));
        try (Stream<Path> files = Files.list(medium)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> name.endsWith(BackupList.SUFFIX) && !name.startsWith("."))
                    .max(Comparator.naturalOrder())
                    .map(name -> name.substring(0, name.length() - BackupList.SUFFIX.length()))
                    .orElseThrow(() ->
                            new BackupException(
                                    "%s holds no whole backup (a file *.backup). What an interrupted one left there counts for nothing. Nothing was restored."
                                            .formatted(medium)));
        }
    }

    /// Record, trust and settings, as they were.
    private void plain(BackupObjects objects, BackupList list, Home home)
            throws BackupException, IOException {
        for (BackupList.Entry entry : list.entries()) {
            String path = entry.path();
            if (path.startsWith("content/") || path.startsWith("rows/")) continue;
            // Of the record itself the newer copy is taken; who has seen it, it may lack.
            boolean seen =
                    path.startsWith("record/witnessed/") || path.startsWith("record/anchors/");
            if (path.startsWith("record/") && !seen && asked.record().isPresent()) continue;
            // Without its key there will be a new authority; auditors need the old one all the
            // same.
            if (path.equals("trust/credentials-root.pem") && asked.keysFrom().isEmpty())
                path = "trust/credentials-root-before.pem";
            Path to =
                    switch (path) {
                        case "settings/models.json" -> home.models().resolve("settings.json");
                        case "settings/retention.txt" -> home.retention();
                        default -> home.root().resolve(path);
                    };
            // What this software does not know.
            if (to.startsWith(home.root().resolve("settings"))) continue;
            Durable.folder(Objects.requireNonNull(to.getParent()));
            objects.restore(entry, to);
        }
    }

    private RecordReport verified(Home home, BackupList list) throws BackupException, IOException {
        List<Checkpoint> known = new ArrayList<>();
        for (Path file : asked.checkpoints()) known.add(checkpoint(file));
        if (asked.record().isPresent()) newerRecord(home, asked.record().get(), known);
        progress.accept("Verifying the record …");
        RecordReport report;
        try {
            RecordTrust trust = RecordTrust.read(asked.trust().orElse(home.trust()));
            report =
                    new RecordVerifier(trust, known)
                            .verify(
                                    home.record(),
                                    done -> {
                                        if (done % 10_000 == 0)
                                            progress.accept(done + " entries hold …");
                                    });
        } catch (RecordException untrusted) {
            throw new BackupException(String.valueOf(untrusted.getMessage()), untrusted);
        }
        switch (report.verdict()) {
            case VALID, VALID_UNWITNESSED -> {}
            case INCOMPLETE, FORKED, INVALID ->
                    throw new BackupException(
                            "The record of the backup does not hold (%s): %s The folder %s is no home and can be removed. Take another backup, or bring a newer copy of the record with --record."
                                    .formatted(
                                            report.verdict(),
                                            report.checks().getLast(),
                                            home.root()));
        }
        if (!report.logId().map(id -> id.hex().equals(list.logId())).orElse(false))
            throw new BackupException(
                    "The record is another one than the backup says. The folder %s is no home and can be removed."
                            .formatted(home.root()));
        return report;
    }

    private void newerRecord(Home home, Path newer, List<Checkpoint> known)
            throws BackupException, IOException {
        RecordSnapshot snapshot;
        try {
            snapshot = RecordSnapshot.of(newer);
        } catch (RecordException none) {
            throw new BackupException(String.valueOf(none.getMessage()), none);
        }
        BackupObjects objects = BackupObjects.at(asked.from());
        String name = asked.name().isPresent() ? asked.name().get() : last(asked.from());
        BackupList list = BackupList.read(asked.from().resolve(name + BackupList.SUFFIX));
        for (BackupList.Entry entry : list.entries())
            if (entry.path().equals("record/checkpoint"))
                known.add(parse(objects.read(entry), "the backup's checkpoint"));
        for (RecordSnapshot.Part part : snapshot.parts()) {
            Path to = home.record().resolve(String.valueOf(part.file().getFileName()));
            try (var in = Files.newByteChannel(part.file());
                    var out =
                            java.nio.channels.FileChannel.open(
                                    to,
                                    java.nio.file.StandardOpenOption.CREATE_NEW,
                                    java.nio.file.StandardOpenOption.WRITE)) {
                for (long at = 0; at < part.bytes(); )
                    at += out.transferFrom(in, at, part.bytes() - at);
                out.force(true);
            }
        }
        seen(home, newer, snapshot.checkpoint().size());
        Durable.write(
                home.record().resolve("checkpoint"),
                snapshot.checkpoint().note().getBytes(StandardCharsets.UTF_8));
    }

    /// Notes of witnesses and anchors that the newer copy has.
    private static void seen(Home home, Path newer, long size) throws IOException {
        for (String kind : BackupWriter.SEEN)
            for (Path file : BackupWriter.seen(newer.resolve(kind), size)) {
                if (Files.size(file) > SEEN_BYTES_MAX) continue;
                Durable.folder(home.record().resolve(kind));
                Durable.write(
                        home.record().resolve(kind).resolve(String.valueOf(file.getFileName())),
                        Files.readAllBytes(file));
            }
    }

    private static Checkpoint checkpoint(Path file) throws BackupException, IOException {
        if (Files.size(file) > 1 << 20)
            throw new BackupException("%s is no checkpoint.".formatted(file));
        return parse(Files.readAllBytes(file), file.toString());
    }

    private static Checkpoint parse(byte[] note, String whose) throws BackupException {
        try {
            return Checkpoint.parse(note);
        } catch (MalformedRecordException malformed) {
            throw new BackupException(
                    "%s is no checkpoint: %s".formatted(whose, malformed.getMessage()), malformed);
        }
    }

    private static void read(Home home, Set<String> erased, RecordedActs since)
            throws BackupException, IOException {
        try {
            RecordSnapshot.of(home.record())
                    .read(entry -> {
                        if (entry.event() instanceof Event.Erased gone) erased.add(gone.item());
                        since.read(entry);
                    });
        } catch (RecordException unreadable) {
            throw new BackupException(String.valueOf(unreadable.getMessage()), unreadable);
        }
    }

    /// Reads every object of a backup again.
    ///
    /// @return its name and how many files it has
    public static String check(Path medium, Optional<String> name, Consumer<String> progress)
            throws BackupException, IOException {
        BackupObjects objects = BackupObjects.at(medium);
        String one = name.isPresent() ? name.get() : last(medium);
        BackupList list = BackupList.read(medium.resolve(one + BackupList.SUFFIX));
        for (int i = 0; i < list.entries().size(); i++) {
            if (i % 1000 == 0)
                progress.accept("Reading %d of %d …".formatted(i, list.entries().size()));
            objects.check(list.entries().get(i));
        }
        return one;
    }
}
