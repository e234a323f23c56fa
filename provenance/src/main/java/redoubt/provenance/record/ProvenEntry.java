package redoubt.provenance.record;

/// An entry that was verified: signed by the epoch in force, and included in the checkpoint. Only a
/// verifier makes one. Immutable, any thread.
public final class ProvenEntry {
    private final SignedEntry signed;

    ProvenEntry(SignedEntry signed) {
        this.signed = signed;
    }

    public Entry entry() {
        return signed.entry();
    }

    public Bytes leafHash() {
        return signed.leafHash();
    }

    Bytes sha256() {
        return signed.sha256();
    }
}
