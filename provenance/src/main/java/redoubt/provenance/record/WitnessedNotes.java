package redoubt.provenance.record;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/// The checkpoints that were given to witnesses, each with the lines that came back, in the folder
/// `witnessed` beside the segments. One file for each size; what is in it is the log's own two
/// lines and any number of witnesses'. Reading verifies nothing. One writer at a time. Source:
/// docs/audit-record.md section 7.2.
public final class WitnessedNotes {
    static final String FOLDER = "witnessed";

    /// What a crash in the middle of writing leaves behind.
    private static final String UNFINISHED = ".new";

    private static final int FILES_MAX = 100_000;
    private static final Pattern NAME = Pattern.compile("[0-9]{16}\\.note");

    private final Path folder;

    /// @param recordFolder the folder of the segments
    public WitnessedNotes(Path recordFolder) {
        this.folder = recordFolder.resolve(FOLDER);
    }

    /// @throws IOException when something is there that no site keeps there, or it cannot be read
    void requireNoOthers() throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) return;
        try (var files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                if (!NAME.matcher(name).matches() && !name.endsWith(UNFINISHED))
                    throw new IOException(file + " is no note of a size");
            }
        } catch (DirectoryIteratorException unreadable) {
            throw new IOException(unreadable);
        }
    }

    /// Sizes of which there is a note, smallest first. Other names are left alone.
    public List<Long> sizes() throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) return List.of();
        List<Long> sizes = new ArrayList<>();
        try (var files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                if (!NAME.matcher(name).matches()) continue;
                if (sizes.size() == FILES_MAX)
                    throw new IOException(folder + " holds more notes than anybody made");
                sizes.add(Long.parseLong(name.substring(0, 16)));
            }
        } catch (DirectoryIteratorException unreadable) {
            throw new IOException(unreadable);
        }
        return sizes.stream().sorted().toList();
    }

    /// The note of this size, if there is one.
    ///
    /// @throws MalformedRecordException when the file holds something else
    public Optional<Checkpoint> of(long size) throws IOException, MalformedRecordException {
        Path file = file(size);
        try {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                if (Files.exists(file, LinkOption.NOFOLLOW_LINKS))
                    throw new IOException(file + " is not a plain file");
                return Optional.empty();
            }
            if (Files.size(file) > SignedNote.NOTE_BYTES_MAX)
                throw new MalformedRecordException(file + " is longer than 512 KiB.");
            Checkpoint note = Checkpoint.parse(Files.readAllBytes(file));
            if (note.size() != size)
                throw new MalformedRecordException(file + " is of another size than its name.");
            return Optional.of(note);
        } catch (NoSuchFileException gone) {
            return Optional.empty();
        }
    }

    /// All of them, smallest first.
    public List<Checkpoint> all() throws IOException, MalformedRecordException {
        List<Checkpoint> notes = new ArrayList<>();
        for (long size : sizes()) of(size).ifPresent(notes::add);
        return notes;
    }

    /// Of each key that left a line, the newest note that has it: a witness vouches for all before.
    /// What cannot be read or is not of this tree is left out, because it would only break what it
    /// is given out with; the record's own check tells of it.
    ///
    /// @param over notes of so many entries or fewer say nothing of what is asked
    /// @param to of the checkpoint under which they are given out
    /// @param most of them, the newest ones
    /// @return smallest first
    List<Checkpoint> newestOfEach(long over, long to, int most, Predicate<Checkpoint> isOfThisTree)
            throws IOException {
        List<Checkpoint> chosen = new ArrayList<>();
        Set<String> heard = new HashSet<>();
        for (long size : sizes().reversed()) {
            if (size > to) continue;
            if (size <= over || chosen.size() == most) break;
            usable(size)
                    .filter(isOfThisTree)
                    .filter(note -> isNews(note, heard))
                    .ifPresent(chosen::add);
        }
        return chosen.reversed();
    }

    /// All that can be read and are of this tree, smallest first.
    ///
    /// @param to of the checkpoint under which they are given out
    List<Checkpoint> usable(long to, Predicate<Checkpoint> isOfThisTree) throws IOException {
        List<Checkpoint> found = new ArrayList<>();
        for (long size : sizes())
            if (size <= to) usable(size).filter(isOfThisTree).ifPresent(found::add);
        return found;
    }

    private Optional<Checkpoint> usable(long size) {
        try {
            return of(size);
        } catch (IOException | MalformedRecordException unusable) {
            return Optional.empty();
        }
    }

    private static boolean isNews(Checkpoint note, Set<String> heard) {
        boolean isNews = false;
        for (Cosignature line : note.cosignatures())
            isNews |= heard.add(line.name() + ' ' + line.keyId().hex());
        return isNews;
    }

    /// Appends an entry and comes back when it is durable.
    @FunctionalInterface
    public interface Recording {
        void record(Event.Witnessed event) throws IOException;
    }

    /// Takes a line that was found to be good: the entry becomes durable, then the line stands
    /// under its note. The entry has all of the line, so that the start after a crash between the
    /// two adds it ([#mend]).
    ///
    /// @param note of the size that the line is about
    /// @throws IOException when no more lines fit, before anything was recorded
    public void take(Checkpoint note, Cosignature line, Recording recording) throws IOException {
        Checkpoint with = note.with(line);
        requireReadable(with);
        recording.record(
                new Event.Witnessed(
                        line.name(),
                        line.keyId(),
                        note.size(),
                        note.root(),
                        line.atSeconds(),
                        line.signature()));
        keep(with);
    }

    /// Adds each line of which there is an entry and which its note lacks, as after a crash. Notes
    /// that are not there or garbled are left to whoever verifies.
    ///
    /// @param entries WITNESSED, by sequence
    void mend(AuditRecord record, List<Long> entries) throws IOException {
        for (long sequence : entries) {
            if (!(record.entry(sequence).event() instanceof Event.Witnessed seen)) continue;
            try {
                Optional<Checkpoint> note = of(seen.size());
                if (note.isEmpty() || !note.get().root().equals(seen.root())) continue;
                Checkpoint with = note.get().with(line(seen));
                if (!with.equals(note.get())) keep(with);
            } catch (MalformedRecordException garbled) {
                // It is as it was before the start.
            }
        }
    }

    private static Cosignature line(Event.Witnessed seen) throws MalformedRecordException {
        Cosignature said =
                new Cosignature(seen.witness(), seen.keyId(), seen.at(), seen.cosignature());
        return Cosignature.parse(said.text().getBytes(StandardCharsets.UTF_8));
    }

    private static void requireReadable(Checkpoint note) throws IOException {
        try {
            Checkpoint.parse(note.note().getBytes(StandardCharsets.UTF_8));
        } catch (MalformedRecordException full) {
            throw new IOException("no more lines fit under the checkpoint of " + note.size(), full);
        }
    }

    /// Writes the note of its size, durably, in the place of the one that was there.
    public void keep(Checkpoint note) throws IOException {
        requireReadable(note);
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(folder);
            Path above = folder.toAbsolutePath().getParent();
            if (above != null) DurableFile.forceFolder(above);
        }
        DurableFile.write(file(note.size()), note.note());
    }

    private Path file(long size) {
        return folder.resolve("%016d.note".formatted(size));
    }
}
