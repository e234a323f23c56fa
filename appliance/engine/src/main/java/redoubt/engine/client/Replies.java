package redoubt.engine.client;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Function;
import redoubt.engine.protocol.Frames;
import redoubt.engine.protocol.FromEngine;
import redoubt.engine.protocol.ProtocolException;

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

    /// Why nothing came of what was asked.
    record Unanswered(String code, String sentence) {}

    /// Something that is asked and waited for.
    interface Asking {
        FromEngine ask()
                throws ProtocolException,
                        InterruptedException,
                        ExecutionException,
                        TimeoutException;
    }

    /// What came of it, or the refusal that says why nothing did.
    static <R> R answered(
            Asking asking, Function<FromEngine, R> read, BiFunction<String, String, R> refused)
            throws InterruptedException {
        Unanswered why;
        try {
            return read.apply(asking.ask());
        } catch (TimeoutException late) {
            why = silent();
        } catch (ProtocolException tooLong) {
            why = tooLong();
        } catch (ExecutionException gone) {
            why = died(gone);
        }
        return refused.apply(why.code(), why.sentence());
    }

    static Unanswered silent() {
        return new Unanswered(
                "engine_silent",
                "The engine did not answer within %d seconds: it has much to prepare, or it hangs. Nothing came of the request. Try again; if it stays, tell the administrator."
                        .formatted(SECONDS_MAX));
    }

    static Unanswered tooLong() {
        return new Unanswered(
                "context_length_exceeded",
                "The request is longer than the engine takes (%d MiB at most), so it was not looked at. Send it in parts."
                        .formatted(Frames.BODY_BYTES_MAX >> 20));
    }

    static Unanswered died(ExecutionException gone) {
        return new Unanswered(
                "engine_died",
                "Nothing came of the request, because the engine ended. %s Ask again in a moment."
                        .formatted(gone.getCause() == null ? "" : gone.getCause().getMessage()));
    }
}
