package redoubt.provenance.record;

/// What the next entry follows: the sequence that it gets, the hash that it names, and the log that
/// it belongs to. Guarded by the lock of the [Chain] that owns it.
final class ChainHead {
    private Bytes logId;
    private long nextSequence;
    private Bytes previousHash;

    ChainHead(RecordState durable) {
        this.logId = durable.logId();
        this.nextSequence = durable.size();
        this.previousHash = durable.previousHash();
    }

    Bytes logId() {
        return logId;
    }

    long nextSequence() {
        return nextSequence;
    }

    Bytes previousHash() {
        return previousHash;
    }

    /// Gives these bytes the next place.
    Appended take(Event event, byte[] cose) {
        var place = RecordState.place(nextSequence, previousHash, cose);
        if (event instanceof Event.Genesis) logId = place.entrySha256();
        nextSequence++;
        previousHash = place.entrySha256();
        return place;
    }

    /// The next entry takes this place, and follows what this one followed.
    void rewind(long sequence, Bytes previous) {
        nextSequence = sequence;
        previousHash = previous;
    }
}
