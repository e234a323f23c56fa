package redoubt.index;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// The primary keys by which is searched: the term in the upper bits, in the lower 36 the sequence,
/// or the number of a block. Terms that are in many entries are numbered from 1 and kept by the
/// block. Of the others there are too many for a list, so 27 bits of their SHA-256 stand for them:
/// two may meet there, and what is found by one is read from the record before it counts.
final class Postings {
    static final int PLACE_BITS = 36;
    static final long PLACE_MAX = (1L << PLACE_BITS) - 1;
    static final int WORDS_MAX = (1 << 27) - 1;

    private Postings() {}

    /// The key of a frequent term's block 0.
    static long word(int number) {
        if (number < 1 || number > WORDS_MAX)
            throw new IllegalArgumentException("there is no word " + number);
        return (long) number << PLACE_BITS;
    }

    /// The key of another term's entry 0.
    static long rare(Term term) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update((byte) term.kind().number());
            var hash = digest.digest(term.text().getBytes(StandardCharsets.UTF_8));
            long bits = 0;
            for (int i = 0; i < 4; i++) bits = (bits << 8) | (hash[i] & 0xFF);
            return (bits >>> 5) << PLACE_BITS;
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every JDK has SHA-256", impossible);
        }
    }

    /// The sequence or block of a key.
    static long place(long key) {
        return key & PLACE_MAX;
    }
}
