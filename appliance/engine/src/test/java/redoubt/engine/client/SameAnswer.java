package redoubt.engine.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;

/// Whether two answers come from the same sums. What else is in a batch or in the cache decides in
/// which order sums are rounded, differently on each CPU, and a model of random weights has two
/// almost equally likely tokens every now and then: texts alone prove nothing. So chances are
/// compared, token by token. Up to the first difference they agree within [#ROUNDING]; there, each
/// token was almost as likely as the other, in both answers; and behind it nothing can be said.
/// What is not the same differs by more than [#CLEARLY] before that.
final class SameAnswer {
    /// How many of the likeliest tokens an answer to be compared must tell.
    static final int TOLD = 8;

    /// Far above what rounding does, far below what other words or adapters do; both were measured
    /// with every CPU variant.
    static final double ROUNDING = 0.2;

    static final double CLEARLY = 0.6;

    private SameAnswer() {}

    static void assertSame(TinyEngine.Told one, TinyEngine.Told other) {
        List<TokenChance> these = chances(one);
        List<TokenChance> those = chances(other);
        for (int at = 0; at < Math.min(these.size(), those.size()); at++) {
            TokenChance here = these.get(at);
            TokenChance there = those.get(at);
            double apart = apart(here, there);
            String place = "token %d of %s and %s".formatted(at, one.text(), other.text());
            assertTrue(apart < ROUNDING, () -> "chances are %f apart at ".formatted(apart) + place);
            if (here.token() != there.token()) {
                double lead = Math.max(lead(here, there.token()), lead(there, here.token()));
                assertTrue(lead < ROUNDING, () -> "no tie (%f) at ".formatted(lead) + place);
                return;
            }
        }
        assertEquals(these.size(), those.size(), "one of the same answers is longer");
    }

    static void assertOther(TinyEngine.Told one, TinyEngine.Told other) {
        List<TokenChance> these = chances(one);
        List<TokenChance> those = chances(other);
        double most = 0;
        for (int at = 0; at < Math.min(these.size(), those.size()); at++) {
            most = Math.max(most, apart(these.get(at), those.get(at)));
            if (these.get(at).token() != those.get(at).token()) break;
        }
        double furthest = most;
        assertTrue(
                furthest > CLEARLY,
                () -> "only %f apart: %s and %s".formatted(furthest, one.text(), other.text()));
    }

    private static List<TokenChance> chances(TinyEngine.Told told) {
        List<TokenChance> all = new ArrayList<>();
        for (GenerationEvent event : told.events()) {
            if (event instanceof GenerationEvent.Text text) all.addAll(text.chances());
        }
        assertTrue(!all.isEmpty(), "no chances were told");
        for (TokenChance chance : all) assertEquals(TOLD, chance.top().size());
        return all;
    }

    /// How far the chances of a token are apart. Rounding moves none of them far, so it moves none
    /// of their ranks far, whichever token has it: the second likeliest is compared with the second
    /// likeliest. And a token that has changed its rank by more than that is found by its number.
    private static double apart(TokenChance one, TokenChance other) {
        double most = 0;
        for (int rank = 0; rank < TOLD; rank++) {
            TokenChance here = one.top().get(rank);
            TokenChance there = other.top().get(rank);
            most = Math.max(most, Math.abs(here.logprob() - there.logprob()));
            most = Math.max(most, Math.abs(here.logprob() - logprob(other, here.token())));
        }
        return most;
    }

    /// Of a token; one that is not told is no likelier than the last that is.
    private static double logprob(TokenChance chance, int token) {
        return chance.top().stream()
                .filter(likely -> likely.token() == token)
                .findFirst()
                .orElse(chance.top().getLast())
                .logprob();
    }

    /// By how much the chosen token was likelier than another one.
    private static double lead(TokenChance chance, int other) {
        return chance.top().getFirst().logprob() - logprob(chance, other);
    }
}
