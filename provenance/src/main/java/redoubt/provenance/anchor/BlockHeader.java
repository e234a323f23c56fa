package redoubt.provenance.anchor;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;

/// The 80 bytes with which Bitcoin seals a block: version, previous hash, Merkle root, time, target
/// in short form, nonce, little endian. Its own hash must be under its own target; how hard that
/// target is, and whether the block is in the chain, is for whoever brought it to know. Immutable,
/// any thread. Source: the protocol as described at developer.bitcoin.org, "Block headers".
final class BlockHeader {
    private static final int BYTES = 80;
    private static final int MERKLE_ROOT = 36;
    private static final int TIME = 68;
    private static final int TARGET = 72;

    private final byte[] bytes;

    private BlockHeader(byte[] bytes) {
        this.bytes = bytes;
    }

    /// @throws IllegalArgumentException when these are not 80 bytes, or the work was not done
    static BlockHeader ofHex(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        if (bytes.length != BYTES)
            throw new IllegalArgumentException("a header has 80 bytes, not " + bytes.length);
        BlockHeader header = new BlockHeader(bytes);
        if (new BigInteger(1, header.hash()).compareTo(header.target()) > 0)
            throw new IllegalArgumentException("its hash is above its own target");
        return header;
    }

    /// As it stands in the header, which is how proofs end in it.
    byte[] merkleRoot() {
        return Arrays.copyOfRange(bytes, MERKLE_ROOT, MERKLE_ROOT + 32);
    }

    /// What its miner's clock said; the rules of the chain keep it within about two hours.
    Instant time() {
        return Instant.ofEpochSecond(Integer.toUnsignedLong(little().getInt(TIME)));
    }

    /// The block's hash as people write it: most significant byte first.
    byte[] hash() {
        byte[] hash = sha256(sha256(bytes));
        for (int i = 0; i < hash.length / 2; i++) {
            byte kept = hash[i];
            hash[i] = hash[hash.length - 1 - i];
            hash[hash.length - 1 - i] = kept;
        }
        return hash;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BlockHeader header && Arrays.equals(bytes, header.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    private BigInteger target() {
        int shortForm = little().getInt(TARGET);
        int exponent = shortForm >>> 24;
        if ((shortForm & 0x00800000) != 0 || exponent > 32)
            throw new IllegalArgumentException("its target is impossible");
        BigInteger mantissa = BigInteger.valueOf(shortForm & 0x007fffff);
        return exponent >= 3
                ? mantissa.shiftLeft(8 * (exponent - 3))
                : mantissa.shiftRight(8 * (3 - exponent));
    }

    private ByteBuffer little() {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every JDK has SHA-256", impossible);
        }
    }
}
