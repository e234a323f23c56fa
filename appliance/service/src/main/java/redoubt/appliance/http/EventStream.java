package redoubt.appliance.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// An answer of server-sent events. Each write is bounded in time, so a client that stops reading
/// holds nothing for long. Source: HTML standard, section 9.2.
public final class EventStream implements AutoCloseable {
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

    /// An event with a name, as the page reads them.
    public void event(String name, Object json) throws GoneException {
        write("event: " + name + "\ndata: " + StrictJson.text(json) + "\n\n");
    }

    /// An event without a name, as the OpenAI SDKs read them.
    public void data(Object json) throws GoneException {
        data(StrictJson.text(json));
    }

    public void data(String line) throws GoneException {
        write("data: " + line + "\n\n");
    }

    /// A sign of life that no client shows; it finds out whether the client is still there.
    public void keepAlive() throws GoneException {
        write(": keep-alive\n\n");
    }

    private void write(String text) throws GoneException {
        try (Watchdog.Guard _ = watchdog.guard(writeTimeMax)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException | RuntimeException gone) {
            throw new GoneException(gone);
        }
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
