package redoubt.provenance.credentials;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The COSE_Sign1 of a claim, taken apart just far enough to change its padding.
///
/// The library reserves ten kilobytes for a signature and fills what it does not need with a header
/// `pad`. That header is not signed, so it can be cut to any length; the embedded forms use the
/// length to make their encoding fit exactly. Immutable, any thread. Source: RFC 9052 section 4.2;
/// C2PA 2.4 section 13.2.
final class CoseEnvelope {
    private static final byte TAG_SIGN1 = (byte) 0xD2;
    private static final byte ARRAY_OF_4 = (byte) 0x84;
    private static final byte[] ABSENT_AND_64_BYTES = {(byte) 0xF6, 0x58, 0x40};
    private static final int MAP = 5;
    private static final int TEXT = 3;

    private final byte[] head; // tag, array and protected header
    private final List<byte[]> headers; // unprotected, without the padding
    private final byte[] tail; // absent payload and signature

    private CoseEnvelope(byte[] head, List<byte[]> headers, byte[] tail) {
        this.head = head;
        this.headers = headers;
        this.tail = tail;
    }

    static CoseEnvelope read(byte[] cose) throws MalformedManifestException {
        if (cose.length < 4 || cose[0] != TAG_SIGN1 || cose[1] != ARRAY_OF_4) {
            throw new MalformedManifestException("the signature is not a tagged COSE_Sign1");
        }
        CborSkipper at = new CborSkipper(cose, 2);
        at.skip();
        byte[] head = Arrays.copyOf(cose, at.position());
        long entries = at.head(MAP);
        List<byte[]> headers = new ArrayList<>();
        for (long i = 0; i < entries; i++) {
            int from = at.position();
            String key = at.peekMajor() == TEXT ? at.text() : at.skipped();
            at.skip();
            if (!key.equals("pad") && !key.equals("pad2")) {
                headers.add(Arrays.copyOfRange(cose, from, at.position()));
            }
        }
        byte[] tail = Arrays.copyOfRange(cose, at.position(), cose.length);
        at.skip();
        at.skip();
        if (at.position() != cose.length) {
            throw new MalformedManifestException("bytes follow the signature");
        }
        return new CoseEnvelope(head, headers, tail);
    }

    /// Whether these bytes are what {@link #padded} writes for this signature: no header that the
    /// signature does not cover but zero padding, no payload, 64 bytes of signature.
    boolean isExactly(byte[] cose) {
        int padBytes = cose.length - padded(0).length;
        // From 24 bytes on, the length of the padding takes a byte more.
        padBytes -= padBytes > 24 ? 1 : 0;
        return headers.isEmpty()
                && padBytes >= 0
                && padBytes < 256
                && tail.length == ABSENT_AND_64_BYTES.length + 64
                && Arrays.equals(tail, 0, ABSENT_AND_64_BYTES.length, ABSENT_AND_64_BYTES, 0, 3)
                && Arrays.equals(padded(padBytes), cose);
    }

    /// The same signature with this many bytes of padding, all zero.
    byte[] padded(int padBytes) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(head.length + tail.length + padBytes);
        out.writeBytes(head);
        out.write(0xA0 | (headers.size() + 1)); // a map; there are never more than a few headers
        headers.forEach(out::writeBytes);
        out.write(0x63); // text of three
        out.writeBytes("pad".getBytes(StandardCharsets.US_ASCII));
        if (padBytes < 24) {
            out.write(0x40 | padBytes);
        } else if (padBytes < 256) {
            out.write(0x58);
            out.write(padBytes);
        } else {
            throw new IllegalArgumentException("more padding than is ever needed: " + padBytes);
        }
        out.writeBytes(new byte[padBytes]);
        out.writeBytes(tail);
        return out.toByteArray();
    }
}
