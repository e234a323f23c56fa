package redoubt.appliance.answers;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import redoubt.engine.client.Generation;

/// One answer under way, as its own thread sees it: where its events go, and whether it is still
/// wanted.
final class Answer {
    private final Consumer<AnswerEvent> events;
    private final AtomicReference<@Nullable Generation> generation = new AtomicReference<>();
    private volatile boolean cancelled;

    Answer(Consumer<AnswerEvent> events) {
        this.events = events;
    }

    /// Stops the engine within a step. What was said so far is sealed.
    void cancel() {
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
        events.accept(event);
    }
}
