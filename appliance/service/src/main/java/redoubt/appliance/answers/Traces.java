package redoubt.appliance.answers;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The profiles of the last answers, in memory only: a start forgets them. Thread safe.
public final class Traces {
    private static final int KEPT_MAX = 256;

    private final Map<String, AnswerTrace> kept =
            new LinkedHashMap<>() {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, AnswerTrace> eldest) {
                    return size() > KEPT_MAX;
                }
            };

    synchronized void keep(AnswerTrace trace) {
        kept.put(trace.outputId(), trace);
    }

    public synchronized Optional<AnswerTrace> of(String outputId) {
        return Optional.ofNullable(kept.get(outputId));
    }
}
