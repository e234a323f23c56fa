package redoubt.provenance.anchor;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;

/// Writes OpenTimestamps proofs, good and bad, by the format's description.
public final class OtsProof {
    static final HexFormat HEX = HexFormat.of();
    private static final String MAGIC =
            "004f70656e54696d657374616d7073000050726f6f6600bf89e2e884e89294";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private byte[] message;

    private OtsProof(byte[] digest) {
        message = digest;
    }

    public static OtsProof of(byte[] digest) {
        OtsProof proof = new OtsProof(digest);
        proof.out.writeBytes(HEX.parseHex(MAGIC));
        proof.out.write(1);
        proof.out.write(0x08);
        proof.out.writeBytes(digest);
        return proof;
    }

    OtsProof append(byte[] value) {
        message =
                ByteBuffer.allocate(message.length + value.length).put(message).put(value).array();
        return operation(0xf0).bytes(value);
    }

    OtsProof prepend(byte[] value) {
        message =
                ByteBuffer.allocate(message.length + value.length).put(value).put(message).array();
        return operation(0xf1).bytes(value);
    }

    public OtsProof hash() {
        message = sha256(message);
        return operation(0x08);
    }

    OtsProof operation(int tag) {
        out.write(tag);
        return this;
    }

    public OtsProof bitcoin(long height) {
        operation(0).raw("0588960d73d71901");
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        number(payload, height);
        return bytes(payload.toByteArray());
    }

    public OtsProof pending(String calendar) {
        operation(0).raw("83dfe30d2ef90c8e");
        ByteArrayOutputStream payload = new ByteArrayOutputStream();
        number(payload, calendar.length());
        payload.writeBytes(calendar.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        return bytes(payload.toByteArray());
    }

    OtsProof fork() {
        return operation(0xff);
    }

    OtsProof raw(String hex) {
        out.writeBytes(HEX.parseHex(hex));
        return this;
    }

    OtsProof bytes(byte[] value) {
        number(out, value.length);
        out.writeBytes(value);
        return this;
    }

    /// What the operations so far lead to.
    public byte[] message() {
        return message.clone();
    }

    public byte[] toArray() {
        return out.toByteArray();
    }

    private static void number(ByteArrayOutputStream to, long value) {
        long left = value;
        while (left > 0x7f) {
            to.write((int) (left & 0x7f | 0x80));
            left >>>= 7;
        }
        to.write((int) left);
    }

    /// A header with this Merkle root and the easiest target there is, with its work done.
    public static String header(byte[] merkleRoot, int time) {
        ByteBuffer header = ByteBuffer.allocate(80).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(0, 4).position(36);
        header.put(merkleRoot).putInt(time).putInt(0x207fffff);
        for (int nonce = 0; ; nonce++) {
            header.putInt(76, nonce);
            byte[] hash = sha256(sha256(header.array()));
            if ((hash[31] & 0xff) < 0x7f) return HEX.formatHex(header.array());
        }
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
