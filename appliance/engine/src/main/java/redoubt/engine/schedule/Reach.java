package redoubt.engine.schedule;

import java.util.TreeSet;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import redoubt.foreign.llama.NativeException;

/// How far back what was computed can be taken: to every position, or to marks, which are made at
/// intervals, shortly before the end of a prompt, and where others would lose one. Step thread
/// only.
final class Reach {
    // A prompt that differs from another in its last words only begins here.
    private static final int BEFORE_END_TOKENS = 64;

    // Less than this is computed again sooner than a mark is made.
    private static final int MARKED_TOKENS_MIN = 64;

    // Of the memory for parked states.
    private static final int MARKS_PART = 4;

    private final Decoder decoder;
    private final Marks marks;
    private final int interval;

    /// A place from which a beginning can be had.
    ///
    /// @param tokens how many of its first tokens
    /// @param mark what is needed for that; null for nothing
    record Source(Place place, int tokens, Marks.@Nullable Mark mark) {
        boolean wholeAndIdle() {
            return mark == null && place.idle() && place.tokens() == tokens;
        }
    }

    private Reach(Decoder decoder, long bytesMax) {
        this.decoder = decoder;
        this.marks = new Marks(bytesMax);
        this.interval = bytesMax == 0 ? 0 : decoder.markTokens();
    }

    /// @param statesBytesMax memory for states of all kinds
    static Reach with(Decoder decoder, long statesBytesMax) {
        return new Reach(decoder, statesBytesMax - leaves(decoder, statesBytesMax));
    }

    /// How much of that memory is left for parked states.
    static long leaves(Decoder decoder, long statesBytesMax) {
        return decoder.markTokens() == 0
                ? statesBytesMax
                : statesBytesMax - statesBytesMax / MARKS_PART;
    }

    /// What can be had of a place whose first `known` tokens are wanted.
    Source from(Place place, int[] wanted, int known) {
        if (known == 0 || decoder.reaches(place.number(), known)) {
            return new Source(place, known, null);
        }
        Marks.Mark mark = marks.find(place.key(), wanted, known);
        return new Source(place, mark == null ? 0 : mark.tokens(), mark);
    }

    /// What can be had of saved states.
    ParkedStates.Useful ofSaved(PrefixTree.Key key, int[] wanted) {
        return (whole, known) -> {
            if (decoder.reachesSaved(whole, known)) {
                return known;
            }
            Marks.Mark mark = marks.find(key, wanted, known);
            return mark == null ? 0 : mark.tokens();
        };
    }

    /// Cuts a place back.
    ///
    /// @return false when that cannot be done; the place may be empty then
    boolean cut(Source source) {
        int number = source.place().number();
        Marks.Mark mark = source.mark();
        if (mark == null) {
            return decoder.keep(number, source.tokens());
        }
        try {
            decoder.rewind(number, mark.saved(), source.tokens());
        } catch (NativeException failure) {
            return false;
        }
        marks.touch(mark);
        return true;
    }

    /// The same for what was restored into an empty place.
    boolean cutRestored(int number, PrefixTree.Key key, int[] wanted, int tokens) {
        if (decoder.keep(number, tokens)) {
            return true;
        }
        Marks.Mark mark = marks.find(key, wanted, tokens);
        if (mark == null || mark.tokens() != tokens) {
            return false;
        }
        try {
            decoder.rewind(number, mark.saved(), tokens);
        } catch (NativeException failure) {
            return false;
        }
        marks.touch(mark);
        return true;
    }

    /// Lets an empty place share what can be had of another.
    ///
    /// @return false when that cannot be done; the target is to be forgotten then
    boolean share(Source source, Place target) {
        int number = source.place().number();
        Marks.Mark mark = source.mark();
        if (mark == null) {
            return decoder.share(number, target.number(), source.tokens());
        }
        try {
            decoder.share(number, target.number(), source.tokens(), mark.saved());
        } catch (NativeException failure) {
            return false;
        }
        marks.touch(mark);
        return true;
    }

    /// Marks where a place has come to, if it has come far enough since the last time.
    ///
    /// @param tokens gives so many of its first tokens
    /// @param promptTokens how long the prompt was
    /// @param scratch an empty place, if there is one
    /// @return false when the place is empty now
    boolean mark(
            Place place, IntFunction<int[]> tokens, int promptTokens, @Nullable Place scratch) {
        int now = place.tokens();
        boolean far = now - place.marked() >= interval;
        // As long as a window holds all, there is nothing to be gained.
        if (interval == 0 || !far || (decoder.marksEarlier() && now < 2 * interval)) {
            return true;
        }
        try {
            if (scratch != null && decoder.marksEarlier() && !place.forgottenAfterUse()) {
                markEarlier(place, tokens, promptTokens, scratch);
            }
            keep(place, tokens.apply(now), decoder.mark(place.number()));
        } catch (NativeException failure) {
            return false;
        }
        place.mark(now);
        return true;
    }

    private void markEarlier(
            Place place, IntFunction<int[]> tokens, int promptTokens, Place scratch) {
        TreeSet<Integer> ends = new TreeSet<>();
        // Where it stands now is marked too, so nothing is needed close before it.
        int last = place.tokens() - interval / 2;
        for (int end = place.marked() + interval; end <= last; end += interval) {
            ends.add(end);
        }
        ends.add(promptTokens - BEFORE_END_TOKENS);
        for (int end : ends.subSet(place.marked() + 1, place.tokens())) {
            if (decoder.reaches(place.number(), end)) {
                keep(place, tokens.apply(end), decoder.mark(place.number(), scratch.number(), end));
            }
        }
    }

    private void keep(Place place, int[] tokens, Decoder.Saved saved) {
        if (place.forgottenAfterUse()) {
            saved.close();
        } else {
            marks.add(place.key(), tokens, saved);
        }
    }

    /// A place is about to be emptied because another one holds what it holds, and more: keeps the
    /// way back to its end, if that is otherwise lost.
    void keepEnd(Place leaving, Place staying, IntFunction<int[]> tokens) {
        int end = leaving.tokens();
        if (interval == 0
                || end < MARKED_TOKENS_MIN
                || decoder.reaches(staying.number(), end)
                || leaving.forgottenAfterUse()) {
            return;
        }
        try {
            keep(leaving, tokens.apply(end), decoder.mark(leaving.number()));
        } catch (NativeException lost) {
            // It is emptied in any case.
        }
    }

    void forget(String tenant) {
        marks.forget(tenant);
    }
}
