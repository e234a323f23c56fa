package redoubt.provenance.cbor;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Writes deterministic CBOR: shortest lengths, definite sizes. The caller writes map keys in
/// ascending order; [CborReader] refuses what is not.
public final class CborWriter {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream(512);

    public CborWriter uint(long value) {
        if (value < 0) throw new IllegalArgumentException("negative: " + value);
        head(0, value);
        return this;
    }

    public CborWriter integer(long value) {
        if (value >= 0) head(0, value);
        else head(1, -1 - value);
        return this;
    }

    public CborWriter bytes(byte[] value) {
        head(2, value.length);
        out.writeBytes(value);
        return this;
    }

    public CborWriter text(String value) {
        var utf8 = value.getBytes(StandardCharsets.UTF_8);
        head(3, utf8.length);
        out.writeBytes(utf8);
        return this;
    }

    public CborWriter array(int items) {
        head(4, items);
        return this;
    }

    public CborWriter map(int pairs) {
        head(5, pairs);
        return this;
    }

    public CborWriter tag(long number) {
        head(6, number);
        return this;
    }

    public byte[] toByteArray() {
        return out.toByteArray();
    }

    private void head(int major, long value) {
        int type = major << 5;
        if (value < 24) {
            out.write(type | (int) value);
        } else if (value <= 0xFF) {
            out.write(type | 24);
            bigEndian(value, 1);
        } else if (value <= 0xFFFF) {
            out.write(type | 25);
            bigEndian(value, 2);
        } else if (value <= 0xFFFF_FFFFL) {
            out.write(type | 26);
            bigEndian(value, 4);
        } else {
            out.write(type | 27);
            bigEndian(value, 8);
        }
    }

    private void bigEndian(long value, int bytes) {
        for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
            out.write((int) (value >>> shift));
        }
    }
}
