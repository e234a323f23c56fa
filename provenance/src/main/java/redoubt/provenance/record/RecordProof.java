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
/// that witnesses saw. Takes the record's lock for what is in memory, never while it reads a file;
/// what it read is what was written, or there is no proof. Any thread.
final class RecordProof {
    private final Durable durable;
    private final Checkpoint checkpoint;

    /// @param checkpoint of this record, under which everything stands
    RecordProof(Durable durable, Checkpoint checkpoint) {
        this.durable = durable;
        this.checkpoint = checkpoint;
    }

    byte[] of(long... sequences) throws RecordException {
        var wanted = keys();
        for (long sequence : sequences) {
            if (sequence < 0 || sequence >= checkpoint.size())
                throw new IllegalArgumentException(
                        "entry %d is not under the checkpoint of %d"
                                .formatted(sequence, checkpoint.size()));
            wanted.add(sequence);
        }
        return file(wanted).encode();
    }

    /// What leads from a checkpoint of `from` entries, which somebody kept, to this one, which may
    /// be earlier than the last.
    byte[] consistency(long from) throws RecordException {
        if (from < 1 || from > checkpoint.size())
            throw new IllegalArgumentException(
                    "no checkpoint of %d entries leads to that of %d"
                            .formatted(from, checkpoint.size()));
        var path = durable.locked(() -> durable.tree().consistency(from, checkpoint.size()));
        return new ConsistencyFile(file(keys()), from, path).encode();
    }

    private SortedSet<Long> keys() {
        var keys = new TreeSet<>(durable.locked(() -> durable.state().keyEntries()));
        // A new epoch's first entry can be durable before its checkpoint is.
        keys.removeIf(sequence -> sequence >= checkpoint.size());
        return keys;
    }

    private record Planned(Place place, List<Bytes> path) {}

    private ProofFile file(SortedSet<Long> wanted) throws RecordException {
        var items = new ArrayList<ProofFile.Item>();
        for (long sequence : wanted) {
            var planned = durable.locked(() -> plan(sequence));
            items.add(new ProofFile.Item(sequence, bytes(planned.place()), planned.path()));
        }
        var logId = durable.locked(() -> durable.state().logId());
        return new ProofFile(logId, checkpoint, items, witnessed(wanted.last()));
    }

    private Planned plan(long sequence) {
        return new Planned(
                place(durable.state(), durable.tree(), sequence),
                durable.tree().inclusion(sequence, checkpoint.size()));
    }

    /// The checkpoints that witnesses saw and that cover the last wanted entry, the earliest and
    /// the latest of many; where none covers it, the latest. A note that cannot be read or is not
    /// of this tree is left out: it would only break an answer's proof, and the record's own check
    /// tells of it.
    private List<ProofFile.Linked> witnessed(long last) {
        var notes = durable.files().witnessed();
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
        for (long size : chosen) linked(notes, size).ifPresent(linked::add);
        return linked;
    }

    private Optional<ProofFile.Linked> linked(WitnessedNotes notes, long size) {
        try {
            var note = notes.of(size);
            return durable.locked(() ->
                    note.filter(it -> it.root().equals(durable.tree().root(size)))
                            .map(it ->
                                    new ProofFile.Linked(
                                            it,
                                            durable.tree().consistency(size, checkpoint.size()))));
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
        return StoredEntry.read(bytes(place).toArray(), place.sequence());
    }

    private static Bytes bytes(Place place) throws RecordException {
        try {
            var cose = RecordFiles.read(place.segment(), place.offset());
            if (!Merkle.leafHash(cose).equals(place.leafHash()))
                throw StoredEntry.altered(
                        "Entry %d is not what was written.".formatted(place.sequence()));
            return Bytes.of(cose);
        } catch (IOException unreadable) {
            throw RecordFailure.explain(unreadable);
        }
    }
}
