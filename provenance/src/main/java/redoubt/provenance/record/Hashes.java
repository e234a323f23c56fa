package redoubt.provenance.record;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// SHA-256, and the two tagged hashes of an RFC 6962 Merkle tree: a leaf can never be taken for a
/// node.
final class Hashes {
    static final int LENGTH = 32;

    private Hashes() {}

    static byte[] sha256(byte[]... parts) {
        var digest = digest();
        for (var part : parts) digest.update(part);
        return digest.digest();
    }

    static byte[] leaf(byte[] entry) {
        var digest = digest();
        digest.update((byte) 0x00);
        return digest.digest(entry);
    }

    static byte[] node(byte[] left, byte[] right) {
        var digest = digest();
        digest.update((byte) 0x01);
        digest.update(left);
        return digest.digest(right);
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
