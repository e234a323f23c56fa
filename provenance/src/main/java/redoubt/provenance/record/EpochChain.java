package redoubt.provenance.record;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The keys that a record was signed with, each endorsed by the one before, the first and those
/// that took the place of a lost one by the record root, with the range of entries that each may
/// sign.
///
/// Fed in the order of the record. One thread. Source: docs/audit-record.md section 6.
final class EpochChain {
    private final Bytes logId;
    private final Bytes rootPublicKey;
    private final List<Epoch> epochs = new ArrayList<>();

    /// @param opened sequence of its EPOCH_OPENED
    /// @param byRoot whether the record root endorsed it, and not the key before
    record Epoch(
            long number,
            long opened,
            boolean byRoot,
            PublicKey key,
            Bytes publicKey,
            Bytes notePublicKey) {}

    private EpochChain(Bytes logId, Bytes rootPublicKey) {
        this.logId = logId;
        this.rootPublicKey = rootPublicKey;
    }

    /// Begins with the genesis entry and the entry that opens the first epoch, whose key signed
    /// both.
    static EpochChain begin(SignedEntry genesis, SignedEntry first, RecordTrust trust)
            throws Refusal {
        Entry entry = genesis.entry();
        if (entry.sequence() != 0
                || !(entry.event() instanceof Event.Genesis event)
                || entry.logId().length() != 0
                || entry.epoch() != 1
                || !entry.previousHash().equals(Bytes.of(new byte[32]))) {
            throw new Refusal("genesis", "The first entry is not the genesis of a log.");
        }
        if (!event.rootPublicKey().equals(trust.rootPublicKey())) {
            throw new Refusal(
                    "record root",
                    "This record stands under another root than the trust folder's. It is another"
                            + " site's record, or somebody began a new one and hopes that you do not"
                            + " notice.");
        }
        Bytes logId = genesis.sha256();
        if (trust.logId().isPresent() && !trust.logId().get().equals(logId)) {
            throw new Refusal(
                    "log id",
                    "This is log "
                            + logId.hex()
                            + ", and the trust folder names "
                            + trust.logId().get().hex()
                            + ". It is a record from another appliance, or the record was begun anew.");
        }
        EpochChain chain = new EpochChain(logId, trust.rootPublicKey());
        chain.open(first);
        if (first.entry().sequence() != 1 || !first.entry().previousHash().equals(logId)) {
            throw new Refusal("epoch chain", "The first epoch is not opened by entry 1.");
        }
        requireSignature(genesis, chain.epochs.getFirst());
        return chain;
    }

    Bytes logId() {
        return logId;
    }

    Epoch last() {
        return epochs.getLast();
    }

    List<Epoch> epochs() {
        return Collections.unmodifiableList(epochs);
    }

    /// Behind the last entry that this epoch may sign, in a record of `size` entries.
    long end(Epoch epoch, long size) {
        return epoch.number() < epochs.size()
                ? epochs.get(Math.toIntExact(epoch.number())).opened()
                : size;
    }

    /// Whose keys sign a checkpoint of this size; empty where no epoch was open.
    Optional<Epoch> inForceAt(long size) {
        return epochs.reversed().stream().filter(epoch -> epoch.opened() < size).findFirst();
    }

    /// Whether the root signed this.
    boolean isByRoot(byte[] statement, Bytes signature) {
        return RootStatement.isSigned(rootPublicKey, statement, signature);
    }

    /// Takes the next EPOCH_OPENED: numbered without a gap, endorsed by the outgoing key or by the
    /// root in its stead, and signed by its own.
    void open(SignedEntry opening) throws Refusal {
        Entry entry = opening.entry();
        long number = epochs.size() + 1L;
        if (!(entry.event() instanceof Event.EpochOpened opened)) {
            throw new Refusal("epoch chain", opening.name() + " does not open epoch " + number);
        }
        if (opened.epoch() != number
                || entry.epoch() != number
                || (opened.endorsedBy() != number - 1 && opened.endorsedBy() != 0)
                || (number > 1 && entry.sequence() <= last().opened())) {
            throw new Refusal(
                    "epoch chain",
                    opening.name()
                            + " opens epoch "
                            + opened.epoch()
                            + " where epoch "
                            + number
                            + " must follow.");
        }
        if (!entry.logId().equals(logId)) throw ofAnotherLog(opening);
        Epoch epoch = keys(opening, opened);
        if (!isEndorsed(entry, opened)) {
            throw new Refusal(
                    "epoch chain",
                    "The key of epoch "
                            + number
                            + " is not endorsed by "
                            + (opened.endorsedBy() == 0
                                    ? "the record root."
                                    : "the key of the epoch before."));
        }
        requireSignature(opening, epoch);
        epochs.add(epoch);
    }

    private static Epoch keys(SignedEntry opening, Event.EpochOpened opened) throws Refusal {
        try {
            PublicKey key = MlDsa.ML_DSA_65.publicKey(opened.publicKey());
            MlDsa.ML_DSA_44.publicKey(opened.notePublicKey());
            return new Epoch(
                    opened.epoch(),
                    opening.entry().sequence(),
                    opened.endorsedBy() == 0,
                    key,
                    opened.publicKey(),
                    opened.notePublicKey());
        } catch (GeneralSecurityException e) {
            throw new Refusal(
                    "epoch chain", opening.name() + " holds a key of the wrong kind or length.");
        }
    }

    private boolean isEndorsed(Entry entry, Event.EpochOpened opened) {
        Bytes endorsement = opened.endorsement();
        if (!epochs.isEmpty() && opened.endorsedBy() == 0) {
            byte[] replaced =
                    RootStatement.epochReplaced(
                            logId,
                            opened.epoch(),
                            opened.publicKey(),
                            opened.notePublicKey(),
                            entry.sequence(),
                            entry.previousHash());
            return isByRoot(replaced, endorsement);
        }
        byte[] message =
                RecordRoot.endorsement(
                        logId, opened.epoch(), opened.publicKey(), opened.notePublicKey());
        return epochs.isEmpty()
                ? isByRoot(message, endorsement)
                : MlDsa.ML_DSA_65.verifies(last().key(), message, endorsement.toArray());
    }

    /// The entry belongs to this log, and the key that was in force at its place signed it.
    void requireEntry(SignedEntry signed) throws Refusal {
        requireSignature(signed, requirePlace(signed));
    }

    /// The entry belongs to this log and names the epoch that was in force at its place.
    ///
    /// @return whose key must have signed it
    Epoch requirePlace(SignedEntry signed) throws Refusal {
        Entry entry = signed.entry();
        if (entry.sequence() > 0 && !entry.logId().equals(logId)) {
            throw ofAnotherLog(signed);
        }
        if (entry.epoch() < 1 || entry.epoch() > epochs.size()) {
            throw new Refusal(
                    "epoch",
                    signed.name() + " names epoch " + entry.epoch() + ", which is not open.");
        }
        int index = Math.toIntExact(entry.epoch() - 1);
        Epoch epoch = epochs.get(index);
        boolean before = entry.sequence() < epoch.opened() && entry.epoch() > 1;
        boolean after =
                index + 1 < epochs.size() && entry.sequence() >= epochs.get(index + 1).opened();
        if (before || after) {
            throw new Refusal(
                    "epoch",
                    signed.name()
                            + " is signed by the key of epoch "
                            + entry.epoch()
                            + ", which was not in force there.");
        }
        return epoch;
    }

    private static Refusal ofAnotherLog(SignedEntry signed) {
        return new Refusal("log id", signed.name() + " belongs to another log.");
    }

    /// What an entry that was taken out of a record shows of those beside it: the close of an epoch
    /// is its last entry, and no epoch that the root did not open begins without one. The second
    /// genesis is none.
    ///
    /// @param size of the record that the entry was taken out of
    void requireBetween(SignedEntry signed, long size) throws Refusal {
        Entry entry = signed.entry();
        if (entry.event() instanceof Event.Genesis && entry.sequence() > 0)
            throw new Refusal("genesis", signed.name() + " is a second genesis.");
        Epoch epoch = requirePlace(signed);
        if (entry.event() instanceof Event.EpochClosed closed) {
            if (closed.epoch() != epoch.number())
                throw new Refusal("epochs", signed.name() + " closes an epoch that is not open.");
            if (end(epoch, size) > entry.sequence() + 1)
                throw new Refusal(
                        "epochs", "Another entry follows " + signed.name() + " in its epoch.");
        } else if (epoch.number() < epochs.size()) {
            Epoch next = epochs.get(Math.toIntExact(epoch.number()));
            if (next.opened() == entry.sequence() + 1 && !next.byRoot())
                throw new Refusal(
                        "epochs",
                        "Epoch %d opens behind %s, which does not close the one before."
                                .formatted(next.number(), signed.name()));
        }
    }

    private static void requireSignature(SignedEntry signed, Epoch epoch) throws Refusal {
        if (!signed.signed().verifies(epoch.key())) {
            throw notSigned(signed, epoch);
        }
    }

    static Refusal notSigned(SignedEntry signed, Epoch epoch) {
        return new Refusal(
                "signature",
                "The signature of "
                        + signed.name()
                        + " is not by the key of epoch "
                        + epoch.number()
                        + ": it was altered, or somebody else signed it.");
    }

    /// Whether the checkpoint is of this log and by the keys of the epoch in force at its size.
    boolean isSigned(Checkpoint checkpoint) {
        return checkpoint.origin().equals(CheckpointNote.origin(logId))
                && inForceAt(checkpoint.size())
                        .filter(epoch ->
                                checkpoint.isSignedBy(epoch.publicKey(), epoch.notePublicKey()))
                        .isPresent();
    }

    /// No checkpoint that somebody kept is of another history than these.
    ///
    /// @param roots of this history, by size
    void requireUnforked(Map<Long, Bytes> roots, List<Checkpoint> allKept) throws Refusal {
        for (Checkpoint kept : allKept) {
            Bytes root = roots.get(kept.size());
            if (root != null && !root.equals(kept.root()) && isSigned(kept)) {
                throw new Refusal(
                        Verdict.FORKED,
                        "checkpoint",
                        "The site's key signed another history of the first "
                                + kept.size()
                                + " entries than the one in the checkpoint that you kept. Both"
                                + " cannot be true.");
            }
        }
    }

    void requireCheckpoint(Checkpoint checkpoint) throws Refusal {
        if (!checkpoint.origin().equals(CheckpointNote.origin(logId))) {
            throw new Refusal("checkpoint", "The checkpoint is of another log.");
        }
        if (!isSigned(checkpoint)) {
            throw new Refusal(
                    "checkpoint",
                    "The checkpoint of size "
                            + checkpoint.size()
                            + " is not signed by the epoch that was in force there.");
        }
    }
}
