package redoubt.appliance.backup;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import redoubt.appliance.conversations.ContentStore;
import redoubt.appliance.identity.Acts;
import redoubt.appliance.identity.Database;
import redoubt.appliance.identity.Holds;
import redoubt.appliance.record.Ledger;
import redoubt.appliance.site.Home;
import redoubt.provenance.record.Actor;
import redoubt.provenance.record.RecordException;

/// The backup that is being made, or was made last since the start. One at a time, on a thread of
/// its own; an end of the process interrupts it, and it counts for nothing then. Thread safe.
public final class BackupJob {
    private final BackupWriter.Parts parts;
    private final String logId;
    private final AtomicReference<State> state = new AtomicReference<>(new State.Nothing());

    /// How far it is.
    public sealed interface State {
        record Nothing() implements State {}

        record Running(String what, long done, long all) implements State {}

        /// @param keys how many keys were written; 0 where none were to be
        /// @param sameDisk which of the folders lie on the disk of the home
        record Done(
                String name,
                long size,
                String sha256,
                int files,
                long bytes,
                long written,
                int keys,
                List<String> sameDisk)
                implements State {
            public Done {
                sameDisk = List.copyOf(sameDisk);
            }
        }

        record Failed(String sentence) implements State {}
    }

    /// @param logId of the record, hex
    /// @param holds whose lock keeps erasures away for moments
    /// @param acts which are kept away for moments, too
    public BackupJob(
            Home home,
            ContentStore content,
            Database database,
            SealedRows rows,
            Ledger ledger,
            Holds holds,
            Acts acts,
            String logId,
            InstantSource clock) {
        this.parts =
                new BackupWriter.Parts(home, content, database, rows, ledger, holds, acts, clock);
        this.logId = logId;
    }

    public State state() {
        return Objects.requireNonNull(state.get());
    }

    /// Begins; with `medium` empty only the file of keys is written anew.
    ///
    /// @return false when another one is under way
    public boolean begin(Optional<Path> medium, Optional<Path> keys, Actor by) {
        State before = state();
        if (before instanceof State.Running
                || !state.compareAndSet(before, new State.Running("looking", 0, 0))) return false;
        Thread.ofPlatform().daemon().name("backup").start(() -> state.set(run(medium, keys, by)));
        return true;
    }

    private State run(Optional<Path> medium, Optional<Path> keys, Actor by) {
        BackupWriter writer =
                new BackupWriter(
                        parts, (what, done, all) -> state.set(new State.Running(what, done, all)));
        Path home = parts.home().root();
        try {
            if (medium.isEmpty()) {
                Path ring = keys.orElseThrow();
                Media.requireKeys(home, ring);
                return new State.Done(
                        "",
                        0,
                        "",
                        0,
                        0,
                        0,
                        writer.keys(logId, ring, by),
                        Media.onDiskOf(home, keys.stream()));
            }
            BackupWriter.Made made = writer.make(medium.get(), keys, by);
            return new State.Done(
                    made.name(),
                    made.size(),
                    made.sha256(),
                    made.files(),
                    made.bytes(),
                    made.written(),
                    made.keys(),
                    Media.onDiskOf(home, Stream.concat(medium.stream(), keys.stream())));
        } catch (BackupException refused) {
            return new State.Failed(String.valueOf(refused.getMessage()));
        } catch (RecordException closed) {
            return new State.Failed(
                    "The backup could not be recorded, so there is none: " + closed.getMessage());
        } catch (IOException failed) {
            return new State.Failed(sentence(failed));
        } catch (RuntimeException | Error bug) {
            // Also of memory: otherwise this one would seem to be under way for ever.
            return new State.Failed("The backup failed inside, so there is none: " + bug);
        }
    }

    private static String sentence(IOException failed) {
        String why =
                failed instanceof FileSystemException onFile && onFile.getReason() != null
                        ? onFile.getFile() + ": " + onFile.getReason()
                        : String.valueOf(failed.getMessage());
        return why.contains("No space left")
                ? "The medium is full (%s). What was written counts as no backup; backups that were whole before still are. Make room or take a larger medium, and begin again: what is there already is not written again."
                        .formatted(why)
                : "The backup could not be written or read: %s. It counts as none; backups that were whole before still are. Check the medium and begin again."
                        .formatted(why);
    }
}
