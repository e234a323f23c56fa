package redoubt.provenance.record;

import redoubt.provenance.cbor.CborException;

/// One entry as it is stored, taken apart. The signature is not verified by that. Immutable, any
/// thread.
record SignedEntry(Bytes cose, CoseSign1 signed, Entry entry) {

    /// @param position where it was found, for the sentence
    static SignedEntry read(Bytes cose, String position) throws Refusal {
        try {
            CoseSign1 signed = CoseSign1.decode(cose.toArray());
            return new SignedEntry(cose, signed, Entry.decode(signed.payload().toArray()));
        } catch (CborException e) {
            throw new Refusal(
                    "entry format",
                    position + " is not a well-formed entry: " + e.getMessage() + ".");
        }
    }

    Bytes sha256() {
        return Bytes.of(Hashes.sha256(cose.toArray()));
    }

    Bytes leafHash() {
        return Merkle.leafHash(cose.toArray());
    }

    String name() {
        return "entry " + entry.sequence();
    }
}
