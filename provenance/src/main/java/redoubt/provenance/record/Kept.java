package redoubt.provenance.record;

import java.util.List;

/// What a checker kept of a record from earlier. Immutable, any thread. Source:
/// docs/audit-record.md sections 8.2, 10.1 and 12.6.
///
/// @param checkpoints signed ones
/// @param papers the three lines of checkpoints
/// @param proofs proof files of entries
/// @param receipts that came with answers
public record Kept(
        List<Checkpoint> checkpoints,
        List<PaperCheckpoint> papers,
        List<RecordVerifier.KeptProof> proofs,
        List<KeptReceipt> receipts) {
    public Kept {
        checkpoints = List.copyOf(checkpoints);
        papers = List.copyOf(papers);
        proofs = List.copyOf(proofs);
        receipts = List.copyOf(receipts);
    }

    /// Only checkpoints.
    public static Kept of(List<Checkpoint> checkpoints) {
        return new Kept(checkpoints, List.of(), List.of(), List.of());
    }
}
