package redoubt.engine.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import redoubt.engine.protocol.Frames;
import redoubt.engine.protocol.FromEngine;

/// What the engine has to say, in order. Any thread puts messages in and never waits; one platform
/// thread encodes and writes them, so that the step thread is not held up by a pipe.
final class Outbox {
    private final BlockingQueue<FromEngine> messages = new LinkedBlockingQueue<>();
    private final OutputStream pipe;

    Outbox(OutputStream pipe) {
        this.pipe = pipe;
        Thread.ofPlatform().name("frames-out").daemon().start(this::writeAll);
    }

    void say(FromEngine message) {
        messages.add(message);
    }

    /// Says a last word on the calling thread, after all that was said before.
    void sayLast(FromEngine message) throws IOException, InterruptedException {
        while (!messages.isEmpty()) {
            Thread.sleep(1);
        }
        pipe.write(Frames.encode(message));
    }

    // Everything that waits goes out at once: the reader is woken for a step, not for each
    // sequence.
    private static byte[] frames(List<FromEngine> messages) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (FromEngine message : messages) {
            bytes.write(Frames.encode(message));
        }
        return bytes.toByteArray();
    }

    private void writeAll() {
        try {
            List<FromEngine> next = new ArrayList<>();
            while (true) {
                next.add(messages.take());
                messages.drainTo(next);
                pipe.write(frames(next));
                next.clear();
            }
        } catch (IOException | InterruptedException gone) {
            // Nobody listens any more, so there is nobody to compute for.
            Exit.now(Exit.NOBODY_LISTENS);
        }
    }
}
