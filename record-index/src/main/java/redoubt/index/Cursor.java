package redoubt.index;

import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Sequences of entries, downwards. Asked for places that only become smaller. One thread.
sealed interface Cursor {
    /// The greatest of its sequences that is not above this one, or -1.
    long atMost(long sequence) throws SQLException, Lookup.ExhaustedException;

    /// Every entry.
    record All() implements Cursor {
        @Override
        public long atMost(long sequence) {
            return sequence;
        }
    }

    /// No entry.
    record None() implements Cursor {
        @Override
        public long atMost(long sequence) {
            return -1;
        }
    }

    /// The entries of a frequent term, block by block. Read in pieces that grow as long as one
    /// follows the other: whoever jumps over what was read will jump again.
    final class OfWord implements Cursor {
        private static final int FIRST = 4;
        private static final int MOST = 256;

        private final Lookup lookup;
        private final long term;
        private List<Lookup.Bits> piece = List.of();
        private int at;
        private int wanted = FIRST;
        private boolean last;

        /// @param term its posting for block 0
        OfWord(Lookup lookup, long term) {
            this.lookup = lookup;
            this.term = term;
        }

        @Override
        public long atMost(long sequence) throws SQLException, Lookup.ExhaustedException {
            while (true) {
                for (; at < piece.size(); at++) {
                    long found = piece.get(at).atMost(sequence);
                    if (found >= 0) return found;
                }
                if (last) return -1;
                long block = Block.of(sequence);
                if (!piece.isEmpty()) {
                    long lowest = piece.getLast().block();
                    wanted = lowest <= block + MOST ? Math.min(MOST, wanted * 4) : FIRST;
                    block = Math.min(block, lowest - 1);
                }
                if (block < 0) return -1;
                piece = lookup.bits(term, block, wanted);
                at = 0;
                last = piece.size() < wanted;
            }
        }
    }

    /// The entries that can have a rare term.
    final class OfRare implements Cursor {
        private static final int PIECE = 64;

        private final Lookup lookup;
        private final long term;
        private List<Long> piece = List.of();
        private int at;
        private boolean last;

        /// @param term its posting for entry 0
        OfRare(Lookup lookup, long term) {
            this.lookup = lookup;
            this.term = term;
        }

        @Override
        public long atMost(long sequence) throws SQLException, Lookup.ExhaustedException {
            while (true) {
                while (at < piece.size() && piece.get(at) > sequence) at++;
                if (at < piece.size()) return piece.get(at);
                if (last) return -1;
                piece = lookup.rare(term, sequence, PIECE);
                at = 0;
                last = piece.size() < PIECE;
            }
        }
    }

    /// The entries of a stretch of time, whatever the clock did.
    final class InTime implements Cursor {
        private static final int SPANS = 64;

        private final Lookup lookup;
        private final Criteria criteria;
        private final long from;
        private final long to;
        private List<Lookup.Span> spans = List.of();
        private int next;
        private boolean last;
        private Lookup.@Nullable Span span;
        private byte[] entries = new byte[0];

        InTime(Lookup lookup, Criteria criteria) {
            this.lookup = lookup;
            this.criteria = criteria;
            this.from = criteria.fromUs().orElse(0);
            this.to = criteria.toUs().orElse(Long.MAX_VALUE);
        }

        @Override
        public long atMost(long sequence) throws SQLException, Lookup.ExhaustedException {
            while (true) {
                var in = span;
                if (in != null) {
                    long found = within(in, sequence);
                    if (found >= 0) return found;
                }
                if (!nextSpan(sequence)) return -1;
            }
        }

        private boolean whole(Lookup.Span in) {
            return in.earliest() >= from && in.latest() < to;
        }

        private long within(Lookup.Span in, long sequence) {
            long first = Block.first(in.block());
            if (sequence < first) return -1;
            long at = Math.min(sequence, Block.last(in.block()));
            if (whole(in)) return at;
            at = Math.min(at, first + Block.count(entries) - 1);
            while (at >= first && !criteria.covers(Block.atUs(entries, Block.within(at)))) at--;
            return at >= first ? at : -1;
        }

        private boolean nextSpan(long sequence) throws SQLException, Lookup.ExhaustedException {
            while (next < spans.size() && Block.first(spans.get(next).block()) > sequence) next++;
            if (next == spans.size()) {
                if (last) return false;
                long block = Block.of(sequence);
                if (!spans.isEmpty()) block = Math.min(block, spans.getLast().block() - 1);
                spans = lookup.spans(block, from, to, SPANS);
                next = 0;
                last = spans.size() < SPANS;
                if (spans.isEmpty()) return false;
            }
            var in = spans.get(next++);
            span = in;
            if (!whole(in)) entries = lookup.block(in.block());
            return true;
        }
    }

    /// The entries of any of these.
    record Any(List<Cursor> of) implements Cursor {
        @Override
        public long atMost(long sequence) throws SQLException, Lookup.ExhaustedException {
            long greatest = -1;
            for (var cursor : of) greatest = Math.max(greatest, cursor.atMost(sequence));
            return greatest;
        }
    }

    /// The entries that all of these have: each leaps to where the others are.
    record Each(List<Cursor> of) implements Cursor {
        @Override
        public long atMost(long sequence) throws SQLException, Lookup.ExhaustedException {
            long at = sequence;
            int agreed = 0;
            while (at >= 0) {
                for (var cursor : of) {
                    long found = cursor.atMost(at);
                    agreed = found == at ? agreed + 1 : 1;
                    at = found;
                    if (at < 0) return -1;
                    if (agreed >= of.size()) return at;
                }
            }
            return -1;
        }
    }
}
