package redoubt.appliance.http;

import io.helidon.http.RequestException;
import io.helidon.webserver.http.ServerRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// The body of one request, read within limits of size, of time, and of what all requests together
/// may hold: as text, as a tree and as a prompt each byte costs about ten. Belongs to the handler's
/// virtual thread.
final class RequestBody {
    private static final Duration TIME_MAX = Duration.ofSeconds(30);
    private static final Duration TURN_TIME_MAX = Duration.ofSeconds(10);

    // What every request may have; of more there are so many such pieces for all, in turn: with ten
    // times as much for each byte, a little more than half of the memory, and two of the largest in
    // any case.
    private static final int PIECE_BYTES = 64 * 1024;
    private static final Semaphore PIECES = new Semaphore(pieces(), true);

    // After these the rest of the body may still be under way, and is no next request.
    private static final Set<String> LEAVE_REST =
            Set.of("request_too_large", "request_timeout", "incomplete_body", "overloaded");

    private final ServerRequest request;
    private final Watchdog watchdog;
    private int held;

    RequestBody(ServerRequest request, Watchdog watchdog) {
        this.request = request;
        this.watchdog = watchdog;
    }

    private static int pieces() {
        long bytes = Runtime.getRuntime().maxMemory() / 16;
        return Math.toIntExact(
                Math.clamp(bytes, 2L * Exchange.BODY_BYTES_MAX, 256L * 1024 * 1024) / PIECE_BYTES);
    }

    static boolean leavesRest(RefusedException refusal) {
        return LEAVE_REST.contains(refusal.code());
    }

    byte[] read(int bytesMax) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        // Before the first byte, so that a client who waits to be asked for it need not send it.
        hold(Math.min(request.headers().contentLength().orElse(0), bytesMax));
        try (Watchdog.Guard guard = watchdog.guard(TIME_MAX)) {
            try (InputStream in = request.content().inputStream()) {
                byte[] piece = new byte[16 * 1024];
                for (int n; (n = in.read(piece)) >= 0; ) {
                    body.write(piece, 0, n);
                    if (body.size() > bytesMax) throw tooLarge(bytesMax);
                    if (held == 0 && body.size() > PIECE_BYTES) hold(bytesMax);
                }
            } catch (RefusedException refused) {
                throw refused;
            } catch (RequestException refused) {
                throw refused.status().code() == 413
                        ? tooLarge(Exchange.BODY_BYTES_MAX)
                        : incomplete("is not what its headers say");
            } catch (IllegalArgumentException malformed) {
                throw incomplete("is not in the pieces that its headers announce");
            } catch (IOException | RuntimeException gone) {
                // Whatever a client does with its connection is no failure of ours.
                throw guard.fired()
                        ? RefusedException.tooSlow(
                                "The request's body did not arrive within %d seconds. Nothing was done."
                                        .formatted(TIME_MAX.toSeconds()))
                        : incomplete("ended before it was complete");
            }
        }
        return body.toByteArray();
    }

    /// All that is needed at once, so that no two wait for what the other has.
    private void hold(long bytes) {
        if (bytes <= PIECE_BYTES) return;
        int wanted = Math.toIntExact((bytes + PIECE_BYTES - 1) / PIECE_BYTES);
        boolean admitted;
        try {
            admitted = PIECES.tryAcquire(wanted, TURN_TIME_MAX.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            admitted = false;
        }
        if (!admitted)
            throw RefusedException.unavailable(
                    "overloaded",
                    "The appliance holds as many large requests as its memory allows. Nothing was done. Try again in a few seconds, or send less at once.");
        held = wanted;
    }

    /// Gives back what was held.
    void release() {
        PIECES.release(held);
        held = 0;
    }

    private static RefusedException incomplete(String what) {
        return RefusedException.invalid(
                "incomplete_body",
                null,
                "The request's body %s. Nothing was done. Send it again, whole.".formatted(what));
    }

    static RefusedException tooLarge(int bytesMax) {
        return RefusedException.tooLarge(
                "The request is larger than %d KiB, the most that is accepted. Nothing was done. Send less at once."
                        .formatted(bytesMax / 1024));
    }
}
