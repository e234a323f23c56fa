package redoubt.appliance.answers;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import redoubt.engine.client.Generation;

/// An answer under way, as its reader sees it. It is made by a thread of its own, which a reader
/// that is slow or gone cannot hold up; what is not fetched waits here, never more than one answer.
public final class Answer {
    private final BlockingQueue<AnswerEvent> events = new LinkedBlockingQueue<>();
    private final AtomicReference<@Nullable Generation> generation = new AtomicReference<>();
    private volatile boolean cancelled;

    /// Waits for the next event at most so long; empty when none came.
    public Optional<AnswerEvent> next(Duration wait) throws InterruptedException {
        return Optional.ofNullable(events.poll(wait.toNanos(), TimeUnit.NANOSECONDS));
    }

    /// Stops the engine within a step. What was said so far is sealed.
    public void cancel() {
        cancelled = true;
        Generation running = generation.get();
        if (running != null) running.cancel();
    }

    boolean cancelled() {
        return cancelled;
    }

    void runs(Generation started) {
        generation.set(started);
        if (cancelled) started.cancel();
    }

    void tell(AnswerEvent event) {
        events.add(event);
    }
}
