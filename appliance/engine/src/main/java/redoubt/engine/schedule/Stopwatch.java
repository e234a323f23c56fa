package redoubt.engine.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import redoubt.engine.client.GenerationEvent;
import redoubt.engine.client.Profile;

/// Measures one generation as it passes from thread to thread; whoever has it at that moment is the
/// only one who uses it. It costs two readings of the clock for each token.
public final class Stopwatch {
    private static final double NANOS_PER_MS = 1e6;
    private static final int NANOS_PER_MICRO = 1000;

    private final long arrived;
    private final long begun = System.nanoTime();
    private long prepared = begun;
    private long started;
    private long firstToken;
    private long last;
    private long samplingNanos;
    private int leftOut;
    private final List<Integer> tokenMicros = new ArrayList<>();

    /// Its preparation begins.
    public Stopwatch(long arrivedNanos) {
        this.arrived = arrivedNanos;
    }

    /// Its preparation is done.
    public void prepared() {
        prepared = System.nanoTime();
    }

    /// A token was chosen, which took since `fromNanos`.
    public void chosen(long fromNanos) {
        long now = System.nanoTime();
        samplingNanos += now - fromNanos;
        if (last != 0) between(now - last);
        else firstToken = now;
        last = now;
    }

    private void between(long nanos) {
        if (tokenMicros.size() < Profile.TOKENS_MAX)
            tokenMicros.add((int) Math.min(Integer.MAX_VALUE, nanos / NANOS_PER_MICRO));
        else leftOut++;
    }

    /// The same listener, with the profile in the last event.
    public Consumer<GenerationEvent> into(Consumer<GenerationEvent> events) {
        return event -> {
            if (event instanceof GenerationEvent.Started && started == 0)
                started = System.nanoTime();
            events.accept(
                    event instanceof GenerationEvent.Finished finished
                            ? new GenerationEvent.Finished(
                                    finished.reason(),
                                    finished.stop(),
                                    finished.usage(),
                                    finished.timings(),
                                    profile())
                            : event);
        };
    }

    private Profile profile() {
        long now = System.nanoTime();
        long start = started == 0 ? now : started;
        long first = firstToken == 0 ? now : firstToken;
        return new Profile(
                (begun - arrived) / NANOS_PER_MS,
                (prepared - begun) / NANOS_PER_MS,
                Math.max(0, start - prepared) / NANOS_PER_MS,
                Math.max(0, first - start) / NANOS_PER_MS,
                samplingNanos / NANOS_PER_MS,
                tokenMicros,
                leftOut);
    }
}
