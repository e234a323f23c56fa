package redoubt.engine.schedule;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Takes idle conversations out of the cache when somebody comes who is to be computed. Attention
/// passes over every cell up to the last that is in use, also those of others, so what many idle
/// conversations hold makes every token of everybody slower. Step thread only.
final class Tidying {
    // What may stay, as a share of the cache; for each token that is to be computed so many less.
    private static final int IDLE_SHARE = 8;
    private static final int IDLE_CELLS_MIN = 512;
    private static final int GOES_FOR_A_TOKEN = 4;

    // To begin like another is to share more than the first tokens, those of the template, which
    // are the same in nearly all prompts.
    private static final int ALIKE_TOKENS_MIN = 64;

    // How much is parked for one newcomer, who waits for that: so much for anybody, and more for a
    // long prompt, since parking a token takes far less time than computing one.
    private static final long BYTES = 64L << 20;
    private static final int TOKENS_FOR_A_TOKEN = 8;

    private final Decoder decoder;
    private final ParkedStates parked;
    private final PrefixTree tree;
    private final List<Place> places;
    private final Consumer<Place> park;

    /// @param park takes an idle place out
    Tidying(
            Decoder decoder,
            ParkedStates parked,
            PrefixTree tree,
            List<Place> places,
            Consumer<Place> park) {
        this.decoder = decoder;
        this.parked = parked;
        this.tree = tree;
        this.places = places;
        this.park = park;
    }

    /// Before this prompt enters, those idle longest leave, but not the one that it begins like.
    void before(PrefixTree.Key key, int[] prompt) {
        Place source = likest(key, prompt);
        int fresh = prompt.length - tree.find(key, prompt, prompt.length).tokens();
        long bytes = 0;
        long tokens = 0;
        while (idleCells() > mayStay(fresh)) {
            Optional<Place> oldest =
                    places.stream()
                            .filter(place -> place.idle() && place != source)
                            .min(Comparator.comparingLong(Place::lastUsed));
            if (oldest.isEmpty()) {
                return;
            }
            long more = decoder.savedBytes(oldest.get().number());
            bytes += more;
            tokens += oldest.get().tokens();
            boolean much = tokens > (long) TOKENS_FOR_A_TOKEN * fresh;
            if (!parked.takes(more) || (much && bytes > BYTES)) {
                return;
            }
            park.accept(oldest.get());
        }
    }

    private int idleCells() {
        return tree.cells()
                - PrefixTree.cells(places.stream().filter(Place::busy).map(Place::end).toList());
    }

    private int mayStay(int fresh) {
        return Math.max(IDLE_CELLS_MIN, decoder.contextTokens() / IDLE_SHARE)
                - GOES_FOR_A_TOKEN * fresh;
    }

    private @Nullable Place likest(PrefixTree.Key key, int[] prompt) {
        Comparator<Place> byShared =
                Comparator.comparingInt(place -> tree.common(place.end(), prompt, prompt.length));
        return places.stream()
                .filter(place -> place.idle() && place.key().equals(key))
                .filter(place ->
                        tree.common(place.end(), prompt, prompt.length) >= ALIKE_TOKENS_MIN)
                .max(byShared.thenComparingLong(Place::lastUsed))
                .orElse(null);
    }
}
