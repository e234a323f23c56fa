package redoubt.appliance.answers;

import java.util.ArrayList;
import java.util.List;

/// What happened to one answer, and when, in this process: phases one after the other. One thread
/// at a time.
public final class Spans {
    private final long begun = System.nanoTime();
    private final List<Span> spans = new ArrayList<>();

    /// @param startNanos since the answer's beginning
    public record Span(String name, long startNanos, long nanos) {}

    /// A phase that began at `fromNanos` (by `System.nanoTime`) and is over now.
    void over(String name, long fromNanos) {
        spans.add(new Span(name, fromNanos - begun, System.nanoTime() - fromNanos));
    }

    /// A phase of which only the lengths are known: put at this place.
    ///
    /// @return where it ends
    long at(String name, long startNanos, long nanos) {
        spans.add(new Span(name, startNanos, nanos));
        return startNanos + nanos;
    }

    long since(long nanoTime) {
        return nanoTime - begun;
    }

    /// From the beginning until now.
    long wholeNanos() {
        return System.nanoTime() - begun;
    }

    List<Span> all() {
        return List.copyOf(spans);
    }
}
