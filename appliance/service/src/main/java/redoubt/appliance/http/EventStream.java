package redoubt.appliance.http;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;

/// An answer of server-sent events. Each write is bounded in time, so a client that stops reading
/// holds nothing for long. Source: HTML standard, section 9.2.
public final class EventStream implements EventSink, AutoCloseable {
    private static final byte[] KEEP_ALIVE = EventSink.comment("keep-alive");

    private final OutputStream out;
    private final Watchdog watchdog;
    private final Duration writeTimeMax;

    EventStream(OutputStream out, Watchdog watchdog, Duration writeTimeMax) {
        this.out = out;
        this.watchdog = watchdog;
        this.writeTimeMax = writeTimeMax;
    }

    /// The client is not there any more, or has stopped reading.
    public static final class GoneException extends Exception {
        private static final long serialVersionUID = 1L;

        GoneException(Throwable cause) {
            super("the client is gone", cause);
        }
    }

    @Override
    public void frame(byte[] frame) throws GoneException {
        try (Watchdog.Guard _ = watchdog.guard(writeTimeMax)) {
            out.write(frame);
            out.flush();
        } catch (IOException | RuntimeException gone) {
            throw new GoneException(gone);
        }
    }

    /// A sign of life that no client shows; it finds out whether the client is still there.
    public void keepAlive() throws GoneException {
        frame(KEEP_ALIVE);
    }

    @Override
    public void close() throws GoneException {
        try (Watchdog.Guard _ = watchdog.guard(writeTimeMax)) {
            out.close();
        } catch (IOException | RuntimeException gone) {
            throw new GoneException(gone);
        }
    }
}
