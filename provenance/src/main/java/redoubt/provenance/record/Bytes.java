package redoubt.provenance.record;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/// An immutable string of bytes with the equality that a value needs: a hash, a key, a signature, a
/// commitment.
public final class Bytes {
    private final byte[] value;

    private Bytes(byte[] value) {
        this.value = value;
    }

    public static Bytes of(byte[] value) {
        return new Bytes(value.clone());
    }

    /// @throws IllegalArgumentException when the text is not an even number of hexadecimal digits
    public static Bytes ofHex(String hex) {
        return new Bytes(HexFormat.of().parseHex(hex));
    }

    public byte[] toArray() {
        return value.clone();
    }

    public int length() {
        return value.length;
    }

    public String hex() {
        return HexFormat.of().formatHex(value);
    }

    /// Compared in constant time: some of these are secrets' hashes.
    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes bytes && MessageDigest.isEqual(value, bytes.value);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(value);
    }

    @Override
    public String toString() {
        return hex();
    }
}
