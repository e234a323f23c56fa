package redoubt.foreign.llama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import redoubt.fixtures.TinyVocabulary;

/// Decoding and sampling with a tiny model.
class DecodingTest extends TinyDecoding {
    @Nested
    class A_prompt {
        @Test
        void gets_the_same_answer_again() {
            List<Integer> once =
                    generate(
                            0,
                            prompt(0, 0, tokens("Once upon a time")),
                            SamplingParameters.greedy(),
                            20);
            context.removeSequence(0);
            List<Integer> again =
                    generate(
                            0,
                            prompt(0, 0, tokens("Once upon a time")),
                            SamplingParameters.greedy(),
                            20);
            assertEquals(once, again);
        }

        @Test
        void gets_an_answer_that_depends_on_all_of_it() {
            assertOther(
                    along(0, prompt(0, 0, tokens("Axxxxxxxx"))),
                    along(1, prompt(1, 0, tokens("Bxxxxxxxx"))));
        }

        @Test
        void gets_the_same_answer_from_the_same_seed_and_others_from_other_seeds() {
            SamplingParameters warm = SamplingParameters.defaults().withTemperature(1.5f);
            List<List<Integer>> said = new ArrayList<>();
            for (long seed : new long[] {7, 7, 8}) {
                said.add(generate(0, prompt(0, 0, tokens("Seed")), warm.withSeed(seed), 20));
                context.removeSequence(0);
            }
            assertEquals(said.get(0), said.get(1));
            assertNotEquals(said.get(0), said.get(2));
        }

        @Test
        void gets_the_same_answer_beside_others_as_alone() {
            int[] more = tokens(" and what follows");
            List<float[]> alone = along(0, prompt(0, 0, tokens("Alone")), more);
            context.removeSequence(0);
            prompt(1, 0, tokens("Somebody else's words are here"));
            prompt(2, 0, tokens("And more of them"));
            assertSame(alone, along(0, prompt(0, 0, tokens("Alone")), more));
        }

        @Test
        void may_share_a_batch_with_others() {
            batch.clear();
            int[] first = tokens("First");
            int[] second = tokens("Second one");
            for (int index = 0; index < first.length; index++) {
                batch.add(first[index], index, 0, index == first.length - 1);
            }
            int firstLast = batch.size() - 1;
            for (int index = 0; index < second.length; index++) {
                batch.add(second[index], index, 1, index == second.length - 1);
            }
            int secondLast = batch.size() - 1;
            assertEquals(DecodeResult.DONE, context.decode(batch));
            List<float[]> together = along(0, firstLast);
            List<float[]> otherTogether = along(1, secondLast);
            context.removeSequence(0);
            context.removeSequence(1);
            assertSame(along(2, prompt(2, 0, first)), together);
            assertSame(along(3, prompt(3, 0, second)), otherTogether);
            assertOther(together, otherTogether);
        }
    }

    @Nested
    class A_sequence {
        @Test
        void is_parked_and_resumed() {
            int[] words = tokens("A conversation that waits");
            int[] more = tokens(" and goes on");
            List<float[]> straight = along(0, prompt(0, 0, words), more);
            context.removeSequence(0);
            int[] beginning = java.util.Arrays.copyOf(words, words.length - 1);
            prompt(0, 0, beginning);
            SavedSequence parked = context.save(0);
            context.removeSequence(0);
            assertEquals(-1, context.positionMax(0));
            SavedSequence elsewhere = SavedSequence.ofSize(parked.size());
            for (long at = 0; at < parked.size(); at += 1000) {
                elsewhere.put(at, parked.part(at, 1000));
            }
            parked.close();
            parked.close();
            context.restore(3, elsewhere);
            elsewhere.close();
            assertEquals(beginning.length - 1, context.positionMax(3));
            int last = prompt(3, beginning.length, words[words.length - 1]);
            assertSame(straight, along(3, last, more));
        }

        @Test
        void is_not_resumed_from_a_damaged_state() {
            prompt(0, 0, tokens("To be parked"));
            try (SavedSequence parked = context.save(0);
                    SavedSequence cut = SavedSequence.ofSize(parked.size() / 2)) {
                assertEquals(context.savedSize(0), parked.size());
                cut.put(0, parked.part(0, (int) cut.size()));
                assertThrows(NativeException.class, () -> context.restore(1, cut));
                assertThrows(
                        IndexOutOfBoundsException.class,
                        () -> cut.put(1, new byte[(int) cut.size()]));
            }
            assertEquals(-1, context.positionMax(1));
            assertThrows(IllegalArgumentException.class, () -> SavedSequence.ofSize(0));
        }

        @Test
        void shares_its_prefix_with_another() {
            int[] words = tokens("A shared beginning");
            int[] more = tokens(" and an end");
            List<float[]> straight = along(0, prompt(0, 0, words), more);
            context.removeSequence(0, words.length, -1);
            context.copySequence(0, 1, 0, words.length - 1);
            assertEquals(words.length - 2, context.positionMax(1));
            int last = prompt(1, words.length - 1, words[words.length - 1]);
            assertSame(straight, along(1, last, more));
        }

        @Test
        void is_cut_back() {
            prompt(0, 0, tokens("0123456789"));
            assertTrue(context.removeSequence(0, 5, -1));
            assertEquals(4, context.positionMax(0));
            assertEquals(0, context.positionMin(0));
        }

        @Test
        void outside_of_the_context_is_refused() {
            assertThrows(IllegalArgumentException.class, () -> context.removeSequence(4));
            assertThrows(IllegalArgumentException.class, () -> context.positionMax(-1));
            assertThrows(IllegalArgumentException.class, () -> context.copySequence(0, 9, 0, -1));
        }
    }

    @Nested
    class A_batch {
        @Test
        void that_finds_no_room_changes_nothing() {
            int[] words = tokens("x".repeat(CONTEXT - 7));
            prompt(0, 0, words);
            batch.clear();
            for (int position = 0; position < 64; position++) {
                batch.add(TinyVocabulary.character('y'), position, 1, false);
            }
            assertEquals(DecodeResult.NO_ROOM, context.decode(batch));
            assertEquals(-1, context.positionMax(1));
            assertEquals(words.length - 1, context.positionMax(0));
        }

        @Test
        void is_aborted_on_request_and_the_next_is_not() {
            context.requestAbort();
            batch.clear();
            batch.add(TinyVocabulary.BEGIN, 0, 0, true);
            assertEquals(DecodeResult.ABORTED, context.decode(batch));
            context.removeSequence(0);
            assertEquals(DecodeResult.DONE, context.decode(batch));
        }

        @Test
        void takes_nothing_that_cannot_be() {
            assertThrows(IllegalArgumentException.class, () -> batch.add(-1, 0, 0, true));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> batch.add(TinyVocabulary.size(), 0, 0, true));
            assertThrows(IllegalArgumentException.class, () -> batch.add(5, -1, 0, true));
            assertThrows(IllegalArgumentException.class, () -> batch.add(5, 0, 4, true));
            assertThrows(IllegalArgumentException.class, () -> context.decode(batch));
            for (int index = 0; index < batch.capacity(); index++) {
                batch.add(5, index, 0, false);
            }
            assertThrows(IllegalStateException.class, () -> batch.add(5, 0, 0, false));
            batch.clear();
            for (int sequence = 0; sequence < 4; sequence++) {
                batch.add(5, 0, sequence, true);
            }
            assertEquals(DecodeResult.DONE, context.decode(batch));
            assertThrows(IllegalStateException.class, () -> batch.add(5, 1, 0, true));
        }

        @Test
        void with_a_gap_in_its_positions_is_refused_and_the_context_lives() {
            prompt(0, 0, tokens("abc"));
            batch.clear();
            batch.add(5, 100, 0, true);
            batch.add(5, 50, 0, true);
            assertThrows(NativeException.class, () -> context.decode(batch));
            context.removeSequence(0);
            prompt(0, 0, tokens("abc"));
        }
    }

    @Nested
    class A_context {
        @Test
        void says_what_it_holds() {
            MemoryBreakdown memory = context.memory();
            assertTrue(memory.modelBytes() >= model.sizeBytes(), memory.toString());
            assertTrue(memory.contextBytes() > 0 && memory.computeBytes() > 0, memory.toString());
            assertEquals(CONTEXT, context.contextTokens());
            assertEquals(4, context.sequencesMax());
            assertTrue(context.batchTokens() >= context.ubatchTokens());
        }

        @Test
        void is_refused_when_it_cannot_be_made() {
            ContextOptions impossible =
                    new ContextOptions(
                            256,
                            1,
                            64,
                            64,
                            1,
                            1,
                            true,
                            ContextOptions.FlashAttention.OFF,
                            ContextOptions.CacheType.F16,
                            ContextOptions.CacheType.Q4_0);
            NativeException refusal =
                    assertThrows(NativeException.class, () -> model.newContext(impossible));
            assertTrue(
                    refusal.getMessage().contains("context of 256 tokens"), refusal.getMessage());
            assertThrows(
                    IllegalArgumentException.class, () -> ContextOptions.of(2_000_000_000, 1, 1));
        }

        @Test
        void may_be_closed_twice() {
            LlamaContext other = model.newContext(ContextOptions.of(64, 1, 1));
            other.setThreads(1, 2);
            other.close();
            other.close();
        }
    }
}
