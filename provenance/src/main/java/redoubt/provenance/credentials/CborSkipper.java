package redoubt.provenance.credentials;

import java.nio.charset.StandardCharsets;

/// Walks over CBOR items without making objects of them. Definite lengths only, bounded by the
/// bytes and by a nesting of 16. One thread. Source: RFC 8949 section 3.
final class CborSkipper {
    private static final int DEPTH_MAX = 16;

    private final byte[] bytes;
    private int position;

    CborSkipper(byte[] bytes, int position) {
        this.bytes = bytes;
        this.position = position;
    }

    int position() {
        return position;
    }

    int peekMajor() throws MalformedManifestException {
        need(1);
        return (bytes[position] & 0xFF) >>> 5;
    }

    /// Reads the head of an item that must be of this major type, and gives its argument.
    long head(int major) throws MalformedManifestException {
        if (peekMajor() != major) {
            throw new MalformedManifestException("unexpected CBOR type in the signature");
        }
        return argument();
    }

    /// Reads a text string.
    String text() throws MalformedManifestException {
        int length = length(head(3));
        String text = new String(bytes, position, length, StandardCharsets.UTF_8);
        position += length;
        return text;
    }

    /// Skips one item and gives an empty name for it.
    String skipped() throws MalformedManifestException {
        skip();
        return "";
    }

    void skip() throws MalformedManifestException {
        skip(0);
    }

    private void skip(int depth) throws MalformedManifestException {
        if (depth > DEPTH_MAX) {
            throw new MalformedManifestException("CBOR nested too deeply");
        }
        int major = peekMajor();
        long argument = argument();
        switch (major) {
            case 0, 1, 7 -> {} // the head is all there is
            case 2, 3 -> position += length(argument);
            case 4 -> items(argument, depth);
            case 5 -> {
                items(argument, depth);
                items(argument, depth);
            }
            case 6 -> skip(depth + 1);
            default -> throw new AssertionError("three bits");
        }
    }

    private void items(long count, int depth) throws MalformedManifestException {
        // Each item takes a byte at least, so a false count ends with the bytes.
        for (long i = 0; i < count; i++) {
            skip(depth + 1);
        }
    }

    private long argument() throws MalformedManifestException {
        int low = bytes[position++] & 0x1F;
        if (low < 24) {
            return low;
        }
        if (low > 27) {
            throw new MalformedManifestException("CBOR of indefinite length");
        }
        int width = 1 << (low - 24);
        need(width);
        long value = 0;
        for (int i = 0; i < width; i++) {
            value = (value << 8) | (bytes[position++] & 0xFF);
        }
        if (value < 0) {
            throw new MalformedManifestException("a CBOR number beyond all bounds");
        }
        return value;
    }

    private int length(long argument) throws MalformedManifestException {
        if (argument > bytes.length - position) {
            throw new MalformedManifestException("a CBOR string is cut short");
        }
        return (int) argument;
    }

    private void need(int count) throws MalformedManifestException {
        if (bytes.length - position < count) {
            throw new MalformedManifestException("CBOR is cut short");
        }
    }
}
