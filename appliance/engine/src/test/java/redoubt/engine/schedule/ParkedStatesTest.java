package redoubt.engine.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import redoubt.foreign.llama.DecodeResult;

/// What is known of states that are with the depot, and what they may cost on their way back.
class ParkedStatesTest {
    private static final PrefixTree.Key ANNA = new PrefixTree.Key("anna", Set.of());
    private static final int TOKENS = 300;

    private final Noting depot = new Noting();

    private static final class Noting implements Depot {
        private final Set<Long> kept = new LinkedHashSet<>();
        private final List<Long> offered = new ArrayList<>();
        private final List<Long> fetched = new ArrayList<>();

        @Override
        public boolean open() {
            return true;
        }

        @Override
        public void offer(long number, String tenant, int[] tokens, Decoder.Saved saved) {
            kept.add(number);
            offered.add(number);
        }

        @Override
        public void withdraw(long number) {
            kept.remove(number);
        }

        @Override
        public void fetch(long number, long bytes) {
            fetched.add(number);
        }

        @Override
        public void drop(long number) {
            kept.remove(number);
        }
    }

    private static int[] tokens(int beginning) {
        int[] tokens = new int[TOKENS];
        tokens[0] = beginning;
        return tokens;
    }

    @Nested
    class States_that_nobody_comes_back_to {
        @Test
        void are_not_remembered_for_ever() {
            FakeDecoder model = new FakeDecoder(1000, 1);
            for (int at = 0; at < TOKENS; at++) {
                model.clear();
                int _ = model.add(at % FakeDecoder.LETTERS, at, 0, true);
                assertEquals(DecodeResult.DONE, model.decode());
            }
            ParkedStates parked = new ParkedStates(TOKENS, depot);
            for (int count = 0; count < 1500; count++) {
                parked.add(ANNA, tokens(count), model, 0);
                depot.offered.forEach(parked::taken);
                depot.offered.clear();
            }
            assertTrue(depot.kept.size() <= 1024, depot.kept.size() + " are remembered");
            assertTrue(depot.kept.size() >= 1000, "only " + depot.kept.size());
        }
    }

    @Nested
    class States_that_come_back_together {
        @Test
        void take_no_more_memory_than_is_for_them() {
            ParkedStates parked = new ParkedStates(1000, depot);
            for (int number = 1; number <= 5; number++) {
                parked.kept(number, ANNA, tokens(number), 400);
            }
            for (int number = 1; number <= 5; number++) {
                ParkedStates.Found found =
                        parked.find(ANNA, tokens(number), TOKENS, (_, known) -> known, false);
                parked.fetch(found.state());
            }
            assertEquals(List.of(1L, 2L), depot.fetched);
            parked.gone(1);
            parked.fetch(parked.find(ANNA, tokens(3), TOKENS, (_, known) -> known, false).state());
            assertEquals(List.of(1L, 2L, 3L), depot.fetched);
        }
    }
}
