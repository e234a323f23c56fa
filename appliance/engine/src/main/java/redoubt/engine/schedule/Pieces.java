package redoubt.engine.schedule;

import java.util.List;
import redoubt.engine.client.GenerationEvent;

/// The text of one answer on its way out, in pieces that are worth their journey. A piece wakes six
/// threads in two processes and costs them about 1.5 ms of processor time, which on a machine
/// without a core to spare delays the next tokens of everybody. So the first text goes out at once,
/// and what follows within 40 ms of a piece waits for the next token after that: 25 pieces a second
/// look like a flow, as the pictures of a film do. Step thread only.
final class Pieces {
    static final long INTERVAL_NANOS = 40_000_000;

    private final Job job;
    private final StringBuilder waiting = new StringBuilder();
    private boolean begun;
    private long toldNanos;

    Pieces(Job job) {
        this.job = job;
    }

    /// @param tokens of the answer so far, this text's own included
    void add(String text, int tokens, long nowNanos) {
        waiting.append(text);
        if (!begun || nowNanos - toldNanos >= INTERVAL_NANOS) {
            tell(tokens);
            toldNanos = nowNanos;
        }
    }

    /// Lets out what waits, because nothing follows soon.
    void flush(int tokens) {
        tell(tokens);
    }

    private void tell(int tokens) {
        if (!waiting.isEmpty()) {
            begun = true;
            job.tell(new GenerationEvent.Text(waiting.toString(), tokens, List.of()));
            waiting.setLength(0);
        }
    }
}
