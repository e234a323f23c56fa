package redoubt.appliance.http;

import io.helidon.common.buffers.DataReader;
import io.helidon.webserver.CloseConnectionException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What a connection reads, so that a handler can notice that its client has left: while an answer
/// is made, a thread waits here for the client's next bytes. Their end means that nobody waits for
/// the answer any more. Bytes that do come belong to the next request and are kept for it.
///
/// At most one thread reads the connection at any time: the watch, or after it the connection's
/// own, which waits for the watch's read to come back.
final class ReadAhead implements Supplier<byte @Nullable []> {
    static final ScopedValue<ReadAhead> CURRENT = ScopedValue.newInstance();

    private static final byte[] NOTHING = {};

    private final DataReader connection;
    private @Nullable Watching ahead;
    private volatile boolean handling;
    private boolean abandoned;
    private volatile long unusedSince = System.nanoTime();

    ReadAhead(DataReader connection) {
        this.connection = connection;
    }

    /// A request is complete up to its body, and is being answered.
    synchronized void begin() {
        if (abandoned) throw new CloseConnectionException("the connection is being closed");
        handling = true;
    }

    synchronized void end() {
        unusedSince = System.nanoTime();
        handling = false;
    }

    /// From here on no request begins; false when one is being answered.
    synchronized boolean abandon() {
        if (!handling) abandoned = true;
        return abandoned;
    }

    /// How long the connection has not brought a request: silence counts, and so does a header that
    /// comes byte by byte.
    Duration unused() {
        return handling ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - unusedSince);
    }

    /// Calls `gone` at most once, when the client has left before the watch is closed.
    Watch watch(Runnable gone) {
        return watching().watchedBy(gone);
    }

    private synchronized Watching watching() {
        Watching before = ahead;
        // Bytes are there already, or a read is still under way: it watches on.
        if (before != null) return before;
        Watching watching = new Watching();
        ahead = watching;
        Thread.ofVirtual().name("client-watch").start(watching);
        return watching;
    }

    /// A watch of one answer.
    interface Watch extends AutoCloseable {
        boolean gone();

        @Override
        void close();
    }

    /// The next bytes for the connection's own thread, null at their end.
    @Override
    public byte @Nullable [] get() {
        Watching before;
        synchronized (this) {
            before = ahead;
            ahead = null;
        }
        if (before == null) return read();
        byte[] bytes = before.await();
        return bytes != null && bytes.length == 0 ? read() : bytes;
    }

    /// Reads and forgets what still comes, up to so many bytes or the client's end. A connection
    /// that is closed with bytes unread is reset, and the client may lose the answer with it.
    void discard(long bytesMax) {
        long left = bytesMax;
        for (byte[] bytes = get(); bytes != null && left > 0; bytes = get()) left -= bytes.length;
    }

    private byte @Nullable [] read() {
        try {
            connection.ensureAvailable();
            return connection.readBytes(connection.available());
        } catch (DataReader.InsufficientDataAvailableException end) {
            return null;
        }
    }

    private static boolean timeout(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause())
            if (cause instanceof SocketTimeoutException) return true;
        return false;
    }

    /// One read ahead, on a thread of its own.
    private final class Watching implements Runnable {
        private final CompletableFuture<byte @Nullable []> bytes = new CompletableFuture<>();
        private @Nullable Runnable watcher;
        private boolean left;

        @Override
        public void run() {
            while (true) {
                try {
                    byte[] next = read();
                    if (next == null) leave();
                    bytes.complete(next);
                    return;
                } catch (RuntimeException failure) {
                    if (timeout(failure)) {
                        // Quiet for long: as it should be for whoever waits.
                        if (watched()) continue;
                        bytes.complete(NOTHING);
                    } else {
                        leave();
                        bytes.completeExceptionally(failure);
                    }
                    return;
                }
            }
        }

        private synchronized boolean watched() {
            return watcher != null;
        }

        // The watcher is told outside the lock: ending an answer can take a moment.
        private void leave() {
            Runnable told;
            synchronized (this) {
                left = true;
                told = watcher;
                watcher = null;
            }
            if (told != null) told.run();
        }

        Watch watchedBy(Runnable gone) {
            boolean already;
            synchronized (this) {
                already = left;
                if (!already) watcher = gone;
            }
            if (already) gone.run();
            return new Watch() {
                @Override
                public boolean gone() {
                    synchronized (Watching.this) {
                        return left;
                    }
                }

                @Override
                public void close() {
                    synchronized (Watching.this) {
                        watcher = null;
                    }
                }
            };
        }

        byte @Nullable [] await() {
            try {
                return bytes.get();
            } catch (ExecutionException failure) {
                throw new CloseConnectionException("the connection ended", failure.getCause());
            } catch (InterruptedException closing) {
                throw new CloseConnectionException("the connection is being closed", closing);
            }
        }
    }
}
