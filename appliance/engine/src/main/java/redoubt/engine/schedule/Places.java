package redoubt.engine.schedule;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import redoubt.foreign.llama.NativeException;

/// The places of the cache and the tree of what they hold. Gives each prompt as much of its
/// beginning as is there already, also from a place that is busy, and parks what was idle longest
/// when room is needed. Step thread only.
final class Places {
    // An idle place is cut back for the next prompt instead of shared with it, if that loses no
    // more than this. It also makes the same request say the same again, as long as nobody else
    // asks: the cells are the same, and their order decides how sums are rounded.
    private static final int CUT_TOKENS_MAX = 256;

    // Less than this is computed again sooner than it is restored.
    static final int PARKED_TOKENS_MIN = 32;

    // Less than this is computed again sooner than it comes from a disk.
    private static final int FETCHED_TOKENS_MIN = 256;

    private final Decoder decoder;
    private final ParkedStates parked;
    private final Reach reach;
    private final PrefixTree tree = new PrefixTree();
    private final List<Place> places = new ArrayList<>();
    private final Tidying tidying;
    private long clock;

    Places(Decoder decoder, ParkedStates parked, Reach reach) {
        this.decoder = decoder;
        this.parked = parked;
        this.reach = reach;
        for (int number = 0; number < decoder.places(); number++) {
            places.add(new Place(number));
        }
        tidying = new Tidying(decoder, parked, tree, places, this::park);
    }

    /// Cells that nothing uses.
    int freeCells() {
        return decoder.contextTokens() - tree.cells();
    }

    /// Cells that running sequences hold.
    int busyCells() {
        return PrefixTree.cells(places.stream().filter(Place::busy).map(Place::end).toList());
    }

    /// How many tokens at the beginning of this sequence can be had from the cache.
    int known(Sequence sequence) {
        int[] wanted = sequence.tokens().prefix(sequence.tokens().size());
        List<Reach.Source> sources = sources(sequence.key(), wanted, most(sequence));
        return sources.isEmpty() ? 0 : sources.getFirst().tokens();
    }

    /// How many of those a running sequence holds, so that they need no room.
    int sharedCells(Sequence sequence) {
        int[] wanted = sequence.tokens().prefix(sequence.tokens().size());
        PrefixTree.Match known = tree.find(sequence.key(), wanted, most(sequence));
        List<PrefixTree.Run> ends = new ArrayList<>();
        places.stream().filter(Place::busy).map(Place::end).forEach(ends::add);
        int busy = PrefixTree.cells(ends);
        ends.add(known.run());
        int added = PrefixTree.cells(ends) - busy;
        int beyond = known.run().end() - known.tokens();
        return Math.min(known.tokens(), known.tokens() - added + beyond);
    }

    /// Puts the sequence into a place, with as much of its beginning as can be had.
    void enter(Sequence sequence) {
        int[] wanted = sequence.tokens().prefix(sequence.tokens().size());
        tidying.before(sequence.key(), wanted);
        Place place = reuse(sequence.key(), wanted, most(sequence));
        if (place == null) {
            place = emptyPlace(null);
            PrefixTree.Run root = tree.root(sequence.key());
            tree.enter(root);
            place.fill(sequence.key(), root);
        }
        place.occupy(sequence, ++clock);
        sequence.enter(place, place.tokens());
    }

    // The last token is always computed again: its logits choose the first of the answer.
    private static int most(Sequence sequence) {
        return sequence.tokens().size() - 1;
    }

    private @Nullable Place reuse(PrefixTree.Key key, int[] wanted, int most) {
        ParkedStates.Found found = parked.find(key, wanted, most, reach.ofSaved(key, wanted), true);
        for (Reach.Source source : sources(key, wanted, most)) {
            if (found != null && found.tokens() >= source.tokens() + PARKED_TOKENS_MIN) {
                break;
            }
            Place taken = take(source);
            if (taken != null) {
                return taken;
            }
        }
        return found == null ? null : resume(key, wanted, found);
    }

    /// Places with something of the beginning of `wanted`, those with most of it first.
    private List<Reach.Source> sources(PrefixTree.Key key, int[] wanted, int most) {
        if (tree.find(key, wanted, most).tokens() == 0) {
            return List.of();
        }
        return places.stream()
                .filter(place -> !place.isEmpty() && place.key().equals(key))
                .map(place -> reach.from(place, wanted, tree.common(place.end(), wanted, most)))
                .filter(source -> source.tokens() > 0)
                .sorted(
                        Comparator.comparingInt(Reach.Source::tokens)
                                .thenComparing(Reach.Source::wholeAndIdle)
                                .reversed())
                .toList();
    }

    private @Nullable Place take(Reach.Source from) {
        Place source = from.place();
        int tokens = from.tokens();
        if (from.wholeAndIdle()) {
            return decoder.keep(source.number(), tokens) ? source : null;
        }
        boolean onlyIdle =
                places.stream().noneMatch(Place::isEmpty)
                        && places.stream().filter(Place::idle).count() == 1;
        if (source.idle() && (onlyIdle || source.tokens() - tokens <= CUT_TOKENS_MAX)) {
            if (!reach.cut(from)) {
                empty(source);
                return null;
            }
            source.moveTo(tree.cutBack(source.key(), source.end(), tokens));
            return source;
        }
        Place target = emptyPlace(source);
        if (!reach.share(from, target)) {
            decoder.forget(target.number());
            return null;
        }
        PrefixTree.Run run = tree.at(source.end(), tokens);
        tree.enter(run);
        target.fill(source.key(), run);
        target.mark(from.mark() == null ? source.marked() : tokens);
        source.touch(++clock);
        return target;
    }

    private @Nullable Place resume(PrefixTree.Key key, int[] wanted, ParkedStates.Found found) {
        while (freeCells() < found.state().tokens().length && parkOldest(null)) {}
        if (freeCells() < found.state().tokens().length) {
            return null;
        }
        Place place = emptyPlace(null);
        // Only now: what was parked to make room may have pushed it out of memory.
        Decoder.Saved saved = found.state().saved();
        if (saved == null) {
            return null;
        }
        try {
            decoder.restore(place.number(), saved);
        } catch (NativeException damaged) {
            // It is computed again from its tokens.
            parked.drop(found.state());
            return null;
        }
        if (!reach.cutRestored(place.number(), key, wanted, found.tokens())) {
            decoder.forget(place.number());
            return null;
        }
        TokenList tokens = new TokenList(found.state().tokens());
        PrefixTree.Run root = tree.root(key);
        tree.enter(root);
        place.fill(key, tree.extend(root, tokens, found.tokens()));
        boolean goesOn = found.tokens() >= found.state().tokens().length - CUT_TOKENS_MAX;
        if (decoder.cutsBack() && goesOn) {
            parked.drop(found.state());
        }
        return place;
    }

    /// The sequence has computed more tokens.
    void grow(Sequence sequence, int tokens) {
        Place place = sequence.place();
        place.moveTo(tree.extend(place.end(), sequence.tokens(), tokens));
        sequence.computed(tokens);
    }

    /// A token was chosen. Guesses that were computed beyond the sequence's tokens are kept if they
    /// were right.
    void chosen(Step.Entry entry, int accepted) {
        int guesses = entry.guesses().size();
        Sequence sequence = entry.sequence();
        if (guesses > 0) {
            sequence.guessed(guesses, accepted);
            int right = Math.min(accepted, sequence.pending());
            if (right > 0) {
                grow(sequence, right);
            }
            cutBack(sequence);
        }
        mark(sequence);
    }

    /// A part of a prompt was computed.
    void advanced(Sequence sequence) {
        Place place = sequence.place();
        if (!decoder.cutsBack() && sequence.pending() == 1) {
            parked.add(place.key(), tree.tokens(place.end()), decoder, place.number());
        }
        mark(sequence);
    }

    private void mark(Sequence sequence) {
        Place place = sequence.place();
        Place scratch = places.stream().filter(Place::isEmpty).findFirst().orElse(null);
        int prompt = sequence.job().prompt().length;
        if (!reach.mark(place, sequence.tokens()::prefix, prompt, scratch)) {
            lost(sequence);
        }
    }

    /// Puts the sequence back to what it is known to have computed, after a step that failed.
    void cutBack(Sequence sequence) {
        Place place = sequence.place();
        if (place.tokens() > 0 && decoder.keep(place.number(), place.tokens())) {
            return;
        }
        lost(sequence);
    }

    private void lost(Sequence sequence) {
        Place place = sequence.place();
        decoder.forget(place.number());
        place.moveTo(tree.cutBack(place.key(), place.end(), 0));
        sequence.computedAgainFrom(0);
    }

    /// Takes the sequence out. What it computed stays until the room is needed.
    void release(Sequence sequence) {
        Place place = sequence.place();
        sequence.leave();
        place.release(++clock);
        if (place.tokens() == 0 || place.forgottenAfterUse()) {
            empty(place);
        } else if (decoder.cutsBack()) {
            dropContained(place);
        }
    }

    /// Takes the sequence out and forgets what it computed.
    void evict(Sequence sequence) {
        Place place = sequence.place();
        sequence.leave();
        empty(place);
    }

    /// Takes the sequence out and parks what it computed, to make room.
    void park(Sequence sequence) {
        Place place = sequence.place();
        sequence.leave();
        place.release(++clock);
        if (place.forgottenAfterUse()) {
            empty(place);
        } else {
            park(place);
        }
    }

    /// Parks the place that was idle longest.
    ///
    /// @return false when no idle place holds anything
    boolean parkOldest(@Nullable Place except) {
        Optional<Place> oldest =
                places.stream()
                        .filter(place -> place.idle() && place != except)
                        .min(Comparator.comparingLong(Place::lastUsed));
        oldest.ifPresent(this::park);
        return oldest.isPresent();
    }

    /// Brings back what is known of this sequence elsewhere, if that is worth the wait.
    ///
    /// @return what it has to wait for, if anything
    ParkedStates.@Nullable State fetch(Sequence sequence) {
        int[] wanted = sequence.tokens().prefix(sequence.tokens().size());
        ParkedStates.Found found =
                parked.find(
                        sequence.key(),
                        wanted,
                        most(sequence),
                        reach.ofSaved(sequence.key(), wanted),
                        false);
        if (found == null
                || found.state().saved() != null
                || found.tokens() < known(sequence) + FETCHED_TOKENS_MIN) {
            return null;
        }
        parked.fetch(found.state());
        return found.state();
    }

    /// Parks all that is idle and brings it to where it outlives this process.
    void rest(Runnable done) {
        while (parkOldest(null)) {}
        parked.rest(done);
    }

    /// Forgets everything of a tenant; what is in use, when it is not any more.
    void forget(String tenant) {
        for (Place place : places) {
            if (!place.isEmpty() && place.key().tenant().equals(tenant)) {
                place.forgetAfterUse();
                if (place.idle()) {
                    empty(place);
                }
            }
        }
        parked.forget(tenant);
        reach.forget(tenant);
    }

    private void park(Place place) {
        // What others hold too is still in the cache.
        boolean lost = !PrefixTree.isShared(place.end());
        if (lost && place.tokens() >= PARKED_TOKENS_MIN) {
            parked.add(place.key(), tree.tokens(place.end()), decoder, place.number());
        }
        empty(place);
    }

    // Idle places that hold nothing but a beginning of what this one holds, and the other way
    // round.
    private void dropContained(Place released) {
        for (Place other : places) {
            if (other != released && !other.isEmpty() && !released.isEmpty()) {
                if (PrefixTree.onTheWay(released.end(), other.end())) {
                    contained(released, other);
                } else if (other.idle() && PrefixTree.onTheWay(other.end(), released.end())) {
                    contained(other, released);
                }
            }
        }
    }

    private void contained(Place leaving, Place staying) {
        reach.keepEnd(leaving, staying, _ -> tree.tokens(leaving.end()));
        empty(leaving);
    }

    private Place emptyPlace(@Nullable Place except) {
        Optional<Place> empty = places.stream().filter(Place::isEmpty).findFirst();
        if (empty.isEmpty() && parkOldest(except)) {
            empty = places.stream().filter(Place::isEmpty).findFirst();
        }
        return empty.orElseThrow(() -> new IllegalStateException("all places are busy"));
    }

    private void empty(Place place) {
        decoder.forget(place.number());
        tree.leave(place.key(), place.end());
        place.empty();
    }
}
