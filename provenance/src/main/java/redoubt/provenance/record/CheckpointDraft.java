package redoubt.provenance.record;

import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.List;

/// What the checkpoint behind a batch would say. It may be signed beside the sync of that batch;
/// nobody gets it before the sync has come back, and nobody ever where it failed. Guarded by the
/// lock of [Checkpoints], but for what is final.
final class CheckpointDraft {
    private enum Fate {
        OPEN,
        WRITTEN,
        WITHDRAWN
    }

    private final List<QueuedEntry> batch;
    private final Bytes logId;
    private final Bytes root;
    private Fate fate = Fate.OPEN;

    /// @param batch the entries whose last one ends the tree
    /// @param root of that tree
    CheckpointDraft(List<QueuedEntry> batch, Bytes logId, Bytes root) {
        this.batch = batch;
        this.logId = logId;
        this.root = root;
    }

    List<QueuedEntry> batch() {
        return batch;
    }

    long size() {
        return batch.getLast().appended().sequence() + 1;
    }

    /// By the key of its last entry, which is in force there.
    Checkpoint sign(Instant at) throws GeneralSecurityException {
        return batch.getLast().key().checkpoint(logId, size(), root, at);
    }

    boolean isOpen() {
        return fate == Fate.OPEN;
    }

    boolean isWithdrawn() {
        return fate == Fate.WITHDRAWN;
    }

    void written() {
        fate = Fate.WRITTEN;
    }

    void withdraw() {
        fate = Fate.WITHDRAWN;
    }
}
