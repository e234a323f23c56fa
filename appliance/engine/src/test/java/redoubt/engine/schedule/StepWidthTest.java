package redoubt.engine.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class StepWidthTest {
    private final StepWidth width = new StepWidth();

    private void steps(int count, int tokens, IntToLongFunction nanos) {
        for (int step = 0; step < count; step++) {
            int taken = width.of(tokens);
            width.measured(tokens, taken, nanos.applyAsLong(taken));
        }
    }

    private static long byBlocks(int tokens) {
        return 12_000_000L * (tokens / 4) + 20_000_000L * (tokens % 4);
    }

    private static long oneByOne(int tokens) {
        return 3_000_000L * tokens;
    }

    @Nested
    class Where_kernels_take_tokens_by_fours {
        @Test
        void a_step_is_filled_up() {
            for (int tokens : new int[] {3, 5, 6, 7, 13, 14, 15, 61}) {
                steps(6, tokens, StepWidthTest::byBlocks);
                assertEquals((tokens + 3) / 4 * 4, width.of(tokens));
            }
        }

        @Test
        void one_step_that_the_host_interrupted_changes_nothing() {
            steps(1, 7, _ -> 900_000_000L);
            steps(5, 7, StepWidthTest::byBlocks);
            assertEquals(8, width.of(7));
        }

        @Test
        void whole_blocks_and_single_tokens_stay_as_they_are() {
            for (int tokens : new int[] {0, 1, 4, 8, 64, 65, 1000}) {
                steps(10, tokens, StepWidthTest::byBlocks);
                assertEquals(tokens, width.of(tokens));
            }
        }
    }

    @Nested
    class Where_every_token_costs_the_same {
        @Test
        void nothing_is_filled_up() {
            for (int tokens : new int[] {2, 5, 15, 62}) {
                steps(6, tokens, StepWidthTest::oneByOne);
                assertEquals(tokens, width.of(tokens));
            }
        }
    }

    @Nested
    class What_was_found_out {
        @Test
        void is_found_out_again_after_a_while() {
            steps(6, 7, StepWidthTest::byBlocks);
            steps(1024, 7, StepWidthTest::oneByOne);
            steps(6, 7, StepWidthTest::oneByOne);
            assertEquals(7, width.of(7));
        }

        @Test
        void takes_three_steps_of_each_kind() {
            List<Integer> widths =
                    IntStream.range(0, 6)
                            .map(_ -> {
                                int taken = width.of(7);
                                width.measured(7, taken, byBlocks(taken));
                                return taken;
                            })
                            .boxed()
                            .toList();
            assertEquals(3, widths.stream().filter(taken -> taken == 7).count());
            assertTrue(widths.stream().allMatch(taken -> taken == 7 || taken == 8));
        }
    }
}
