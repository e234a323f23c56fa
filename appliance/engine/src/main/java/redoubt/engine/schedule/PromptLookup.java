package redoubt.engine.schedule;

import java.util.ArrayList;
import java.util.List;

/// Guesses how a text goes on: as it went on where its last words stood before. Right where an
/// answer repeats what it was given, such as a summary, an edit or code. One thread.
final class PromptLookup {
    private static final int WORDS_MAX = 4;
    private static final int WORDS_MIN = 2;

    private PromptLookup() {}

    /// At most `most` tokens that may follow; none where the last tokens stood nowhere before.
    static List<Integer> guess(TokenList tokens, int most) {
        int size = tokens.size();
        for (int words = WORDS_MAX; words >= WORDS_MIN; words--) {
            for (int end = size - 1; end >= words; end--) {
                if (alike(tokens, end, words)) {
                    List<Integer> guess = new ArrayList<>();
                    for (int at = end; at < Math.min(size, end + most); at++) {
                        guess.add(tokens.at(at));
                    }
                    return guess;
                }
            }
        }
        return List.of();
    }

    // Whether the tokens before `end` are the last ones.
    private static boolean alike(TokenList tokens, int end, int words) {
        for (int back = 1; back <= words; back++) {
            if (tokens.at(end - back) != tokens.at(tokens.size() - back)) {
                return false;
            }
        }
        return true;
    }
}
