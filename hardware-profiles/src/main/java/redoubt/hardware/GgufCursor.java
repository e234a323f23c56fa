package redoubt.hardware;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/// Reads a model file from front to back through a small buffer, and never past its end: every read
/// is checked against what is left before anything is allocated for it. Used by one thread.
final class GgufCursor implements Closeable {
    private static final int BUFFER_BYTES = 64 * 1024;

    private final FileChannel channel;
    private final long size;
    private final ByteBuffer buffer =
            ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN).limit(0);
    // Of the first byte after the buffer.
    private long filled;

    private GgufCursor(FileChannel channel) throws IOException {
        this.channel = channel;
        this.size = channel.size();
    }

    static GgufCursor open(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            return new GgufCursor(channel);
        } catch (IOException | RuntimeException failed) {
            channel.close();
            throw failed;
        }
    }

    long size() {
        return size;
    }

    /// Offset of the next byte.
    long position() {
        return filled - buffer.remaining();
    }

    long remaining() {
        return size - position();
    }

    int u8() throws IOException, MalformedGguf {
        return need(1).get() & 0xFF;
    }

    int u16() throws IOException, MalformedGguf {
        return need(2).getShort() & 0xFFFF;
    }

    /// The raw 32 bits.
    int bits32() throws IOException, MalformedGguf {
        return need(4).getInt();
    }

    long u32() throws IOException, MalformedGguf {
        return Integer.toUnsignedLong(bits32());
    }

    long bits64() throws IOException, MalformedGguf {
        return need(8).getLong();
    }

    /// An unsigned 64 bit number that counts something in this file, so that it can be neither
    /// larger than `most` nor than what is left of the file at `unitBytes` for each.
    long count(String what, long most, long unitBytes) throws IOException, MalformedGguf {
        long at = position();
        long count = bits64();
        if (count < 0 || count > remaining() / unitBytes) {
            throw new MalformedGguf(
                    GgufReading.Reason.TRUNCATED,
                    "at byte %d it announces %s %s, which would not fit into the rest of the file"
                            .formatted(at, Long.toUnsignedString(count), what));
        }
        if (count > most) {
            throw new MalformedGguf(
                    GgufReading.Reason.TOO_MANY,
                    "at byte %d it announces %d %s, and %d is the most that is read"
                            .formatted(at, count, what, most));
        }
        return count;
    }

    /// A length and that many bytes of strict UTF-8.
    String text(String what, int bytesMax) throws IOException, MalformedGguf {
        long at = position();
        int length = (int) count("bytes of " + what, bytesMax, 1);
        byte[] bytes = new byte[length];
        for (int done = 0; done < length; ) {
            int part = Math.min(length - done, BUFFER_BYTES);
            need(part).get(bytes, done, part);
            done += part;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException notText) {
            throw new MalformedGguf(
                    GgufReading.Reason.MALFORMED,
                    "%s at byte %d is not UTF-8 text".formatted(what, at));
        }
    }

    /// Passes over bytes that are in the file but not of interest.
    void skip(long bytes) throws MalformedGguf {
        if (bytes < 0 || bytes > remaining()) {
            throw endsEarly(bytes);
        }
        if (bytes <= buffer.remaining()) {
            buffer.position(buffer.position() + (int) bytes);
        } else {
            filled = position() + bytes;
            buffer.limit(0);
        }
    }

    /// The same, but has somebody see the bytes; null sees none.
    void skip(long bytes, @Nullable MessageDigest digest) throws IOException, MalformedGguf {
        if (digest == null || bytes < 0 || bytes > remaining()) {
            skip(bytes);
            return;
        }
        for (long left = bytes; left > 0; ) {
            int part = (int) Math.min(left, BUFFER_BYTES);
            ByteBuffer there = need(part);
            digest.update(there.slice(there.position(), part));
            there.position(there.position() + part);
            left -= part;
        }
    }

    private ByteBuffer need(int bytes) throws IOException, MalformedGguf {
        if (bytes > remaining()) {
            throw endsEarly(bytes);
        }
        if (buffer.remaining() < bytes) {
            buffer.compact();
            while (buffer.position() < bytes) {
                int got = channel.read(buffer, filled);
                if (got < 0) {
                    buffer.flip();
                    throw endsEarly(bytes);
                }
                filled += got;
            }
            buffer.flip();
        }
        return buffer;
    }

    private MalformedGguf endsEarly(long bytes) {
        return new MalformedGguf(
                GgufReading.Reason.TRUNCATED,
                "it ends at byte %d, where %s more bytes are announced"
                        .formatted(size, Long.toUnsignedString(bytes - remaining())));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
