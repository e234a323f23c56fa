package redoubt.provenance.record;

import redoubt.provenance.cbor.CborException;

/// One entry as it is stored, taken apart. The signature is not verified by that. Immutable, any
/// thread.
record SignedEntry(Bytes cose, CoseSign1 signed, Entry entry) {
    // A signature of 3,309 bytes, its header, tag and the heads of CBOR.
    private static final int COSE_EXTRA_BYTES_MAX = 3_400;

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

    /// What no reader would take must never get into a record: it could not be opened again.
    ///
    /// @throws IllegalArgumentException when the entry is beyond the bounds of one
    static void requireReadable(byte[] cose) {
        try {
            if (cose.length > SegmentFile.ENTRY_BYTES_MAX)
                throw new CborException("it is longer than an entry may be");
            Entry.decode(CoseSign1.decode(cose).payload().toArray());
        } catch (CborException beyondBounds) {
            throw new IllegalArgumentException(
                    "an event beyond the bounds of an entry: " + beyondBounds.getMessage(),
                    beyondBounds);
        }
    }

    /// The same for an encoded entry before it is signed.
    ///
    /// @throws IllegalArgumentException when the entry is beyond the bounds of one
    static void requirePayload(byte[] payload) {
        try {
            if (payload.length > SegmentFile.ENTRY_BYTES_MAX - COSE_EXTRA_BYTES_MAX)
                throw new CborException("it is longer than an entry may be");
            Entry.decode(payload);
        } catch (CborException beyondBounds) {
            throw new IllegalArgumentException(
                    "an event beyond the bounds of an entry: " + beyondBounds.getMessage(),
                    beyondBounds);
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
