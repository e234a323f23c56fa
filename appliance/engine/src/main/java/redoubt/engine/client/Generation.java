package redoubt.engine.client;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// One running generation as its caller sees it: a queue of events, filled by the thread that reads
/// the engine's frames. What is not fetched waits here; it is never more than one answer. One
/// thread (virtual is fine) takes the events; any may cancel.
public final class Generation {
    private final BlockingQueue<GenerationEvent> events = new LinkedBlockingQueue<>();
    private final Runnable cancellation;
    private boolean ended;

    Generation(Runnable cancellation) {
        this.cancellation = cancellation;
    }

    /// Waits for the next event.
    ///
    /// @throws IllegalStateException after the last event
    public GenerationEvent next() throws InterruptedException {
        requireMore();
        return noteLast(events.take());
    }

    /// Waits for the next event at most so long; empty when none came, so that a caller can send a
    /// sign of life.
    ///
    /// @throws IllegalStateException after the last event
    public Optional<GenerationEvent> next(Duration wait) throws InterruptedException {
        requireMore();
        return Optional.ofNullable(events.poll(wait.toNanos(), TimeUnit.NANOSECONDS))
                .map(this::noteLast);
    }

    /// Asks the engine to stop. Events go on until Finished (CANCELLED), or until the end that was
    /// already on its way. Asking twice does no harm.
    public void cancel() {
        cancellation.run();
    }

    void deliver(GenerationEvent event) {
        events.add(event);
    }

    private void requireMore() {
        if (ended) {
            throw new IllegalStateException("the last event of this generation was taken before");
        }
    }

    private GenerationEvent noteLast(GenerationEvent event) {
        ended = event.last();
        return event;
    }
}
