package redoubt.engine.schedule;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Who fits beside those who run, and who gives way when all places are taken and somebody waits:
/// work that is less urgent, one of somebody who has several, and after a longer time anybody.
/// Whoever gives way loses nothing and goes on later, so the first word comes within bounded time
/// for everybody. Step thread only.
final class Rotation {
    /// How long less urgent work has run at least.
    static final long URGENT_NANOS = 250_000_000L;

    /// How long one of several of a person has run at least.
    static final long SEVERAL_NANOS = 1_000_000_000L;

    /// How long the only one of a person has run at least.
    static final long ONLY_NANOS = 10_000_000_000L;

    /// Room that each running generation gets ahead of its tokens before another is let in.
    static final int HEADROOM_TOKENS = 32;

    private Rotation() {}

    /// Whether it can be computed beside the others. Without this, two that do not fit together
    /// would take turns in throwing each other out.
    static boolean fits(Sequence next, List<Sequence> running, Places places, Decoder decoder) {
        if (running.isEmpty()) {
            return true;
        }
        if (running.size() >= decoder.sequencesMax()) {
            return false;
        }
        long tokens = (long) places.busyCells() + next.tokens().size() + 2 * HEADROOM_TOKENS;
        for (Sequence sequence : running) {
            tokens += HEADROOM_TOKENS + (sequence.hasPlace() ? sequence.pending() : 0);
        }
        return tokens - places.sharedCells(next) <= decoder.contextTokens();
    }

    static Optional<Sequence> givesWay(Sequence next, List<Sequence> running, long now) {
        Map<String, Integer> counts = new HashMap<>();
        running.forEach(sequence -> counts.merge(person(sequence), 1, Integer::sum));
        int own = counts.getOrDefault(person(next), 0);
        return running.stream()
                .filter(sequence ->
                        now - sequence.runsSinceNanos()
                                >= slice(
                                        sequence,
                                        next,
                                        counts.getOrDefault(person(sequence), 0),
                                        own))
                .max(
                        Comparator.comparing((Sequence sequence) -> sequence.account().priority())
                                .thenComparingInt(
                                        sequence -> counts.getOrDefault(person(sequence), 0))
                                .thenComparingLong(sequence -> now - sequence.runsSinceNanos()));
    }

    /// Who leaves when those who run have no room together: of those who have most places, whoever
    /// got on last.
    static Sequence parks(List<Sequence> running) {
        Map<String, Integer> counts = new HashMap<>();
        running.forEach(sequence -> counts.merge(person(sequence), 1, Integer::sum));
        return running.stream()
                .filter(Sequence::hasPlace)
                .max(
                        Comparator.comparing((Sequence sequence) -> sequence.account().priority())
                                .thenComparingInt(
                                        sequence -> counts.getOrDefault(person(sequence), 0))
                                .thenComparingLong(Sequence::runsSinceNanos)
                                .thenComparingLong(sequence -> sequence.job().id()))
                .orElseThrow();
    }

    private static long slice(Sequence sequence, Sequence next, int itsCount, int ownCount) {
        int urgency = sequence.account().priority().compareTo(next.account().priority());
        if (urgency > 0) {
            return URGENT_NANOS;
        }
        if (urgency < 0 || itsCount <= ownCount) {
            return Long.MAX_VALUE;
        }
        return itsCount >= ownCount + 2 ? SEVERAL_NANOS : ONLY_NANOS;
    }

    private static String person(Sequence sequence) {
        return sequence.account().person();
    }
}
