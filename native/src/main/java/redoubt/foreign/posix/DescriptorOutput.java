package redoubt.foreign.posix;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/// Writes to one descriptor that it owns. Writers take turns: an array that is written in one call
/// arrives in one piece.
final class DescriptorOutput extends OutputStream {
    private static final int CHUNK_BYTES = 64 * 1024;

    private final int descriptor;
    private boolean closed;

    DescriptorOutput(int descriptor) {
        this.descriptor = descriptor;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (closed) {
            throw new IOException("This stream was closed before.");
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment chunk = arena.allocate(Math.clamp(length, 1, CHUNK_BYTES));
            for (int done = 0; done < length; ) {
                int count = Math.min(length - done, CHUNK_BYTES);
                MemorySegment.copy(bytes, offset + done, chunk, ValueLayout.JAVA_BYTE, 0, count);
                writeAll(chunk.asSlice(0, count));
                done += count;
            }
        }
    }

    private void writeAll(MemorySegment bytes) throws PosixException {
        for (long done = 0; done < bytes.byteSize(); ) {
            Libc.Outcome written = Libc.write(descriptor, bytes.asSlice(done));
            if (!written.failed()) {
                done += written.value();
            } else if (written.errno() != Errno.EINTR) {
                throw new PosixException(
                        "The other end of this process's output is gone, so what it says reaches"
                                + " nobody. Whoever started it has ended, or closed the pipe.",
                        written.errno());
            }
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            // The number may belong to somebody else after a failed close; never close it twice.
            Libc.close(descriptor);
        }
    }
}
