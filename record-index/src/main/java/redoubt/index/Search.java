package redoubt.index;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import redoubt.provenance.record.RecordException;
import redoubt.provenance.record.StoredEntry;

/// One search: walks down the entries that hold all criteria, reads those of the page from the
/// record, and counts on for a while. Every hit is what the record says, or the search fails: the
/// index is then stale. Bounded in what it reads; where that is not enough, the page ends early and
/// says where to go on. One thread.
final class Search {
    /// Further than that nothing is counted.
    static final int COUNTED_MAX = 1_000;

    // Rows of the index, each a block or an entry; about a tenth of a second's worth.
    static final long ROWS_MAX = 100_000;

    private final Criteria criteria;
    private final RecordSource record;
    private final Lookup lookup;
    private final Cursor cursor;
    private final boolean exact;

    private final List<StoredEntry> page = new ArrayList<>();
    private OptionalLong next = OptionalLong.empty();
    private long counted;
    private boolean more;
    private long block = -1;
    private byte[] entries = new byte[0];

    /// The index says what the record does not bear out.
    static final class StaleException extends Exception {
        private static final long serialVersionUID = 1;

        StaleException(String why) {
            super(why);
        }
    }

    Search(Criteria criteria, RecordSource record, Lookup lookup, Map<Term, Integer> words) {
        this.criteria = criteria;
        this.record = record;
        this.lookup = lookup;
        this.exact = criteria.terms().stream().allMatch(Term::frequent);
        this.cursor = cursor(words);
    }

    private Cursor cursor(Map<Term, Integer> words) {
        var all = new ArrayList<Cursor>();
        for (var term : criteria.terms()) all.add(ofTerm(term, words));
        if (!criteria.types().isEmpty())
            all.add(
                    new Cursor.Any(
                            criteria.types().stream()
                                    .map(type -> ofTerm(new Term(Kind.TYPE, type.name()), words))
                                    .toList()));
        if (criteria.timed()) all.add(new Cursor.InTime(lookup, criteria));
        return all.isEmpty() ? new Cursor.All() : new Cursor.Each(all);
    }

    private Cursor ofTerm(Term term, Map<Term, Integer> words) {
        if (!term.frequent()) return new Cursor.OfRare(lookup, Postings.rare(term));
        var number = words.get(term);
        return number == null
                ? new Cursor.None()
                : new Cursor.OfWord(lookup, Postings.word(number));
    }

    /// @param before the page begins with the entry below this one
    /// @param indexed how many entries the index has
    /// @param rowsMax how much of the index is read
    Found run(long before, int entriesMax, long indexed, long size, long rowsMax)
            throws SQLException, RecordException, StaleException {
        lookup.allow(rowsMax);
        long at = Math.min(before, indexed) - 1;
        try {
            while (at >= 0) {
                long found = cursor.atMost(at);
                if (found < 0) break;
                at = found;
                if (page.size() == entriesMax && next.isEmpty()) next = OptionalLong.of(found + 1);
                if (counted >= COUNTED_MAX) {
                    more = true;
                    break;
                }
                take(found);
                at--;
            }
        } catch (Lookup.ExhaustedException enough) {
            more = true;
            if (next.isEmpty() && at >= 0) next = OptionalLong.of(at + 1);
        }
        return new Found(page, next, counted, more, indexed, size);
    }

    private void take(long sequence)
            throws SQLException, RecordException, StaleException, Lookup.ExhaustedException {
        boolean shown = next.isEmpty();
        if (!shown && exact) {
            counted++;
            return;
        }
        var entry = verified(sequence);
        // Two hashes can have the same bits, so this was only a candidate.
        if (!exact && !criteria.hold(entry.entry())) return;
        counted++;
        if (shown) page.add(entry);
    }

    private StoredEntry verified(long sequence)
            throws SQLException, RecordException, StaleException, Lookup.ExhaustedException {
        var stored = record.stored(sequence);
        if (Block.of(sequence) != block) {
            block = Block.of(sequence);
            entries = lookup.block(block);
        }
        int within = Block.within(sequence);
        if (within >= Block.count(entries))
            throw new StaleException(
                    "it names entry %d, of which it knows nothing".formatted(sequence));
        if (Block.hash(entries, within) != Row.hash(stored.sha256()))
            throw new StaleException(
                    "its entry %d is not the one that the record has".formatted(sequence));
        if (Block.atUs(entries, within) != stored.entry().wallClockUs()
                || !criteria.frequentHold(stored.entry()))
            throw new StaleException(
                    "it says of entry %d what the record does not say".formatted(sequence));
        return stored;
    }
}
