package redoubt.provenance.record;

import redoubt.provenance.cbor.CborException;
import redoubt.provenance.cbor.CborReader;
import redoubt.provenance.cbor.CborWriter;

/// The record root's word that an epoch's key was in other hands, as a file that an auditor keeps
/// in `trust/revocations/`. It says the same as an EPOCH_REVOKED entry and holds without one.
/// Reading does not verify. Immutable, any thread. Source: docs/audit-record.md section 6.1.
///
/// @param from first entry of that epoch that is not to be believed unless a witness saw it
public record Revocation(Bytes logId, long epoch, long from, String reason, Bytes signature) {
    public static final String FILE_SUFFIX = ".revocation";
    static final int FILE_BYTES_MAX = 32 << 10;
    private static final String KIND = "redoubt-revocation/1";
    private static final int REASON_BYTES_MAX = 16_384;

    public boolean isSignedBy(Bytes rootPublicKey) {
        return RootStatement.isSigned(
                rootPublicKey, RootStatement.epochRevoked(logId, epoch, from, reason), signature);
    }

    public byte[] encode() {
        return new CborWriter()
                .map(6)
                .uint(1)
                .text(KIND)
                .uint(2)
                .bytes(logId.toArray())
                .uint(3)
                .uint(epoch)
                .uint(4)
                .uint(from)
                .uint(5)
                .text(reason)
                .uint(6)
                .bytes(signature.toArray())
                .toByteArray();
    }

    /// @throws MalformedRecordException when the bytes are not the one encoding of a revocation
    public static Revocation decode(byte[] bytes) throws MalformedRecordException {
        if (bytes.length > FILE_BYTES_MAX)
            throw new MalformedRecordException("A revocation is not longer than 32 KiB.");
        try {
            var in = new CborReader(bytes);
            if (in.map(6) != 6) throw new CborException("a revocation has 6 fields");
            in.key(1);
            in.kind(KIND);
            in.key(2);
            var logId = Bytes.of(in.bytesExactly(Hashes.LENGTH));
            in.key(3);
            long epoch = in.uint();
            in.key(4);
            long from = in.uint();
            in.key(5);
            String reason = in.text(REASON_BYTES_MAX);
            in.key(6);
            var signature = Bytes.of(in.bytesExactly(MlDsa.ML_DSA_87.signatureBytes()));
            in.end();
            return new Revocation(logId, epoch, from, reason, signature);
        } catch (CborException malformed) {
            throw new MalformedRecordException(
                    "It is not a revocation: " + malformed.getMessage() + ".", malformed);
        }
    }

    /// The same statement as it stands in the record.
    static Revocation of(Bytes logId, Event.EpochRevoked event) {
        return new Revocation(
                logId, event.epoch(), event.from(), event.reason(), event.signature());
    }
}
