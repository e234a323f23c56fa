package redoubt.engine.client;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import redoubt.engine.protocol.Frames;
import redoubt.engine.protocol.FromEngine;

/// The replies that somebody waits for: one for each message that is no generation. Nobody waits
/// longer than the given time, whatever the engine does. Thread safe.
final class Replies {
    /// How long a reply is waited for.
    static final long SECONDS_MAX = 30;

    private final Map<Long, CompletableFuture<FromEngine>> awaited = new ConcurrentHashMap<>();

    /// @param send sends the message with this number, and may wait as long as it must
    /// @param secondsMax how long the reply is waited for
    FromEngine await(long id, Runnable send, long secondsMax)
            throws InterruptedException, ExecutionException, TimeoutException {
        CompletableFuture<FromEngine> reply = new CompletableFuture<>();
        awaited.put(id, reply);
        try {
            // Apart, because a write into the full pipe of an engine that hangs ends with it.
            Thread.ofVirtual().name("engine-ask").start(send);
            return reply.get(secondsMax, TimeUnit.SECONDS);
        } finally {
            awaited.remove(id);
        }
    }

    /// Gives a reply to who waits for it; one that is too late is dropped.
    void came(long id, FromEngine message) {
        CompletableFuture<FromEngine> reply = awaited.get(id);
        if (reply != null) {
            reply.complete(message);
        }
    }

    /// No reply comes any more.
    void end(IOException gone) {
        awaited.values().forEach(reply -> reply.completeExceptionally(gone));
    }

    static ConversionResult.Refused silent() {
        return new ConversionResult.Refused(
                "engine_silent",
                "The engine did not answer within %d seconds: it has much to prepare, or it hangs. Nothing came of the request. Try again; if it stays, tell the administrator."
                        .formatted(SECONDS_MAX));
    }

    static ConversionResult.Refused tooLong() {
        return new ConversionResult.Refused(
                "context_length_exceeded",
                "The request is longer than the engine takes (%d MiB at most), so it was not looked at. Send it in parts."
                        .formatted(Frames.BODY_BYTES_MAX >> 20));
    }

    static ConversionResult.Refused died(ExecutionException gone) {
        return new ConversionResult.Refused(
                "engine_died",
                "Nothing came of the request, because the engine ended. %s Ask again in a moment."
                        .formatted(gone.getCause() == null ? "" : gone.getCause().getMessage()));
    }
}
