package redoubt.provenance.record;

/// An entry taken apart, with the two hashes by which the record holds it. Immutable, any thread.
record ReadEntry(SignedEntry signed, Bytes sha256, Bytes leafHash) {
    static ReadEntry read(Bytes cose, String position) throws Refusal {
        SignedEntry signed = SignedEntry.read(cose, position);
        return new ReadEntry(signed, signed.sha256(), signed.leafHash());
    }
}
