package redoubt.provenance.record;

import java.util.Optional;

/// A checkpoint with the keys that lead from the record root to it: a proof file as any other, of
/// which nothing is asked but that. Reading verifies nothing. Immutable, any thread. Source:
/// docs/audit-record.md sections 8 and 12.2.
public final class KeyProof {
    /// No proof is longer.
    public static final int FILE_BYTES_MAX = ProofFile.FILE_BYTES_MAX;

    private final byte[] file;
    private final ProofFile proof;

    private KeyProof(byte[] file, ProofFile proof) {
        this.file = file;
        this.proof = proof;
    }

    /// @throws MalformedRecordException when the bytes are no proof file
    public static KeyProof read(byte[] file) throws MalformedRecordException {
        try {
            return new KeyProof(file.clone(), ProofFile.decode(file));
        } catch (Refusal refusal) {
            throw new MalformedRecordException(refusal.asCheck().detail());
        }
    }

    /// The log that it says it is of.
    public Bytes logId() {
        return proof.logId();
    }

    public Checkpoint checkpoint() {
        return proof.checkpoint();
    }

    /// The checkpoint with the log's own two lines alone. Whoever carried it can have put others
    /// under it, in anybody's name. Means something once {@link #refusal} found nothing.
    public Checkpoint ownCheckpoint() {
        Checkpoint whole = checkpoint();
        Event.EpochOpened inForce = null;
        for (ProofFile.Item item : proof.items())
            if (item.sequence() < whole.size()
                    && event(item).orElse(null) instanceof Event.EpochOpened opened)
                inForce = opened;
        if (inForce == null) throw new IllegalStateException("nobody asked what is wrong with it");
        return CheckpointNote.ownLines(whole, inForce.publicKey(), inForce.notePublicKey());
    }

    /// How many epochs it shows to be open under the checkpoint. Keys are never taken back, so an
    /// honest log never shows fewer than before.
    public int epochs() {
        return Math.toIntExact(proof.items().stream().filter(item -> isEpoch(item)).count());
    }

    /// What is wrong with it under this trust, if anything is.
    public Optional<Check> refusal(RecordTrust trust) {
        if (proof.items().stream().anyMatch(item -> !isKey(item))) {
            return Optional.of(
                    Check.bad(
                            "proof file",
                            "The proof of keys holds other entries than those of keys."));
        }
        ProofReport report = new ProofVerifier(trust).verify(file);
        if (report.verdict().holds()) {
            return Optional.empty();
        }
        return report.checks().stream()
                .filter(check -> check.outcome() != Check.Outcome.GOOD)
                .filter(check -> check.outcome() != Check.Outcome.NOTE)
                .findFirst()
                .or(() ->
                        Optional.of(Check.bad("proof file", "It is " + report.verdict().label())));
    }

    private static boolean isKey(ProofFile.Item item) {
        return event(item).filter(ProvenFile::isKey).isPresent();
    }

    private static boolean isEpoch(ProofFile.Item item) {
        return event(item).filter(Event.EpochOpened.class::isInstance).isPresent();
    }

    private static Optional<Event> event(ProofFile.Item item) {
        try {
            return Optional.of(SignedEntry.read(item.cose(), "an entry").entry().event());
        } catch (Refusal refusal) {
            return Optional.empty();
        }
    }
}
