package redoubt.engine.schedule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Positions to which sequences can go back although their window has passed them, or their layers
/// carry only the newest state along. A mark holds what the other layers do not; those must be in
/// the cache, or come from a parked state. In memory up to a bound; the tenant that holds most of
/// it loses its least recently used one first. Step thread only.
final class Marks {
    // On the way to one position. Then that with the nearest neighbour goes.
    private static final int WAY_MAX = 24;

    private final long bytesMax;
    private final List<Mark> marks = new ArrayList<>();
    private long bytes;

    /// What is needed to go back to the end of these tokens.
    static final class Mark {
        private final PrefixTree.Key key;
        private final int[] tokens;
        private final Decoder.Saved saved;
        private final long size;

        private Mark(PrefixTree.Key key, int[] tokens, Decoder.Saved saved) {
            this.key = key;
            this.tokens = tokens;
            this.saved = saved;
            this.size = saved.bytes() + 4L * tokens.length;
        }

        int tokens() {
            return tokens.length;
        }

        Decoder.Saved saved() {
            return saved;
        }
    }

    Marks(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /// The mark that has most of the beginning of `wanted`, at most `most` tokens.
    @Nullable Mark find(PrefixTree.Key key, int[] wanted, int most) {
        Mark best = null;
        for (Mark mark : marks) {
            int tokens = mark.tokens();
            if (tokens <= most
                    && (best == null || tokens > best.tokens())
                    && mark.key.equals(key)
                    && Arrays.equals(mark.tokens, 0, tokens, wanted, 0, tokens)) {
                best = mark;
            }
        }
        return best;
    }

    /// It was of use.
    void touch(Mark mark) {
        if (marks.remove(mark)) {
            marks.addLast(mark);
        }
    }

    boolean has(PrefixTree.Key key, int[] tokens) {
        Mark mark = find(key, tokens, tokens.length);
        return mark != null && mark.tokens() == tokens.length;
    }

    /// Takes a mark in; it is closed here when there is no room for it any more.
    void add(PrefixTree.Key key, int[] tokens, Decoder.Saved saved) {
        Mark mark = new Mark(key, tokens, saved);
        if (mark.size > bytesMax || has(key, tokens)) {
            saved.close();
            return;
        }
        marks.addLast(mark);
        bytes += mark.size;
        thin(mark);
        while (bytes > bytesMax) {
            drop(oldestOfWhoHasMost());
        }
    }

    private void thin(Mark newest) {
        List<Mark> way =
                marks.stream()
                        .filter(mark -> mark.key.equals(newest.key))
                        .filter(mark -> begins(mark, newest))
                        .sorted(Comparator.comparingInt(Mark::tokens))
                        .toList();
        if (way.size() <= WAY_MAX) {
            return;
        }
        int nearest = 1;
        for (int index = 1; index < way.size() - 1; index++) {
            if (gap(way, index) < gap(way, nearest)) {
                nearest = index;
            }
        }
        drop(way.get(nearest));
    }

    private static int gap(List<Mark> way, int index) {
        return way.get(index + 1).tokens() - way.get(index - 1).tokens();
    }

    private static boolean begins(Mark mark, Mark longer) {
        int tokens = mark.tokens();
        return tokens <= longer.tokens()
                && Arrays.equals(mark.tokens, 0, tokens, longer.tokens, 0, tokens);
    }

    private Mark oldestOfWhoHasMost() {
        Map<String, Long> held = new HashMap<>();
        marks.forEach(mark -> held.merge(mark.key.tenant(), mark.size, Long::sum));
        String most =
                held.entrySet().stream()
                        .max(Map.Entry.comparingByValue())
                        .map(Map.Entry::getKey)
                        .orElseThrow();
        return marks.stream()
                .filter(mark -> mark.key.tenant().equals(most))
                .findFirst()
                .orElseThrow();
    }

    private void drop(Mark mark) {
        if (marks.remove(mark)) {
            bytes -= mark.size;
            mark.saved.close();
        }
    }

    /// Drops all of a tenant.
    void forget(String tenant) {
        marks.stream()
                .filter(mark -> mark.key.tenant().equals(tenant))
                .toList()
                .forEach(this::drop);
    }

    long bytes() {
        return bytes;
    }
}
