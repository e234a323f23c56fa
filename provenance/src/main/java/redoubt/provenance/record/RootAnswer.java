package redoubt.provenance.record;

import redoubt.provenance.cbor.CborException;
import redoubt.provenance.cbor.CborReader;

/// What a record root signed upon a request, as a file that travels back. Reading does not verify.
/// Immutable, any thread. Source: docs/audit-record.md section 6.2.
///
/// @param size as in the request
/// @param root as in the request
public record RootAnswer(
        RootAct act, Bytes logId, long epoch, long size, Bytes root, Bytes signature) {
    static final int FILE_BYTES_MAX = 16 << 10;
    private static final String KIND = "redoubt-root-answer/1";
    private static final int FIELDS = 7;

    public byte[] encode() {
        var out = new RootFileHead(act, logId).begin(FIELDS, KIND);
        out.uint(4).uint(epoch);
        out.uint(5).uint(size);
        out.uint(6).bytes(root.toArray());
        out.uint(7).bytes(signature.toArray());
        return out.toByteArray();
    }

    /// @throws RootRefusedException when the bytes are not the one encoding of an answer
    public static RootAnswer decode(byte[] bytes) throws RootRefusedException {
        try {
            if (bytes.length > FILE_BYTES_MAX) throw new CborException("it is longer than 16 KiB");
            var in = new CborReader(bytes);
            var head = RootFileHead.read(in, FIELDS, KIND);
            in.key(4);
            long epoch = in.uint();
            in.key(5);
            long size = in.uint();
            in.key(6);
            var root = Bytes.of(in.bytesExactly(Hashes.LENGTH));
            in.key(7);
            var signature = Bytes.of(in.bytesExactly(MlDsa.ML_DSA_87.signatureBytes()));
            in.end();
            return new RootAnswer(head.act(), head.logId(), epoch, size, root, signature);
        } catch (CborException malformed) {
            throw new RootRefusedException(
                    "The file is not an answer of a record root: %s. Nothing was changed. Look whether it is the right medium, and have the request signed again."
                            .formatted(malformed.getMessage()),
                    malformed);
        }
    }
}
