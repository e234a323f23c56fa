package redoubt.provenance.credentials;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A.8: the manifest as invisible variation selectors after the text.
///
/// The wrapper is U+FEFF and then a selector for each byte of: `C2PATXT` and a zero byte, version
/// 1, length (4 bytes, big endian), manifest. A byte below 16 takes three bytes of UTF-8, any other
/// four. Ours fits exactly, without padding inside the wrapper, because that part is not covered by
/// the hash and other implementations refuse it. Reading works on bytes, once from front to back.
/// Stateless, any thread. Source: C2PA 2.4, A.8.
final class TextCarrier implements Carrier {
    static final TextCarrier INSTANCE = new TextCarrier();

    private static final byte[] MARKER = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    private static final byte[] MAGIC = "C2PATXT\0".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER_BYTES = MAGIC.length + 5;

    private TextCarrier() {}

    @Override
    public int offset(byte[] content) {
        return content.length;
    }

    @Override
    public int length(byte[] content, byte[] manifest) {
        int length = MARKER.length;
        for (byte b : frame(manifest)) {
            length += (b & 0xFF) < 16 ? 3 : 4;
        }
        return length;
    }

    @Override
    public byte[] embed(byte[] content, byte[] manifest) {
        ByteArrayOutputStream out =
                new ByteArrayOutputStream(content.length + 4 * (manifest.length + 16));
        out.writeBytes(content);
        out.writeBytes(MARKER);
        for (byte b : frame(manifest)) {
            int value = b & 0xFF;
            // U+FE00 + value, or U+E0100 + value - 16, in UTF-8.
            if (value < 16) {
                out.write(0xEF);
                out.write(0xB8);
                out.write(0x80 | value);
            } else {
                int selector = 0xE0100 + value - 16;
                out.write(0xF3);
                out.write(0xA0);
                out.write(0x80 | ((selector >> 6) & 0x3F));
                out.write(0x80 | (selector & 0x3F));
            }
        }
        return out.toByteArray();
    }

    private static byte[] frame(byte[] manifest) {
        return ByteBuffer.allocate(HEADER_BYTES + manifest.length)
                .put(MAGIC)
                .put((byte) 1)
                .putInt(manifest.length)
                .put(manifest)
                .array();
    }

    @Override
    public @Nullable Carried extract(byte[] file) throws MalformedManifestException {
        Carried found = null;
        int end = 0;
        int at = 0;
        while (at < file.length) {
            if (!startsWith(file, at, MARKER)) {
                at++;
                continue;
            }
            int start = at;
            at += MARKER.length;
            ByteArrayOutputStream run = new ByteArrayOutputStream();
            for (int value = selector(file, at); value >= 0; value = selector(file, at)) {
                run.write(value);
                at += value < 16 ? 3 : 4;
            }
            byte[] frame = run.toByteArray();
            if (!startsWith(frame, 0, MAGIC)) {
                continue;
            }
            if (found != null) {
                throw new MalformedManifestException(
                        "manifest.text.multipleWrappers",
                        "The text carries more than one credential, so none of them counts.");
            }
            found = new Carried(manifest(frame), Arrays.copyOf(file, start));
            end = at;
        }
        if (found != null && end != file.length) {
            throw new MalformedManifestException(
                    "redoubt.text.trailing", "Text was added after the credential.");
        }
        return found;
    }

    private static byte[] manifest(byte[] frame) throws MalformedManifestException {
        if (frame.length < HEADER_BYTES || frame[MAGIC.length] != 1) {
            throw corrupted("is cut short or of a version that is not known");
        }
        int length = ByteBuffer.wrap(frame).getInt(MAGIC.length + 1);
        if (length != frame.length - HEADER_BYTES) {
            throw corrupted("does not have the length that it says");
        }
        return Arrays.copyOfRange(frame, HEADER_BYTES, frame.length);
    }

    private static MalformedManifestException corrupted(String how) {
        return new MalformedManifestException(
                "manifest.text.corruptedWrapper", "The invisible part of the text " + how + ".");
    }

    /// The byte that the selector at this place stands for, or -1 when there is none.
    private static int selector(byte[] file, int at) {
        if (at + 2 < file.length
                && file[at] == (byte) 0xEF
                && file[at + 1] == (byte) 0xB8
                && (file[at + 2] & 0xF0) == 0x80) {
            return file[at + 2] & 0x0F;
        }
        if (at + 3 < file.length && file[at] == (byte) 0xF3 && file[at + 1] == (byte) 0xA0) {
            int code = 0xE0000 | ((file[at + 2] & 0x3F) << 6) | (file[at + 3] & 0x3F);
            boolean continued = (file[at + 2] & 0xC0) == 0x80 && (file[at + 3] & 0xC0) == 0x80;
            return continued && code >= 0xE0100 && code <= 0xE01EF ? code - 0xE0100 + 16 : -1;
        }
        return -1;
    }

    private static boolean startsWith(byte[] bytes, int at, byte[] prefix) {
        return bytes.length - at >= prefix.length
                && Arrays.equals(bytes, at, at + prefix.length, prefix, 0, prefix.length);
    }
}
