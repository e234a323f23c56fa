package redoubt.engine.schedule;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Two prompts that begin alike are computed once: the second waits while the first is at what they
/// share, and then shares it. Within one tenant and one set of adapters only, and no longer than
/// the first gets on. Step thread only.
final class Coalescing {
    // Less than this is not worth waiting for.
    private static final int TOKENS_MIN = 32;
    // A depot that is slower than this is not waited for.
    private static final long FETCH_NANOS_MAX = 5_000_000_000L;

    private final Places places;

    Coalescing(Places places) {
        this.places = places;
    }

    /// Has it follow one that runs and is computing what both begin with.
    boolean follows(Sequence sequence, List<Sequence> running) {
        int known = places.known(sequence);
        Sequence best = null;
        int most = known + TOKENS_MIN - 1;
        for (Sequence other : running) {
            if (other.hasPlace()
                    && other.prefilling()
                    && other.key().equals(sequence.key())
                    && sequence.prefilling()) {
                int common = common(sequence, other);
                if (common > most && common > other.computed()) {
                    best = other;
                    most = common;
                }
            }
        }
        sequence.follow(best);
        return best != null;
    }

    /// Has it wait for a parked state that is on its way back.
    boolean awaits(Sequence sequence) {
        sequence.await(places.fetch(sequence));
        return sequence.awaited() != null;
    }

    /// Lets those go on that have waited long enough.
    void settle(List<Sequence> running) {
        for (Sequence sequence : running) {
            if (!sequence.hasPlace()
                    && arrived(sequence)
                    && done(sequence, sequence.leader(), running)) {
                sequence.follow(null);
                sequence.await(null);
                places.enter(sequence);
            }
        }
    }

    private static boolean arrived(Sequence sequence) {
        ParkedStates.State awaited = sequence.awaited();
        return awaited == null
                || !awaited.fetching()
                || System.nanoTime() - sequence.runsSinceNanos() > FETCH_NANOS_MAX;
    }

    private static boolean done(
            Sequence sequence, @Nullable Sequence leader, List<Sequence> running) {
        return leader == null
                || !running.contains(leader)
                || !leader.hasPlace()
                || leader.computed() >= common(sequence, leader);
    }

    private static int common(Sequence one, Sequence other) {
        int[] first = one.job().prompt();
        int[] second = other.job().prompt();
        int differs = Arrays.mismatch(first, second);
        return Math.min(differs < 0 ? first.length : differs, first.length - 1);
    }
}
