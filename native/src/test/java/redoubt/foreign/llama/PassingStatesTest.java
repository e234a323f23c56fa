package redoubt.foreign.llama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redoubt.fixtures.TinyForgetful;

/// Going back to where a passing state was saved, with models that need it.
class PassingStatesTest {
    private static final int WINDOW = 64;

    /// Of a logit: other batches and other cells are rounded differently.
    private static final double ROUNDING = 0.2;

    private static final double CLEARLY = 0.5;

    @TempDir Path folder;

    /// A model and a context, and what they compute for the last of some tokens.
    private static final class Computing implements AutoCloseable {
        final LlamaModel model;
        final LlamaContext context;
        final TokenBatch batch;

        Computing(Path file) {
            model = OpenLlama.get().load(file, ModelOptions.defaults());
            context = model.newContext(ContextOptions.of(1024, 4, 1));
            batch = context.newBatch();
        }

        float[] last(int sequence, int from, int... tokens) {
            batch.clear();
            int last = -1;
            for (int index = 0; index < tokens.length; index++) {
                boolean wanted = index == tokens.length - 1;
                last = batch.add(tokens[index], from + index, sequence, wanted);
            }
            assertEquals(DecodeResult.DONE, context.decode(batch));
            return Logits.of(context, last, model.vocabularySize());
        }

        int[] text() {
            return model.tokenize(
                    "It is a truth universally acknowledged, that a man in possession. ".repeat(5),
                    true,
                    false);
        }

        @Override
        public void close() {
            batch.close();
            context.close();
            model.close();
        }
    }

    private static double apart(float[] these, float[] those) {
        double most = 0;
        for (int token = 0; token < these.length; token++) {
            most = Math.max(most, Math.abs(these[token] - those[token]));
        }
        return most;
    }

    private static void assertSame(float[] these, float[] those) {
        double apart = apart(these, those);
        assertTrue(apart < ROUNDING, "logits are %f apart".formatted(apart));
    }

    private static int[] part(int[] tokens, int from, int to) {
        return Arrays.copyOfRange(tokens, from, to);
    }

    private List<Path> models() {
        return List.of(
                TinyForgetful.writeWindowed(folder.resolve("windowed.gguf"), WINDOW, 3),
                TinyForgetful.writeRecurrent(folder.resolve("recurrent.gguf"), 3));
    }

    @Nested
    class A_saved_passing_state {
        @Test
        void takes_its_own_sequence_back() {
            for (Path file : models()) {
                try (Computing computing = new Computing(file)) {
                    int[] text = computing.text();
                    float[] wanted = computing.last(0, 0, part(text, 0, 210));
                    computing.context.removeSequence(0);
                    computing.last(0, 0, part(text, 0, 200));
                    try (SavedSequence saved = computing.context.passing().save(0)) {
                        float[] other = computing.last(0, 200, part(text, 20, 130));
                        assertTrue(apart(wanted, other) > CLEARLY, "all texts are alike here");
                        computing.context.passing().restore(0, saved, 200);
                        assertEquals(199, computing.context.positionMax(0));
                        assertSame(wanted, computing.last(0, 200, part(text, 200, 210)));
                    }
                }
            }
        }

        @Test
        void lets_another_sequence_share_the_rest_while_the_first_goes_on() {
            for (Path file : models()) {
                try (Computing computing = new Computing(file)) {
                    int[] text = computing.text();
                    float[] wanted = computing.last(0, 0, part(text, 0, 210));
                    float[] further = computing.last(0, 210, part(text, 210, 300));
                    computing.context.removeSequence(0);
                    computing.last(0, 0, part(text, 0, 200));
                    try (SavedSequence saved = computing.context.passing().save(0)) {
                        computing.last(0, 200, part(text, 200, 290));
                        computing.context.copySequence(0, 1, 0, 200);
                        computing.context.passing().restore(1, saved, 200);
                        assertSame(wanted, computing.last(1, 200, part(text, 200, 210)));
                        assertSame(further, computing.last(0, 290, part(text, 290, 300)));
                    }
                }
            }
        }

        @Test
        void gives_back_what_the_window_has_passed() {
            Path file = models().getFirst();
            try (Computing computing = new Computing(file)) {
                int[] text = computing.text();
                float[] wanted = computing.last(0, 0, part(text, 0, 210));
                computing.context.removeSequence(0);
                computing.last(0, 0, part(text, 0, 200));
                assertEquals(0, computing.context.positionMin(0));
                try (SavedSequence saved = computing.context.passing().save(0)) {
                    computing.context.passing().restore(0, saved, 200);
                }
                assertEquals(200 - WINDOW, computing.context.positionMin(0));
                assertSame(wanted, computing.last(0, 200, part(text, 200, 210)));
            }
        }

        @Test
        void of_another_model_is_refused() {
            List<Path> models = models();
            try (Computing one = new Computing(models.getFirst());
                    Computing other = new Computing(models.getLast())) {
                one.last(0, 0, part(one.text(), 0, 100));
                other.last(0, 0, part(other.text(), 0, 100));
                try (SavedSequence saved = one.context.passing().save(0)) {
                    assertThrows(
                            NativeException.class,
                            () -> other.context.passing().restore(0, saved, 100));
                    assertEquals(-1, other.context.positionMax(0));
                }
            }
        }

        @Test
        void that_is_cut_off_is_refused() {
            try (Computing computing = new Computing(models().getFirst())) {
                computing.last(0, 0, part(computing.text(), 0, 100));
                try (SavedSequence saved = computing.context.passing().save(0);
                        SavedSequence half = SavedSequence.ofSize(saved.size() / 2)) {
                    half.put(0, saved.part(0, (int) half.size()));
                    assertThrows(
                            NativeException.class,
                            () -> computing.context.passing().restore(0, half, 100));
                    assertEquals(-1, computing.context.positionMax(0));
                }
            }
        }
    }

    @Nested
    class The_fixtures {
        @Test
        void are_what_they_say() {
            List<Path> models = models();
            try (Computing windowed = new Computing(models.getFirst());
                    Computing recurrent = new Computing(models.getLast())) {
                assertEquals(WINDOW, windowed.model.slidingWindowTokens());
                assertFalse(windowed.model.isRecurrent());
                assertTrue(recurrent.model.isRecurrent());
            }
        }
    }
}
