package redoubt.provenance.evidence;

/// Told now and then how far something is that may take its time.
public interface EvidenceProgress {
    EvidenceProgress NONE = (done, of) -> {};

    /// @param of how much it will be, of the same things
    void done(long done, long of);
}
