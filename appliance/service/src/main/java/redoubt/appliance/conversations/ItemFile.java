package redoubt.appliance.conversations;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The layout of an encrypted file of [ContentStore], and of the same file without its key, as a
/// backup holds it: `RDB1`, then what follows the wrapped key.
public final class ItemFile {
    static final byte[] MAGIC = "RDC1".getBytes(StandardCharsets.US_ASCII);
    static final int NONCE_BYTES = 12;
    static final int KEY_BYTES = 32;
    static final int TAG_BYTES = 16;
    static final int WRAPPED_BYTES = NONCE_BYTES + KEY_BYTES + TAG_BYTES;

    private static final byte[] KEYLESS = "RDB1".getBytes(StandardCharsets.US_ASCII);

    private ItemFile() {}

    /// The key of a file, wrapped by the site's.
    ///
    /// @throws IOException when it is no such file
    public static byte[] keyOf(byte[] file) throws IOException {
        requireFile(file);
        return Arrays.copyOfRange(file, MAGIC.length, MAGIC.length + WRAPPED_BYTES);
    }

    /// The file without its key.
    public static byte[] withoutKey(byte[] file) throws IOException {
        requireFile(file);
        byte[] rest = new byte[file.length - WRAPPED_BYTES];
        System.arraycopy(KEYLESS, 0, rest, 0, KEYLESS.length);
        int from = MAGIC.length + WRAPPED_BYTES;
        System.arraycopy(file, from, rest, KEYLESS.length, file.length - from);
        return rest;
    }

    /// The file again.
    public static byte[] withKey(byte[] keyless, byte[] wrapped) throws IOException {
        if (wrapped.length != WRAPPED_BYTES
                || keyless.length < KEYLESS.length + NONCE_BYTES + TAG_BYTES
                || !Arrays.equals(keyless, 0, KEYLESS.length, KEYLESS, 0, KEYLESS.length))
            throw new IOException("this is no item of a backup");
        byte[] file = new byte[keyless.length + WRAPPED_BYTES];
        System.arraycopy(MAGIC, 0, file, 0, MAGIC.length);
        System.arraycopy(wrapped, 0, file, MAGIC.length, WRAPPED_BYTES);
        System.arraycopy(
                keyless,
                KEYLESS.length,
                file,
                MAGIC.length + WRAPPED_BYTES,
                keyless.length - KEYLESS.length);
        return file;
    }

    static boolean isFile(byte[] file) {
        return file.length >= MAGIC.length + WRAPPED_BYTES + NONCE_BYTES + TAG_BYTES
                && Arrays.equals(file, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    }

    private static void requireFile(byte[] file) throws IOException {
        if (!isFile(file)) throw new IOException("this is no item of the content store");
    }
}
