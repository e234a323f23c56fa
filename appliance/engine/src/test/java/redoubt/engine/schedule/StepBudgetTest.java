package redoubt.engine.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class StepBudgetTest {
    private static final StepCost.Work ONE_ANSWER = new StepCost.Work(1, 0, 0);

    private final StepBudget budget = new StepBudget(512);

    @Nested
    class A_host_that_cannot_keep_the_bound {
        @Test
        void still_gets_on() {
            for (int step = 0; step < 50; step++) {
                budget.measured(new StepCost.Work(1, 16, 1000), 0, 2_000_000_000L);
            }
            assertEquals(16, budget.promptTokens(ONE_ANSWER, 0, StepBudget.SHARED_NANOS));
        }
    }
}
