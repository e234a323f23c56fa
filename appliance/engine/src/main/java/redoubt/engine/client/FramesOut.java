package redoubt.engine.client;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import redoubt.engine.protocol.Frames;
import redoubt.engine.protocol.ToEngine;

/// The pipe to an engine, one whole frame at a time. An engine that hangs may leave a writer
/// waiting in the full pipe, with the lock; it is let go when the process ends. Thread safe.
final class FramesOut {
    private final OutputStream pipe;
    private final ReentrantLock writing = new ReentrantLock();
    private volatile int threads;

    FramesOut(OutputStream pipe) {
        this.pipe = pipe;
    }

    /// Writes a frame, and waits as long as that takes.
    ///
    /// @throws IOException when the engine has gone
    void write(ToEngine message) throws IOException {
        byte[] frame = Frames.encode(message);
        writing.lock();
        try {
            write(frame);
        } finally {
            writing.unlock();
        }
    }

    /// Writes a frame to an engine that may have gone; whoever reads its frames tells everyone.
    void send(ToEngine message) {
        try {
            write(message);
        } catch (IOException _) {
            // That is told elsewhere.
        }
    }

    /// Writes a frame for who must not wait, whatever the engine does.
    ///
    /// @param message asked for what it is when its turn has come
    void sendLater(Supplier<ToEngine> message) {
        Thread.ofVirtual()
                .name("engine-later")
                .start(() -> {
                    writing.lock();
                    try {
                        send(message.get());
                    } finally {
                        writing.unlock();
                    }
                });
    }

    /// Has the engine compute with so many threads: the newest number is what it hears last.
    void computeWith(int wanted) {
        threads = wanted;
        sendLater(() -> new ToEngine.ComputeWith(threads));
    }

    /// Writes a frame unless others keep the pipe so long that nobody waits for an answer any more.
    ///
    /// @throws IOException when the engine has gone
    void writeWithin(byte[] frame, long seconds) throws IOException, InterruptedException {
        if (writing.tryLock(seconds, TimeUnit.SECONDS)) {
            try {
                write(frame);
            } finally {
                writing.unlock();
            }
        }
    }

    private void write(byte[] frame) throws IOException {
        pipe.write(frame);
        pipe.flush();
    }

    /// Tells the engine that nothing more comes; false when somebody is writing for longer than
    /// that.
    boolean closeWithin(Duration time) throws InterruptedException {
        if (!writing.tryLock(time.toMillis(), TimeUnit.MILLISECONDS)) {
            return false;
        }
        try {
            pipe.close();
        } catch (IOException _) {
            // It has gone already, which is what closing is for.
        } finally {
            writing.unlock();
        }
        return true;
    }
}
