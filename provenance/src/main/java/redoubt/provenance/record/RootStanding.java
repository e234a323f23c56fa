package redoubt.provenance.record;

/// What the root's word on something that waits for it must say. Stateless, any thread.
final class RootStanding {
    private RootStanding() {}

    static byte[] statement(RootPending pending, EpochKey key) {
        return switch (pending.act()) {
            case FIRST_EPOCH ->
                    RecordRoot.endorsement(
                            pending.logId(), 1, key.publicKey(), key.notePublicKey());
            case REPLACE ->
                    RootStatement.epochReplaced(
                            pending.logId(),
                            pending.epoch(),
                            key.publicKey(),
                            key.notePublicKey(),
                            pending.sequence(),
                            pending.previousHash());
            case COUNTERSIGN -> throw new IllegalArgumentException("nothing waits for that");
        };
    }

    static Revocation revocation(byte[] file) throws RootRefusedException {
        try {
            return Revocation.decode(file);
        } catch (MalformedRecordException malformed) {
            throw new RootRefusedException(
                    malformed.getMessage()
                            + " Nothing was changed. Make the revocation again: redoubt record root revoke.",
                    malformed);
        }
    }

    /// @throws RootRefusedException when it is of another log or not by this root
    static Revocation revocation(byte[] file, Bytes logId, Bytes rootPublicKey)
            throws RootRefusedException {
        var revocation = revocation(file);
        if (!revocation.logId().equals(logId))
            throw new RootRefusedException(
                    "The revocation is of log %s, and this appliance writes %s. Nothing was changed. It is another site's medium."
                            .formatted(revocation.logId().hex(), logId.hex()));
        if (!revocation.isSignedBy(rootPublicKey))
            throw new RootRefusedException(
                    "The revocation of epoch %d is not signed by this site's record root (%s). Nothing was changed. Either another key signed it, or the file was altered on its way."
                            .formatted(revocation.epoch(), RecordRoot.name(rootPublicKey)));
        requireEpoch(revocation.epoch());
        return revocation;
    }

    static void requireEpoch(long epoch) throws RootRefusedException {
        if (epoch < 1)
            throw new RootRefusedException(
                    "No record has an epoch %d: the first one is 1. Nothing was signed or changed. Name the epoch whose key was in other hands."
                            .formatted(epoch));
    }
}
