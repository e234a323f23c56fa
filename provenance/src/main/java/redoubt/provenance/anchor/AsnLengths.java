package redoubt.provenance.anchor;

/// Walks over ASN.1 before any library reads it: every length within what is around it and in the
/// fewest bytes, or indefinite where a value holds others, as some authorities write it; nothing
/// behind the end. So all readers see the same values. Stateless. Source: X.690 section 8.1.
final class AsnLengths {
    private static final int DEPTH_MAX = 32;
    private static final int CONSTRUCTED = 0x20;
    private static final int LONG_TAG = 0x1f;

    private final byte[] bytes;

    private AsnLengths(byte[] bytes) {
        this.bytes = bytes;
    }

    /// @throws MalformedAnchorException when the bytes are not one such value
    static void require(byte[] bytes) throws MalformedAnchorException {
        if (new AsnLengths(bytes).value(0, bytes.length, 0) != bytes.length)
            throw malformed("something follows its end");
    }

    /// @return where the value ends
    private int value(int begin, int end, int depth) throws MalformedAnchorException {
        if (depth > DEPTH_MAX) throw malformed("it is nested too deeply");
        if (end - begin < 2) throw malformed("it ends too early");
        int tag = bytes[begin] & 0xff;
        if ((tag & LONG_TAG) == LONG_TAG || tag == 0) throw malformed("it has an unknown tag");
        int at = begin + 2;
        int length = bytes[begin + 1] & 0xff;
        if (length >= 0x80) {
            int octets = length & 0x7f;
            if (octets == 0 && (tag & CONSTRUCTED) != 0) return untilEnd(at, end, depth);
            if (octets == 0 || octets > 3 || end - at < octets)
                throw malformed("a length is impossible");
            length = 0;
            for (int i = 0; i < octets; i++) length = (length << 8) | (bytes[at++] & 0xff);
            if (length < 0x80 || length >>> (8 * (octets - 1)) == 0)
                throw malformed("a length is not in its shortest form");
        }
        if (length > end - at) throw malformed("a value runs past the end");
        int after = at + length;
        if ((tag & CONSTRUCTED) != 0) while (at < after) at = value(at, after, depth + 1);
        return after;
    }

    /// The members of a value of indefinite length, up to two zeros.
    private int untilEnd(int begin, int end, int depth) throws MalformedAnchorException {
        int at = begin;
        while (end - at >= 2 && (bytes[at] != 0 || bytes[at + 1] != 0))
            at = value(at, end, depth + 1);
        if (end - at < 2) throw malformed("it ends too early");
        return at + 2;
    }

    private static MalformedAnchorException malformed(String how) {
        return new MalformedAnchorException(
                "The file is not the response of a time stamping authority (RFC 3161): "
                        + how
                        + ".");
    }
}
