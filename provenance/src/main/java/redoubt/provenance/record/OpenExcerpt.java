package redoubt.provenance.record;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import redoubt.provenance.anchor.AnchorFile;

/// Entries out of the open record, under the checkpoint that it had when this was made. Takes the
/// record's lock for each question, and never while it reads a file.
final class OpenExcerpt implements RecordExcerpt {
    private final Checkpoint checkpoint;
    private final Path folder;
    private final Durable durable;

    OpenExcerpt(Checkpoint checkpoint, Path folder, Durable durable) {
        this.checkpoint = checkpoint;
        this.folder = folder;
        this.durable = durable;
    }

    @Override
    public Checkpoint checkpoint() {
        return checkpoint;
    }

    @Override
    public List<Long> keyEntries() {
        return durable.locked(() ->
                durable.state().keyEntries().stream()
                        .filter(sequence -> sequence < checkpoint.size())
                        .toList());
    }

    @Override
    public StoredEntry entry(long sequence) throws RecordException {
        if (sequence < 0 || sequence >= checkpoint.size())
            throw new IllegalArgumentException(
                    "entry " + sequence + " is not under the checkpoint");
        // Durable entries stay where they are; only where that is has to be asked under the lock.
        Path segment = durable.locked(() -> durable.state().segmentOf(sequence));
        long offset = durable.locked(() -> durable.state().offsetOf(sequence));
        try {
            Bytes cose = Bytes.of(RecordFiles.read(segment, offset));
            return StoredEntry.read(cose, "Entry " + sequence);
        } catch (IOException | Refusal unreadable) {
            throw RecordFailure.explain(unreadable);
        }
    }

    @Override
    public List<Bytes> inclusion(long sequence) {
        return durable.locked(() -> durable.tree().inclusion(sequence, checkpoint.size()));
    }

    @Override
    public List<Bytes> consistency(long size) {
        return durable.locked(() -> durable.tree().consistency(size, checkpoint.size()));
    }

    @Override
    public Bytes root(long size) {
        return durable.locked(() -> durable.tree().root(size));
    }

    @Override
    public List<AnchorFile> anchors() throws RecordException {
        try {
            return AnchorFile.in(folder).stream()
                    .filter(anchor -> anchor.size() > 0 && anchor.size() <= checkpoint.size())
                    .toList();
        } catch (IOException unreadable) {
            throw RecordFailure.explain(unreadable);
        }
    }

    @Override
    public List<Checkpoint> witnessed() throws RecordException {
        try {
            return new WitnessedNotes(folder).usable(checkpoint.size(), this::isOfThisTree);
        } catch (IOException unreadable) {
            throw RecordFailure.explain(unreadable);
        }
    }

    @Override
    public List<Checkpoint> newestOfEachWitness(long over, int most) throws RecordException {
        try {
            return new WitnessedNotes(folder)
                    .newestOfEach(over, checkpoint.size(), most, this::isOfThisTree);
        } catch (IOException unreadable) {
            throw RecordFailure.explain(unreadable);
        }
    }

    private boolean isOfThisTree(Checkpoint note) {
        Bytes root = durable.locked(() -> durable.tree().root(note.size()));
        return note.origin().equals(checkpoint.origin()) && note.root().equals(root);
    }
}
