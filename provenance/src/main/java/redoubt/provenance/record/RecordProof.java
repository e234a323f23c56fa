package redoubt.provenance.record;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/// Collects what a stranger needs to check some entries: the entries, the entries that lead from
/// the record root to their keys, a path to the checkpoint's root for each, and the checkpoints
/// that witnesses saw.
final class RecordProof {
    private RecordProof() {}

    static byte[] of(
            RecordState state,
            MerkleTree tree,
            RecordFiles files,
            Checkpoint checkpoint,
            long... sequences)
            throws RecordException {
        var wanted = keys(state, checkpoint);
        for (long sequence : sequences) {
            if (sequence < 0 || sequence >= checkpoint.size())
                throw new IllegalArgumentException(
                        "entry %d is not under the checkpoint of %d"
                                .formatted(sequence, checkpoint.size()));
            wanted.add(sequence);
        }
        return file(state, tree, files, checkpoint, wanted).encode();
    }

    /// What leads from a checkpoint of `from` entries, which somebody kept, to this one, which may
    /// be earlier than the last.
    static byte[] consistency(
            RecordState state, MerkleTree tree, RecordFiles files, Checkpoint checkpoint, long from)
            throws RecordException {
        if (from < 1 || from > checkpoint.size())
            throw new IllegalArgumentException(
                    "no checkpoint of %d entries leads to that of %d"
                            .formatted(from, checkpoint.size()));
        var later = file(state, tree, files, checkpoint, keys(state, checkpoint));
        return new ConsistencyFile(later, from, tree.consistency(from, checkpoint.size())).encode();
    }

    private static SortedSet<Long> keys(RecordState state, Checkpoint checkpoint) {
        var keys = new TreeSet<>(state.keyEntries());
        // A new epoch's first entry can be durable before its checkpoint is.
        keys.removeIf(sequence -> sequence >= checkpoint.size());
        return keys;
    }

    private static ProofFile file(
            RecordState state,
            MerkleTree tree,
            RecordFiles files,
            Checkpoint checkpoint,
            SortedSet<Long> wanted)
            throws RecordException {
        var items = new ArrayList<ProofFile.Item>();
        try {
            for (long sequence : wanted)
                items.add(
                        new ProofFile.Item(
                                sequence,
                                Bytes.of(files.read(state, sequence)),
                                tree.inclusion(sequence, checkpoint.size())));
        } catch (IOException unreadable) {
            throw RecordFailure.explain(unreadable);
        }
        var witnessed = witnessed(files.witnessed(), tree, checkpoint, wanted.last());
        return new ProofFile(state.logId(), checkpoint, items, witnessed);
    }

    /// The checkpoints that witnesses saw and that cover the last wanted entry, the earliest and
    /// the latest of many; where none covers it, the latest. A note that cannot be read or is not
    /// of this tree is left out: it would only break an answer's proof, and the record's own check
    /// tells of it.
    private static List<ProofFile.Linked> witnessed(
            WitnessedNotes notes, MerkleTree tree, Checkpoint checkpoint, long last) {
        var sizes = new ArrayList<Long>();
        try {
            sizes.addAll(notes.sizes());
        } catch (IOException unreadable) {
            return List.of();
        }
        sizes.removeIf(size -> size < 1 || size > checkpoint.size());
        var covering = sizes.stream().filter(size -> size > last).toList();
        List<Long> chosen;
        int half = ProofFile.WITNESSED_MAX / 2;
        if (covering.isEmpty())
            chosen = sizes.subList(Math.max(0, sizes.size() - half), sizes.size());
        else if (covering.size() <= 2 * half) chosen = covering;
        else {
            chosen = new ArrayList<>(covering.subList(0, half));
            chosen.addAll(covering.subList(covering.size() - half, covering.size()));
        }
        var linked = new ArrayList<ProofFile.Linked>();
        for (long size : chosen) linked(notes, tree, checkpoint, size).ifPresent(linked::add);
        return linked;
    }

    private static Optional<ProofFile.Linked> linked(
            WitnessedNotes notes, MerkleTree tree, Checkpoint checkpoint, long size) {
        try {
            return notes.of(size)
                    .filter(note -> note.root().equals(tree.root(size)))
                    .map(note ->
                            new ProofFile.Linked(note, tree.consistency(size, checkpoint.size())));
        } catch (IOException | MalformedRecordException unusable) {
            return Optional.empty();
        }
    }

    /// Where a durable entry is, and what the tree has of it.
    record Place(long sequence, Path segment, long offset, Bytes leafHash) {}

    static Place place(RecordState state, MerkleTree tree, long sequence) {
        if (sequence < 0 || sequence >= state.size())
            throw new IllegalArgumentException("there is no durable entry " + sequence);
        return new Place(
                sequence, state.segmentOf(sequence), state.offsetOf(sequence), tree.leaf(sequence));
    }

    /// Reads without the record's lock: a durable entry stays where it is.
    static StoredEntry read(Place place) throws RecordException {
        try {
            var cose = RecordFiles.read(place.segment(), place.offset());
            if (!Merkle.leafHash(cose).equals(place.leafHash()))
                throw StoredEntry.altered(
                        "Entry %d is not what was written.".formatted(place.sequence()));
            return StoredEntry.read(cose, place.sequence());
        } catch (IOException unreadable) {
            throw RecordFailure.explain(unreadable);
        }
    }
}
