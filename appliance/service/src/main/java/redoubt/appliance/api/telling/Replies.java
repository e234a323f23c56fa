package redoubt.appliance.api.telling;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import redoubt.appliance.answers.AnswerEvent;
import redoubt.appliance.answers.Answers;
import redoubt.appliance.http.EventStream;
import redoubt.appliance.http.Exchange;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.identity.Principal;
import redoubt.appliance.site.Secrets;

/// Brings answers to whoever asked: whole, as a stream that ends with its connection, or as a
/// stream that outlives it. The first two stop the answers when the client leaves.
public final class Replies {
    /// The header that names a stream that can be resumed.
    public static final String STREAM_HEADER = "X-Redoubt-Stream";

    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(5);

    private final Streams streams;

    public Replies(Streams streams) {
        this.streams = streams;
    }

    /// Begins what was asked for.
    public interface Start {
        Answers begin() throws IOException;
    }

    /// What a request wants of how its answer is brought.
    ///
    /// @param stream as it is made
    /// @param resumable whether it goes on without its client, who may come back
    public record Manner(boolean stream, boolean resumable) {}

    /// All at once or as it is made, as the request wants it.
    public void bring(
            Exchange exchange,
            Manner manner,
            Start start,
            Supplier<Telling> telling,
            Function<List<Gathered>, Object> whole)
            throws IOException, InterruptedException, EventStream.GoneException {
        if (!manner.stream()) whole(exchange, start, whole);
        else if (manner.resumable()) resumable(exchange, start, telling.get(), null);
        else stream(exchange, start, telling);
    }

    /// All at once.
    private void whole(Exchange exchange, Start start, Function<List<Gathered>, Object> json)
            throws IOException, InterruptedException, EventStream.GoneException {
        Answers answers = start.begin();
        boolean over = false;
        try (Exchange.Presence client = exchange.watch(answers::cancel)) {
            Object body = json.apply(Gathered.all(answers, SIGN_OF_LIFE, client::require));
            over = true;
            exchange.json(200, body);
        } finally {
            if (!over) answers.cancel();
        }
    }

    /// As it is made.
    public void stream(Exchange exchange, Start start, Supplier<Telling> telling)
            throws IOException, InterruptedException, EventStream.GoneException {
        Answers answers = start.begin();
        boolean over = false;
        try (Exchange.Presence _ = exchange.watch(answers::cancel)) {
            Answers.Told first = first(answers);
            Telling teller = telling.get();
            try (EventStream events = exchange.events()) {
                over = teller.tell(first, events);
                while (!over) {
                    Optional<Answers.Told> next = answers.next(SIGN_OF_LIFE);
                    if (next.isPresent()) over = teller.tell(next.get(), events);
                    else events.keepAlive();
                }
            }
        } finally {
            // Also the other answers, when one of them failed.
            answers.cancel();
        }
    }

    /// While nothing has happened yet, a refusal still is the answer's status.
    private static Answers.Told first(Answers answers) throws InterruptedException {
        while (true) {
            Optional<Answers.Told> told = answers.next(SIGN_OF_LIFE);
            if (told.isEmpty()) continue;
            if (told.get().event() instanceof AnswerEvent.Failed failed) throw failed.why();
            return told.get();
        }
    }

    /// As it is made, and it goes on without its client, who may come back.
    ///
    /// @param conversation the item with which it is erased; null where there is none
    public void resumable(
            Exchange exchange, Start start, Telling telling, @Nullable String conversation)
            throws IOException, InterruptedException, EventStream.GoneException {
        StreamLog log =
                make(
                        new Made(
                                exchange.principal(),
                                Secrets.id(),
                                conversation,
                                true,
                                false,
                                start,
                                telling,
                                () -> {}));
        exchange.setHeader(STREAM_HEADER, log.id());
        resume(exchange, log, 0);
    }

    /// A stream that is made on a thread of its own.
    ///
    /// @param conversation the item with which it is erased; null where there is none
    /// @param resumable whether it can be found by its identifier
    /// @param needsNobody whether it goes on when nobody reads it for long
    /// @param ended called when it is over
    public record Made(
            Principal principal,
            String id,
            @Nullable String conversation,
            boolean resumable,
            boolean needsNobody,
            Start start,
            Telling telling,
            Runnable ended) {}

    /// Begins a stream, and returns when its first event is known.
    ///
    /// @throws RefusedException when the answer fails before that; then `ended` is not called
    public StreamLog make(Made made) throws IOException, InterruptedException {
        AtomicReference<@Nullable Answers> begun = new AtomicReference<>();
        StreamLog log =
                streams.open(
                        made.principal(),
                        made.id(),
                        made.conversation(),
                        made.resumable(),
                        () -> {
                            Answers running = begun.get();
                            if (running != null) running.cancel();
                        });
        boolean told = false;
        try {
            Answers answers = made.start().begin();
            begun.set(answers);
            Answers.Told first = first(answers);
            told = true;
            if (made.needsNobody()) log.attach();
            Thread.ofVirtual().name("stream").start(() -> tell(answers, first, made, log));
        } finally {
            if (!told) {
                log.cancel();
                log.end();
                streams.forget(log.id(), made.principal());
            }
        }
        return log;
    }

    private static void tell(Answers answers, Answers.Told first, Made made, StreamLog log) {
        Telling telling = made.telling();
        try {
            boolean over = tell(telling, first, log);
            while (!over) {
                Optional<Answers.Told> next = answers.next(SIGN_OF_LIFE);
                if (next.isPresent()) over = tell(telling, next.get(), log);
            }
        } catch (EventStream.GoneException bug) {
            throw new AssertionError("memory can be written to", bug);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } finally {
            answers.cancel();
            // Before its readers hear that it is over: they may delete it at once.
            made.ended().run();
            log.end();
            if (made.needsNobody()) log.detach();
        }
    }

    private static boolean tell(Telling telling, Answers.Told told, StreamLog log)
            throws EventStream.GoneException {
        if (told.event() instanceof AnswerEvent.Done done) log.tells(done.outputId());
        return telling.tell(told, log);
    }

    /// Sends a stream from this event on, up to its end.
    public void resume(Exchange exchange, StreamLog log, long from)
            throws InterruptedException, EventStream.GoneException {
        log.attach();
        try {
            // What is lost is said with a status of its own.
            StreamLog.Read read = log.from(from, Duration.ZERO);
            try (EventStream events = exchange.events()) {
                while (true) {
                    if (read.frames().length > 0) events.frame(read.frames());
                    if (read.over()) return;
                    read = log.from(read.next(), SIGN_OF_LIFE);
                    if (read.frames().length == 0 && !read.over()) events.keepAlive();
                }
            }
        } finally {
            log.detach();
        }
    }
}
