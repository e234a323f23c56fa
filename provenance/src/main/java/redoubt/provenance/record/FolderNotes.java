package redoubt.provenance.record;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import redoubt.provenance.anchor.AnchorFile;

/// What lies beside the segments of a record folder and speaks of its length: its own checkpoint,
/// those that witnesses saw, anchors. All of it is read before the first segment is, because an
/// appliance that runs meanwhile replaces them by newer ones, about entries that nobody has read.
/// Reading verifies nothing; what cannot be used is told when it is asked for. Immutable, any
/// thread. Source: docs/audit-record.md section 10.4.
final class FolderNotes {
    private final Optional<Checkpoint> own;
    private final @Nullable Refusal ownWrong;
    private final List<Checkpoint> witnessed;
    private final @Nullable Refusal witnessedWrong;
    private final List<AnchorFile> anchors;

    private FolderNotes(
            Optional<Checkpoint> own,
            @Nullable Refusal ownWrong,
            List<Checkpoint> witnessed,
            @Nullable Refusal witnessedWrong,
            List<AnchorFile> anchors) {
        this.own = own;
        this.ownWrong = ownWrong;
        this.witnessed = List.copyOf(witnessed);
        this.witnessedWrong = witnessedWrong;
        this.anchors = anchors;
    }

    static FolderNotes read(Path folder) throws IOException {
        Optional<Checkpoint> own = Optional.empty();
        Refusal ownWrong = null;
        try {
            own = own(folder);
        } catch (Refusal refusal) {
            ownWrong = refusal;
        }
        List<Checkpoint> witnessed = new ArrayList<>();
        Refusal witnessedWrong = null;
        try {
            var notes = new WitnessedNotes(folder);
            notes.requireNoOthers();
            for (long size : notes.sizes()) notes.of(size).ifPresent(witnessed::add);
        } catch (IOException | MalformedRecordException unusable) {
            witnessedWrong =
                    new Refusal(
                            "witnessed",
                            "The checkpoints that witnesses saw cannot be used: "
                                    + unusable.getMessage());
        }
        return new FolderNotes(own, ownWrong, witnessed, witnessedWrong, AnchorFile.in(folder));
    }

    private static Optional<Checkpoint> own(Path folder) throws IOException, Refusal {
        try {
            Optional<byte[]> bytes = CheckpointFile.read(folder);
            return bytes.isPresent()
                    ? Optional.of(Checkpoint.parse(bytes.get()))
                    : Optional.empty();
        } catch (MalformedRecordException malformed) {
            throw new Refusal("checkpoint", String.valueOf(malformed.getMessage()));
        }
    }

    /// The record's own checkpoint; empty where it has none.
    Optional<Checkpoint> own() throws Refusal {
        if (ownWrong != null) throw ownWrong;
        return own;
    }

    /// The checkpoints that witnesses saw, which the record must agree with, smallest first.
    void requireWitnessed(RecordWalk walk, List<Checkpoint> ofThisTree) throws Refusal {
        for (Checkpoint note : witnessed) {
            KeptHistory.requireAgreement(note, walk, "a checkpoint that witnesses saw");
            ofThisTree.add(note);
        }
        if (witnessedWrong != null) throw witnessedWrong;
    }

    List<AnchorFile> anchors() {
        return anchors;
    }
}
