package redoubt.index;

import java.util.ArrayList;
import java.util.List;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.StoredEntry;

/// What the database gets of one entry.
///
/// @param hash the first bits of the SHA-256 of the entry's bytes: by them a hit is told from one
///   of another record
/// @param words its frequent terms
/// @param rare the bits of its other terms
record Row(long sequence, long atUs, long hash, List<Term> words, List<Long> rare) {
    static Row of(StoredEntry stored) {
        var words = new ArrayList<Term>();
        var rare = new ArrayList<Long>();
        for (var term : Terms.of(stored.entry())) {
            if (term.frequent()) words.add(term);
            else rare.add(Postings.rare(term));
        }
        return new Row(
                stored.sequence(),
                stored.entry().wallClockUs(),
                hash(stored.sha256()),
                List.copyOf(words),
                List.copyOf(rare));
    }

    static long hash(Bytes sha256) {
        long bits = 0;
        var bytes = sha256.toArray();
        for (int i = 0; i < Long.BYTES; i++) bits = (bits << 8) | (bytes[i] & 0xFF);
        return bits;
    }
}
