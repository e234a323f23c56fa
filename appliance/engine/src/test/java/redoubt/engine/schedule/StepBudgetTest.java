package redoubt.engine.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class StepBudgetTest {
    private static final StepCost.Work ONE_ANSWER = new StepCost.Work(1, 0, 0);

    private final StepBudget budget = new StepBudget(512);

    /// A host on which looking back costs a third as much in a step of 64 tokens or more.
    private static long host(StepCost.Work work) {
        boolean wide = work.decoding() + work.promptTokens() >= StepCost.WIDE_TOKENS;
        return 8_000_000L
                + 4_000_000L * work.decoding()
                + 900_000L * work.promptTokens()
                + work.looks() * (wide ? 100 : 300);
    }

    private void learn(int rounds) {
        for (int round = 0; round < rounds; round++) {
            int depth = 500 * (round % 12);
            int tokens = budget.promptTokens(ONE_ANSWER, depth, StepBudget.SHARED_NANOS);
            StepCost.Work work = StepBudget.with(ONE_ANSWER, depth, tokens);
            budget.measured(work, host(work));
        }
    }

    @Nested
    class Deep_in_a_long_prompt {
        @Test
        void a_step_is_wide_where_that_is_cheaper() {
            learn(200);
            int tokens = budget.promptTokens(ONE_ANSWER, 5500, StepBudget.SHARED_NANOS);
            StepCost.Work work = StepBudget.with(ONE_ANSWER, 5500, tokens);
            assertTrue(tokens >= StepCost.WIDE_TOKENS - 1, tokens + " tokens");
            assertTrue(host(work) <= StepBudget.SHARED_NANOS * 1.1, host(work) + " ns");
        }
    }

    @Nested
    class A_host_that_cannot_keep_the_bound {
        @Test
        void still_gets_on() {
            for (int step = 0; step < 50; step++) {
                budget.measured(new StepCost.Work(1, 16, 1000), 2_000_000_000L);
            }
            assertEquals(16, budget.promptTokens(ONE_ANSWER, 0, StepBudget.SHARED_NANOS));
        }
    }
}
