package redoubt.provenance.witness;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Checkpoint;
import redoubt.provenance.record.DurableFile;
import redoubt.provenance.record.MalformedRecordException;
import redoubt.provenance.record.RecordException;
import redoubt.provenance.record.RecordTrust;

/// What a witness remembers, in a folder of its own: of each log its root, and the last checkpoint
/// that it saw. It is written before a signature is made, so that no crash lets a witness sign two
/// histories. Holds a lock on the folder until closed. One thread. Source: docs/audit-record.md
/// section 12.4.
public final class WitnessState implements AutoCloseable {
    private static final String LAST = "last";
    private static final String SIGNED = "signed";
    private static final String KIND = "redoubt-witness-state/1";
    private static final int FILE_BYTES_MAX = 1 << 20;
    private static final Pattern LOG_ID = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern HEAD =
            Pattern.compile(KIND + "\nepochs ([1-9][0-9]{0,8})\nat ([0-9]{1,15})\n\n");

    private final Path folder;
    private final FileChannel lock;

    /// @param epochs how many epochs the log showed
    /// @param atSeconds POSIX time of the visit
    /// @param checkpoint as the log signed it
    public record Last(int epochs, long atSeconds, Checkpoint checkpoint) {}

    private WitnessState(Path folder, FileChannel lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /// Opens the folder, or makes it.
    public static WitnessState open(Path folder) throws WitnessException {
        try {
            Files.createDirectories(folder);
            FileChannel lock =
                    FileChannel.open(
                            folder.resolve("lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            boolean locked = false;
            try {
                locked = lock.tryLock() != null;
            } catch (OverlappingFileLockException other) {
                locked = false;
            } finally {
                if (!locked) {
                    lock.close();
                }
            }
            if (!locked) {
                throw new WitnessException(
                        "Another visit is using " + folder + ". Wait for its end.");
            }
            return new WitnessState(folder, lock);
        } catch (WitnessException e) {
            throw e;
        } catch (IOException e) {
            throw unusable(folder, e);
        }
    }

    /// The logs that this witness watches.
    public List<Bytes> logs() throws WitnessException {
        List<Bytes> logs = new ArrayList<>();
        try (var inner = Files.list(folder)) {
            for (Path log : inner.sorted().toList()) {
                String name = String.valueOf(log.getFileName());
                if (LOG_ID.matcher(name).matches()) {
                    logs.add(Bytes.ofHex(name));
                }
            }
            return logs;
        } catch (IOException e) {
            throw unusable(folder, e);
        }
    }

    /// The root under which this witness first saw the log; empty where it never did.
    public Optional<RecordTrust> trust(Bytes logId) throws WitnessException {
        Path log = log(logId);
        if (!Files.exists(log.resolve("record-log-id"))) {
            return Optional.empty();
        }
        try {
            RecordTrust trust = RecordTrust.read(log);
            if (!trust.logId().equals(Optional.of(logId))) {
                throw new WitnessException(
                        log + " speaks of another log than its name. Nothing was signed.");
            }
            return Optional.of(trust);
        } catch (RecordException e) {
            throw unusable(log, e);
        }
    }

    /// Believes a log from now on, under the root under which it was found to stand. Nothing is
    /// read once more: a folder can change between two looks.
    void pin(Bytes logId, RecordTrust trust) throws WitnessException {
        Path log = log(logId);
        try {
            Files.createDirectories(log);
            DurableFile.forceFolder(folder);
            DurableFile.write(log.resolve("record-root.pem"), trust.rootPem());
            DurableFile.write(log.resolve("record-log-id"), logId.hex() + "\n");
        } catch (IOException e) {
            throw unusable(log, e);
        }
    }

    /// What it saw last of this log; empty before the first visit.
    ///
    /// @throws WitnessException when that cannot be read: then nothing may be signed
    public Optional<Last> last(Bytes logId) throws WitnessException {
        Path file = log(logId).resolve(LAST);
        try {
            if (!Files.exists(file)) {
                if (Files.exists(log(logId).resolve(SIGNED))) {
                    throw new IOException("it is gone, though this witness has signed");
                }
                return Optional.empty();
            }
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw new IOException("it is far too large");
            }
            String text = Files.readString(file);
            Matcher head = HEAD.matcher(text);
            if (!head.lookingAt()) {
                throw new IOException("it is not what a visit writes");
            }
            byte[] note = text.substring(head.end()).getBytes(StandardCharsets.UTF_8);
            return Optional.of(
                    new Last(
                            Integer.parseInt(head.group(1)),
                            Long.parseLong(head.group(2)),
                            Checkpoint.parse(note)));
        } catch (IOException | MalformedRecordException e) {
            throw new WitnessException(
                    "What this witness saw last cannot be read from "
                            + file
                            + ": "
                            + e.getMessage()
                            + ". Without it a second history could be signed, so nothing is. If it"
                            + " is lost, retire this key and begin with a new one.",
                    e);
        }
    }

    /// Remembers durably what is about to be signed.
    void remember(Bytes logId, Last last) throws WitnessException {
        Path file = log(logId).resolve(LAST);
        try {
            DurableFile.write(
                    file,
                    "%s\nepochs %d\nat %d\n\n%s"
                            .formatted(
                                    KIND,
                                    last.epochs(),
                                    last.atSeconds(),
                                    last.checkpoint().note()));
        } catch (IOException e) {
            throw unusable(file, e);
        }
    }

    /// Keeps a note that was signed, with the signature.
    void keep(Bytes logId, Checkpoint signed) throws WitnessException {
        keep(log(logId).resolve(SIGNED), "%016d.note".formatted(signed.size()), signed);
    }

    /// Keeps a note that contradicts another.
    void accuse(Bytes logId, Checkpoint earlier, Checkpoint later) throws WitnessException {
        Path folderOfThem = log(logId).resolve(VisitFiles.EVIDENCE);
        keep(folderOfThem, VisitFiles.evidence(earlier), earlier);
        keep(folderOfThem, VisitFiles.evidence(later), later);
    }

    /// How many notes this witness keeps that contradict another.
    public int evidence(Bytes logId) throws WitnessException {
        Path kept = log(logId).resolve(VisitFiles.EVIDENCE);
        if (!Files.isDirectory(kept)) {
            return 0;
        }
        try (var files = Files.list(kept)) {
            return (int) files.count();
        } catch (IOException e) {
            throw unusable(kept, e);
        }
    }

    private void keep(Path in, String name, Checkpoint note) throws WitnessException {
        try {
            if (!Files.isDirectory(in)) {
                Files.createDirectories(in);
                DurableFile.forceFolder(in.resolveSibling("."));
            }
            DurableFile.write(in.resolve(name), note.note());
        } catch (IOException e) {
            throw unusable(in, e);
        }
    }

    private Path log(Bytes logId) {
        return folder.resolve(logId.hex());
    }

    private static WitnessException unusable(Path path, IOException why) {
        return new WitnessException(
                "The witness's own folder "
                        + path
                        + " cannot be used: "
                        + why.getMessage()
                        + ". Nothing was signed.",
                why);
    }

    @Override
    public void close() throws WitnessException {
        try {
            lock.close();
        } catch (IOException e) {
            throw unusable(folder, e);
        }
    }
}
