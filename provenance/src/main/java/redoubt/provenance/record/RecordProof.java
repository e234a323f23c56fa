package redoubt.provenance.record;

import java.io.IOException;
import java.util.ArrayList;
import java.util.TreeSet;

/// Collects what a stranger needs to check some entries: the entries, the entries that lead from
/// the record root to their keys, a path to the checkpoint's root for each.
final class RecordProof {
    private RecordProof() {}

    static byte[] of(
            RecordState state,
            MerkleTree tree,
            RecordFiles files,
            Checkpoint checkpoint,
            long... sequences)
            throws RecordException {
        var wanted = new TreeSet<>(state.keyEntries());
        // A new epoch's first entry can be durable before its checkpoint is.
        wanted.removeIf(sequence -> sequence >= checkpoint.size());
        for (long sequence : sequences) {
            if (sequence < 0 || sequence >= checkpoint.size())
                throw new IllegalArgumentException(
                        "entry %d is not under the checkpoint of %d"
                                .formatted(sequence, checkpoint.size()));
            wanted.add(sequence);
        }
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
        return new ProofFile(state.logId(), checkpoint, items).encode();
    }

    static Entry entry(RecordState state, RecordFiles files, long sequence) throws RecordException {
        if (sequence < 0 || sequence >= state.size())
            throw new IllegalArgumentException("there is no durable entry " + sequence);
        try {
            var cose = Bytes.of(files.read(state, sequence));
            return SignedEntry.read(cose, "entry " + sequence).entry();
        } catch (IOException | Refusal unreadable) {
            throw RecordFailure.explain(unreadable);
        }
    }
}
