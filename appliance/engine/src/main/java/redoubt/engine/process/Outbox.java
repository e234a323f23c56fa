package redoubt.engine.process;

import java.io.IOException;
import java.io.OutputStream;
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

    private void writeAll() {
        try {
            while (true) {
                pipe.write(Frames.encode(messages.take()));
            }
        } catch (IOException | InterruptedException gone) {
            // Nobody listens any more, so there is nobody to compute for.
            Runtime.getRuntime().halt(Exit.NOBODY_LISTENS);
        }
    }
}
