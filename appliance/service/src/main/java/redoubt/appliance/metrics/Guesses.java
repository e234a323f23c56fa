package redoubt.appliance.metrics;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import redoubt.engine.client.Guessed;

/// How many tokens were guessed ahead for the answers of each model that came to an end, and how
/// many guesses were right, by who guessed: its draft, or the text itself. Thread safe. Source:
/// docs/engine.md, "Guessing ahead".
public final class Guesses {
    private final Map<String, LongAdder> all = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> right = new ConcurrentHashMap<>();

    Guesses() {}

    /// @param model as requests name it
    public void add(String model, Guessed guessed) {
        add(model, "lookup", guessed.lookup(), guessed.lookupRight());
        add(model, "draft", guessed.draft(), guessed.draftRight());
    }

    private void add(String model, String kind, int guesses, int rightOnes) {
        String labels = "model=\"%s\",kind=\"%s\"".formatted(Metrics.escaped(model), kind);
        all.computeIfAbsent(labels, _ -> new LongAdder()).add(guesses);
        right.computeIfAbsent(labels, _ -> new LongAdder()).add(rightOnes);
    }

    void write(StringBuilder out) {
        write(out, "redoubt_guessed_tokens_total", "Tokens computed ahead, as guesses", all);
        write(
                out,
                "redoubt_guessed_tokens_accepted_total",
                "Guesses that were right, so that their tokens took no step of their own",
                right);
    }

    private static void write(
            StringBuilder out, String name, String help, Map<String, LongAdder> counters) {
        Metrics.head(out, name, "counter", help);
        Metrics.lines(out, name, counters);
    }
}
