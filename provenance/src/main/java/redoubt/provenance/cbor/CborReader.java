package redoubt.provenance.cbor;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Reads deterministic CBOR, value by value, as the caller's schema expects it. Refuses another
/// type, a length that is not in its shortest form, an indefinite length, invalid UTF-8, anything
/// past the end and anything after it. Nothing is allocated before its length was compared with the
/// bytes that are there.
public final class CborReader {
    private static final int KIND_BYTES_MAX = 64;

    private final ByteBuffer in;

    public CborReader(byte[] bytes) {
        this.in = ByteBuffer.wrap(bytes);
    }

    public long uint() throws CborException {
        return head(0);
    }

    /// A whole number of either sign.
    public long integer() throws CborException {
        if (in.hasRemaining() && (in.get(in.position()) & 0xE0) == 0x20) return -1 - head(1);
        return head(0);
    }

    public byte[] bytes(int bytesMax) throws CborException {
        return take(head(2), bytesMax);
    }

    public byte[] bytesExactly(int length) throws CborException {
        var bytes = bytes(length);
        if (bytes.length != length)
            throw new CborException("expected %d bytes, found %d".formatted(length, bytes.length));
        return bytes;
    }

    public String text(int bytesMax) throws CborException {
        var bytes = take(head(3), bytesMax);
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException notUtf8) {
            throw new CborException("text is not valid UTF-8");
        }
    }

    /// The next text says what kind of file this is, and must be exactly this one.
    public void kind(String expected) throws CborException {
        if (!text(KIND_BYTES_MAX).equals(expected))
            throw new CborException("it does not say " + expected);
    }

    /// @return how many items follow
    public int array(int itemsMax) throws CborException {
        return count(head(4), itemsMax);
    }

    /// @return how many pairs follow
    public int map(int pairsMax) throws CborException {
        return count(head(5), pairsMax);
    }

    public void tag(long number) throws CborException {
        long found = head(6);
        if (found != number)
            throw new CborException("expected tag %d, found %d".formatted(number, found));
    }

    /// The next map key must be exactly this one.
    public void key(long expected) throws CborException {
        long found = uint();
        if (found != expected)
            throw new CborException("expected key %d, found %d".formatted(expected, found));
    }

    public void end() throws CborException {
        if (in.hasRemaining())
            throw new CborException("%d bytes follow the end".formatted(in.remaining()));
    }

    private long head(int major) throws CborException {
        if (!in.hasRemaining()) throw new CborException("ends too early");
        int initial = in.get() & 0xFF;
        if (initial >>> 5 != major)
            throw new CborException(
                    "expected major type %d, found %d".formatted(major, initial >>> 5));
        int info = initial & 0x1F;
        if (info < 24) return info;
        return switch (info) {
            case 24 -> shortest(1, 24);
            case 25 -> shortest(2, 0x100);
            case 26 -> shortest(4, 0x1_0000);
            case 27 -> shortest(8, 0x1_0000_0000L);
            default -> throw new CborException("indefinite or reserved length");
        };
    }

    private long shortest(int bytes, long least) throws CborException {
        if (in.remaining() < bytes) throw new CborException("ends too early");
        long value = 0;
        for (int i = 0; i < bytes; i++) value = (value << 8) | (in.get() & 0xFF);
        if (value < 0) throw new CborException("number is too large");
        if (value < least) throw new CborException("length is not in its shortest form");
        return value;
    }

    private byte[] take(long length, int bytesMax) throws CborException {
        if (length > bytesMax || length > in.remaining())
            throw new CborException(
                    "string of %d bytes where at most %d may stand"
                            .formatted(length, Math.min(bytesMax, in.remaining())));
        var bytes = new byte[(int) length];
        in.get(bytes);
        return bytes;
    }

    private int count(long items, int itemsMax) throws CborException {
        if (items > itemsMax || items > in.remaining())
            throw new CborException(
                    "%d items where at most %d may stand".formatted(items, itemsMax));
        return (int) items;
    }
}
