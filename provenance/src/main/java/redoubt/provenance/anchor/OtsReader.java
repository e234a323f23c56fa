package redoubt.provenance.anchor;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.digests.KeccakDigest;
import org.bouncycastle.crypto.digests.RIPEMD160Digest;
import redoubt.provenance.anchor.OpenTimestamps.Attestation;
import redoubt.provenance.record.Bytes;

/// Reads an OpenTimestamps proof: a tree of operations on a digest, with attestations at its ends.
/// Everything in it is bounded, because it comes from outside: 1 MiB, 256 operations deep, 16,384
/// in all, values of 4,096 bytes. One thread, one use.
final class OtsReader {
    private static final byte[] MAGIC =
            HexFormat.of()
                    .parseHex("004f70656e54696d657374616d7073000050726f6f6600bf89e2e884e89294");
    private static final byte[] BITCOIN = HexFormat.of().parseHex("0588960d73d71901");
    private static final byte[] PENDING = HexFormat.of().parseHex("83dfe30d2ef90c8e");
    private static final int DEPTH_MAX = 256;
    private static final int OPERATIONS_MAX = 16_384;
    private static final int VALUE_BYTES_MAX = 4_096;
    private static final int PAYLOAD_BYTES_MAX = 8_192;
    private static final int CALENDAR_BYTES_MAX = 1_000;

    private static final int ATTESTATION = 0x00;
    private static final int SHA1 = 0x02;
    private static final int RIPEMD160 = 0x03;
    private static final int SHA256 = 0x08;
    private static final int KECCAK256 = 0x67;
    private static final int APPEND = 0xf0;
    private static final int PREPEND = 0xf1;
    private static final int REVERSE = 0xf2;
    private static final int HEXLIFY = 0xf3;
    private static final int FORK = 0xff;

    private final ByteBuffer in;
    private final List<Attestation> found = new ArrayList<>();
    private int operations;

    private OtsReader(byte[] proof) {
        this.in = ByteBuffer.wrap(proof);
    }

    /// The ends of all paths from this digest.
    static List<Attestation> read(byte[] proof, Bytes digest) throws MalformedAnchorException {
        if (proof.length > AnchorFile.BYTES_MAX)
            throw new MalformedAnchorException("The OpenTimestamps proof is longer than 1 MiB.");
        OtsReader reader = new OtsReader(proof);
        reader.head(digest);
        reader.timestamp(digest.toArray(), DEPTH_MAX);
        if (reader.in.hasRemaining()) throw malformed("something follows its end");
        return List.copyOf(reader.found);
    }

    private void head(Bytes digest) throws MalformedAnchorException {
        if (!Arrays.equals(take(MAGIC.length), MAGIC))
            throw malformed("it does not begin like one");
        if (number() != 1) throw malformed("it is of another version");
        if (octet() != SHA256) throw malformed("it is about another digest than SHA-256");
        if (!Bytes.of(take(32)).equals(digest))
            throw new MalformedAnchorException(
                    "The OpenTimestamps proof is about another file than this checkpoint's text.");
    }

    private void timestamp(byte[] message, int depthLeft) throws MalformedAnchorException {
        if (depthLeft == 0) throw malformed("it is deeper than 256 operations");
        int tag = octet();
        while (tag == FORK) {
            branch(octet(), message, depthLeft);
            tag = octet();
        }
        branch(tag, message, depthLeft);
    }

    private void branch(int tag, byte[] message, int depthLeft) throws MalformedAnchorException {
        if (++operations > OPERATIONS_MAX) throw malformed("it has more than 16,384 operations");
        if (tag == ATTESTATION) found.add(attestation(message));
        else timestamp(applied(tag, message), depthLeft - 1);
    }

    private byte[] applied(int tag, byte[] message) throws MalformedAnchorException {
        byte[] result =
                switch (tag) {
                    case SHA1 -> digest("SHA-1", message);
                    case SHA256 -> digest("SHA-256", message);
                    case RIPEMD160 -> digest(new RIPEMD160Digest(), message);
                    case KECCAK256 -> digest(new KeccakDigest(256), message);
                    case APPEND -> joined(message, value());
                    case PREPEND -> joined(value(), message);
                    case REVERSE -> reversed(message);
                    case HEXLIFY ->
                            HexFormat.of().formatHex(message).getBytes(StandardCharsets.US_ASCII);
                    default -> throw malformed("operation 0x%02x does not exist".formatted(tag));
                };
        if (result.length > VALUE_BYTES_MAX) throw malformed("a value is longer than 4,096 bytes");
        return result;
    }

    private Attestation attestation(byte[] message) throws MalformedAnchorException {
        byte[] tag = take(8);
        byte[] payload = take(length(PAYLOAD_BYTES_MAX));
        OtsReader inner = new OtsReader(payload);
        if (Arrays.equals(tag, BITCOIN)) {
            long height = inner.number();
            if (inner.in.hasRemaining() || height > Integer.MAX_VALUE || message.length != 32)
                throw malformed("an attestation of Bitcoin is not one");
            return new Attestation.Bitcoin((int) height, Bytes.of(message));
        }
        if (Arrays.equals(tag, PENDING)) {
            byte[] calendar = inner.take(inner.length(CALENDAR_BYTES_MAX));
            if (inner.in.hasRemaining()) throw malformed("a calendar's promise is not one");
            return new Attestation.Pending(calendar(calendar));
        }
        return new Attestation.Unknown();
    }

    // The letters that the format allows: a terminal must not obey an address.
    private static String calendar(byte[] bytes) throws MalformedAnchorException {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        if (!text.matches("[A-Za-z0-9._/:-]+")) throw malformed("a calendar's address is not one");
        return text;
    }

    private byte[] value() throws MalformedAnchorException {
        byte[] value = take(length(VALUE_BYTES_MAX));
        if (value.length == 0) throw malformed("an operation adds nothing");
        return value;
    }

    private int length(int most) throws MalformedAnchorException {
        long length = number();
        if (length > most) throw malformed("a length is above its bound of " + most);
        return (int) length;
    }

    /// LEB128, at most 63 bits, in the shortest form.
    private long number() throws MalformedAnchorException {
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            int octet = octet();
            value |= (long) (octet & 0x7f) << shift;
            if ((octet & 0x80) == 0) {
                if (octet == 0 && shift > 0) throw malformed("a number is not in shortest form");
                return value;
            }
        }
        throw malformed("a number is too large");
    }

    private int octet() throws MalformedAnchorException {
        if (!in.hasRemaining()) throw malformed("it ends too early");
        return in.get() & 0xff;
    }

    private byte[] take(int length) throws MalformedAnchorException {
        if (length > in.remaining()) throw malformed("it ends too early");
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    private static byte[] reversed(byte[] message) {
        byte[] result = new byte[message.length];
        for (int i = 0; i < message.length; i++) result[i] = message[message.length - 1 - i];
        return result;
    }

    private static byte[] digest(String algorithm, byte[] message) {
        try {
            return MessageDigest.getInstance(algorithm).digest(message);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every JDK has " + algorithm, impossible);
        }
    }

    private static byte[] digest(Digest digest, byte[] message) {
        digest.update(message, 0, message.length);
        byte[] result = new byte[digest.getDigestSize()];
        digest.doFinal(result, 0);
        return result;
    }

    private static MalformedAnchorException malformed(String how) {
        return new MalformedAnchorException(
                "The file is not an OpenTimestamps proof: " + how + ".");
    }
}
