package redoubt.provenance.record;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;

/// What the record root signs besides the first epoch: the exact bytes of each statement, and
/// whether a signature is by a root. Each begins with a name of its own and a zero byte, so that no
/// statement can be taken for another. Stateless, any thread. Source: docs/audit-record.md section
/// 6.1.
public final class RootStatement {
    private static final byte[] REPLACED = domain("redoubt/epoch-replaced/v1");
    private static final byte[] COUNTERSIGNED = domain("redoubt/countersigned/v1");
    private static final byte[] REVOKED = domain("redoubt/epoch-revoked/v1");

    private RootStatement() {}

    /// These keys take over without a word of the key before: it is lost, or in other hands.
    ///
    /// @param sequence of the EPOCH_OPENED that carries the signature
    /// @param previousHash of the entry before it: the signature fits one place of one record
    public static byte[] epochReplaced(
            Bytes logId,
            long epoch,
            Bytes publicKey,
            Bytes notePublicKey,
            long sequence,
            Bytes previousHash) {
        return joined(
                REPLACED,
                logId.toArray(),
                u64(epoch),
                publicKey.toArray(),
                notePublicKey.toArray(),
                u64(sequence),
                previousHash.toArray());
    }

    /// The record had this root at this size, and `epoch` was in force at entry `size` - 1.
    public static byte[] countersigned(Bytes logId, long epoch, long size, Bytes root) {
        return joined(COUNTERSIGNED, logId.toArray(), u64(epoch), u64(size), root.toArray());
    }

    /// What the key of `epoch` signed at `from` and behind is not to be believed.
    public static byte[] epochRevoked(Bytes logId, long epoch, long from, String reason) {
        return joined(
                REVOKED,
                logId.toArray(),
                u64(epoch),
                u64(from),
                Hashes.sha256(reason.getBytes(StandardCharsets.UTF_8)));
    }

    /// @param rootPublicKey raw ML-DSA-87 key
    public static boolean isSigned(Bytes rootPublicKey, byte[] statement, Bytes signature) {
        try {
            return MlDsa.ML_DSA_87.verifies(
                    MlDsa.ML_DSA_87.publicKey(rootPublicKey), statement, signature.toArray());
        } catch (GeneralSecurityException notAKey) {
            return false;
        }
    }

    private static byte[] domain(String name) {
        return (name + "\0").getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] u64(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }

    private static byte[] joined(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) length += part.length;
        ByteBuffer all = ByteBuffer.allocate(length);
        for (byte[] part : parts) all.put(part);
        return all.array();
    }
}
