package redoubt.engine.schedule;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redoubt.engine.client.GenerationEvent;
import redoubt.engine.client.TokenChance;

/// The text of one answer on its way out, in pieces that are worth their journey. A piece wakes six
/// threads in two processes and costs them about 1.5 ms of processor time, which on a machine
/// without a core to spare delays the next tokens of everybody. So the first text goes out at once,
/// and what follows within 40 ms of a piece waits for the next token after that: 25 pieces a second
/// look like a flow, as the pictures of a film do. Where many are answered at once each of them
/// gets his pieces less often, so that a step does not wake as many threads as it has answers.
/// Chances of tokens go with the text that their token ends in, and never before it. Step thread
/// only.
final class Pieces {
    static final long INTERVAL_NANOS = 40_000_000;
    static final long INTERVAL_NANOS_MAX = 120_000_000;
    private static final int ANSWERS_AT_FULL_PACE = 2;

    private final Job job;
    private final StringBuilder waiting = new StringBuilder();
    private final Deque<Told> chances = new ArrayDeque<>();
    private long characters;
    private boolean begun;
    private long toldNanos;
    private long intervalNanos = INTERVAL_NANOS;

    /// A chance, and how many characters the answer has up to the end of its token.
    private record Told(TokenChance chance, long end) {}

    Pieces(Job job) {
        this.job = job;
    }

    /// Keeps the chance of a token until its text goes out.
    ///
    /// @param end characters of the answer up to the end of the token
    void add(@Nullable TokenChance chance, long end) {
        if (chance != null) {
            chances.add(new Told(chance, end));
        }
    }

    /// How many are answered at present, this one included.
    void pace(int answers) {
        intervalNanos =
                Math.clamp(
                        INTERVAL_NANOS * answers / ANSWERS_AT_FULL_PACE,
                        INTERVAL_NANOS,
                        INTERVAL_NANOS_MAX);
    }

    /// @param tokens of the answer so far, this text's own included
    void add(String text, int tokens, long nowNanos) {
        waiting.append(text);
        if (!begun || nowNanos - toldNanos >= intervalNanos) {
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
            characters += waiting.length();
            List<TokenChance> shown = new ArrayList<>();
            while (!chances.isEmpty() && chances.getFirst().end() <= characters) {
                shown.add(chances.removeFirst().chance());
            }
            job.tell(new GenerationEvent.Text(waiting.toString(), tokens, shown));
            waiting.setLength(0);
        }
    }
}
