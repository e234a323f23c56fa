package redoubt.engine.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class StepBudgetTest {
    private static final StepCost.Work NOTHING = new StepCost.Work(0, 0, 0);

    private final StepBudget budget = new StepBudget(512);

    @Nested
    class A_host_that_cannot_keep_the_bound {
        @Test
        void still_gets_on() {
            for (int step = 0; step < 50; step++) {
                budget.computed(new StepCost.Work(0, 16, 1000), 2_000_000_000L);
            }
            assertEquals(16, budget.prompts().tokens(NOTHING, 0, StepBudget.SHARED_NANOS));
        }
    }

    /// As measured with a prompt of 6,000 tokens: attention for fewer tokens than a tile has takes
    /// longer than for a whole one.
    @Nested
    class A_long_prompt {
        private void measured(int tokens, long millis) {
            StepCost.Work work = PromptBudget.with(NOTHING, 6000, tokens);
            for (int step = 0; step < 10; step++) {
                budget.computed(work, millis * 1_000_000);
            }
        }

        @Test
        void gets_a_whole_tile_where_most_of_one_would_take_longer() {
            measured(24, 74);
            measured(48, 137);
            measured(60, 172);
            measured(64, 132);
            measured(128, 199);
            assertEquals(64, budget.prompts().tokens(NOTHING, 6000, 150_000_000L));
            assertTrue(budget.prompts().tokens(NOTHING, 6000, 210_000_000L) > 64);
        }

        @Test
        void gets_a_whole_tile_that_takes_hardly_longer_than_the_bound() {
            measured(24, 92);
            measured(48, 171);
            measured(64, 165);
            assertEquals(64, budget.prompts().tokens(NOTHING, 6000, 150_000_000L));
        }

        @Test
        void never_expects_less_of_most_of_a_tile_because_it_has_not_seen_any() {
            measured(64, 230);
            measured(128, 400);
            StepCost.Work most = PromptBudget.with(NOTHING, 6000, 60);
            assertTrue(budget.prompts().nanos(most) > 150_000_000, "expected less than measured");
        }

        @Test
        void gets_less_than_a_tile_where_that_is_all_there_is_time_for() {
            measured(24, 74);
            measured(48, 137);
            measured(64, 132);
            int tokens = budget.prompts().tokens(NOTHING, 6000, 80_000_000L);
            assertTrue(tokens >= 16 && tokens < 30, "tokens: " + tokens);
        }

        @Test
        void fills_a_tile_that_another_prompt_began() {
            measured(48, 50);
            measured(64, 66);
            measured(128, 130);
            StepCost.Work begun = PromptBudget.with(NOTHING, 0, 40);
            int tokens = budget.prompts().tokens(begun, 0, 150_000_000L);
            assertEquals(0, (40 + tokens) % 32);
            assertTrue(tokens >= 24, "tokens: " + tokens);
        }
    }
}
