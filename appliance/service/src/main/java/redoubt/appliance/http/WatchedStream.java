package redoubt.appliance.http;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;

/// A long answer on its way out, in pieces that are each bounded in time. Belongs to the handler's
/// thread.
final class WatchedStream extends OutputStream {
    private static final int PIECE_BYTES = 64 << 10;

    private final OutputStream out;
    private final Watchdog watchdog;
    private final Duration writeTimeMax;

    WatchedStream(OutputStream out, Watchdog watchdog, Duration writeTimeMax) {
        this.out = out;
        this.watchdog = watchdog;
        this.writeTimeMax = writeTimeMax;
    }

    private interface Writing {
        void write() throws IOException;
    }

    private void watched(Writing writing) {
        try (Watchdog.Guard _ = watchdog.guard(writeTimeMax)) {
            writing.write();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    @Override
    public void write(int oneByte) {
        watched(() -> out.write(oneByte));
    }

    @Override
    public void write(byte[] bytes, int from, int length) {
        for (int at = 0; at < length; at += PIECE_BYTES) {
            int start = from + at;
            // A copy, because the web server's stream fails on a part of an array that does not
            // begin at its start.
            byte[] piece =
                    Arrays.copyOfRange(bytes, start, start + Math.min(PIECE_BYTES, length - at));
            watched(() -> out.write(piece));
        }
    }

    @Override
    public void flush() {
        watched(out::flush);
    }

    @Override
    public void close() {
        watched(out::close);
    }
}
