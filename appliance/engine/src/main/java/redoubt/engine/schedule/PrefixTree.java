package redoubt.engine.schedule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import redoubt.engine.client.AdapterUse;

/// What is in the cache: a radix tree of tokens for each [Key]. A run of tokens is a run of cells,
/// counted once however many places share it. A place stands at the end of a run; the way from the
/// root to there is what it holds. Step thread only.
final class PrefixTree {
    private final Map<Key, Run> roots = new HashMap<>();
    private int cells;

    /// Within one key computed tokens may be shared, and never across: not another tenant's, for
    /// the time that it saves would tell what others have asked, and not those of other adapters,
    /// for they are other numbers.
    record Key(String tenant, Set<AdapterUse> adapters) {
        Key {
            adapters = Set.copyOf(adapters);
        }

        static Key of(Job job) {
            return new Key(job.tenant(), new HashSet<>(job.adapters()));
        }
    }

    /// Tokens that were computed one after the other.
    static final class Run {
        private @Nullable Run before;
        private final List<Run> after = new ArrayList<>();
        private int[] tokens;
        private int size;
        // Where its first token stands.
        private int start;
        // Places at its end or further on.
        private int places;

        private Run(@Nullable Run before, int[] tokens, int size, int start) {
            this.before = before;
            this.tokens = tokens;
            this.size = size;
            this.start = start;
        }

        /// Tokens from the root to the end of this run.
        int end() {
            return start + size;
        }
    }

    /// How far a list of tokens is known.
    ///
    /// @param tokens how many of its first tokens are here
    /// @param run the run in which the last of them is
    record Match(Run run, int tokens) {}

    /// Cells in use.
    int cells() {
        return cells;
    }

    /// The root of a key, with nothing before it.
    Run root(Key key) {
        return roots.computeIfAbsent(key, _ -> new Run(null, new int[0], 0, 0));
    }

    /// The longest beginning of `wanted` that is here, at most `most` tokens.
    Match find(Key key, int[] wanted, int most) {
        Run root = roots.get(key);
        return root == null
                ? new Match(new Run(null, new int[0], 0, 0), 0)
                : find(root, wanted, most);
    }

    private static Match find(Run run, int[] wanted, int most) {
        Match best = new Match(run, run.end());
        for (Run next : run.after) {
            int to = Math.min(next.end(), most);
            int differs =
                    Arrays.mismatch(
                            next.tokens,
                            0,
                            Math.max(to - next.start, 0),
                            wanted,
                            next.start,
                            Math.max(to, next.start));
            int known = differs < 0 ? to : next.start + differs;
            Match match = known == next.end() ? find(next, wanted, most) : new Match(next, known);
            if (match.tokens > best.tokens) {
                best = match;
            }
        }
        return best;
    }

    /// How much of the beginning of `wanted` is on the way to `end`, at most `most` tokens.
    int common(Run end, int[] wanted, int most) {
        int before = end.before == null ? 0 : common(end.before, wanted, most);
        int to = Math.min(end.end(), most);
        if (before < end.start || to <= end.start) {
            return before;
        }
        int differs = Arrays.mismatch(end.tokens, 0, to - end.start, wanted, end.start, to);
        return differs < 0 ? to : end.start + differs;
    }

    /// Whether `run` is on the way to `end`.
    static boolean onTheWay(Run run, Run end) {
        for (Run at = end; at != null; at = at.before) {
            if (at == run) {
                return true;
            }
        }
        return false;
    }

    /// Whether something follows or another place stands at its end.
    static boolean isShared(Run run) {
        return run.places > 1;
    }

    /// A place enters the tree at the end of `run`.
    void enter(Run run) {
        for (Run at = run; at != null; at = at.before) {
            at.places++;
        }
    }

    /// A place that stood at the end of `run` leaves the tree; what nobody else holds is gone.
    void leave(Key key, Run run) {
        for (Run at = run; at != null; at = at.before) {
            at.places--;
            if (at.places == 0 && at.before != null) {
                at.before.after.remove(at);
                cells -= at.size;
            }
        }
        Run root = roots.get(key);
        if (root != null && root.places == 0) {
            roots.remove(key);
        }
    }

    /// The place at the end of `run` computes more tokens.
    ///
    /// @return where it stands then
    Run extend(Run run, TokenList all, int count) {
        int from = run.end();
        cells += count;
        if (run.before != null && run.places == 1) {
            if (run.size + count > run.tokens.length) {
                run.tokens = Arrays.copyOf(run.tokens, (run.size + count) * 3 / 2 + 16);
            }
            for (int index = 0; index < count; index++) {
                run.tokens[run.size + index] = all.at(from + index);
            }
            run.size += count;
            return run;
        }
        int[] tokens = new int[count + 16];
        for (int index = 0; index < count; index++) {
            tokens[index] = all.at(from + index);
        }
        Run next = new Run(run, tokens, count, from);
        next.places = 1;
        run.after.add(next);
        return next;
    }

    /// A place that stands at the end of `run` goes back to its first `tokens` tokens.
    ///
    /// @return where it stands then
    Run cutBack(Key key, Run run, int tokens) {
        Run to = at(run, tokens);
        enter(to);
        leave(key, run);
        return to;
    }

    /// The run that ends after the first `tokens` tokens on the way to `end`; cuts one in two if it
    /// must.
    Run at(Run end, int tokens) {
        Run at = end;
        while (at.start >= tokens && at.before != null) {
            at = at.before;
        }
        if (at.end() <= tokens || at.before == null) {
            return at;
        }
        int first = tokens - at.start;
        Run upper = new Run(at.before, Arrays.copyOf(at.tokens, first), first, at.start);
        upper.places = at.places;
        upper.after.add(at);
        at.before.after.remove(at);
        at.before.after.add(upper);
        at.before = upper;
        at.tokens = Arrays.copyOfRange(at.tokens, first, at.size);
        at.size -= first;
        at.start = tokens;
        return upper;
    }

    /// The tokens on the way to the end of `run`.
    int[] tokens(Run run) {
        int[] all = new int[run.end()];
        for (Run at = run; at != null; at = at.before) {
            System.arraycopy(at.tokens, 0, all, at.start, at.size);
        }
        return all;
    }

    /// Cells on the ways to these runs, each counted once.
    static int cells(List<Run> ends) {
        Set<Run> seen = new HashSet<>();
        int cells = 0;
        for (Run end : ends) {
            for (Run at = end; at != null && seen.add(at); at = at.before) {
                cells += at.size;
            }
        }
        return cells;
    }
}
