package redoubt.engine.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redoubt.fixtures.TinyForgetful;

/// Sharing with real models that cannot go back to every position: what is reused says what would
/// have been computed.
class GoingBackTest {
    private static final String LONG =
            "It is a truth universally acknowledged, that a single man in possession of a good fortune, must be in want of a wife. "
                    .repeat(12);

    // Other batches and other cells are rounded differently.
    private static final double ROUNDING = 0.1;

    @TempDir Path folder;

    private static GenerationRequest request(String tenant, String prompt, int maxTokens) {
        return new GenerationRequest(
                "test",
                Owner.interactive(tenant),
                new Prompt.Text(prompt),
                SamplingParameters.greedy(),
                maxTokens,
                List.of(),
                1,
                Constraint.none(),
                20,
                List.of(),
                false);
    }

    private static TinyEngine.Told ask(EngineProcess engine, String tenant, String prompt)
            throws InterruptedException {
        return TinyEngine.all(engine.generate(request(tenant, prompt, 4)));
    }

    private static TokenChance first(TinyEngine.Told told) {
        for (GenerationEvent event : told.events()) {
            if (event instanceof GenerationEvent.Text(String _, int _, List<TokenChance> chances)
                    && !chances.isEmpty()) {
                return chances.getFirst();
            }
        }
        throw new AssertionError("nothing was said: " + told);
    }

    // The first token and its chance; where two are almost equally likely, either may be chosen.
    private static void assertAlike(TinyEngine.Told fresh, TinyEngine.Told reused) {
        TokenChance chosen = first(reused);
        Optional<TokenChance> same =
                first(fresh).top().stream()
                        .filter(chance -> chance.token() == chosen.token())
                        .findFirst();
        assertTrue(same.isPresent(), "another token: " + chosen + " and not " + first(fresh));
        assertEquals(same.get().logprob(), chosen.logprob(), ROUNDING);
    }

    private static void sharesBeginnings(Path folder, Path model) throws Exception {
        EngineLaunch launch = TinyEngine.launch(folder, model, TinyEngine.settings());
        try (EngineProcess engine = EngineProcess.start(launch)) {
            List<String> prompts =
                    List.of(
                            LONG.substring(0, 700) + " So it was said.",
                            LONG.substring(0, 1100) + " So it is said.",
                            LONG + " So it will be said.");
            List<Generation> busy = new ArrayList<>();
            busy.add(engine.generate(request("anna", LONG, 300)));
            for (String prompt : prompts) {
                TinyEngine.Told reused = ask(engine, "anna", prompt);
                TinyEngine.Told fresh = ask(engine, "berta " + prompt.length(), prompt);
                assertEquals(0, fresh.started().cachedTokens());
                assertTrue(
                        reused.started().cachedTokens() >= 512,
                        "only " + reused.started().cachedTokens() + " were shared");
                assertAlike(fresh, reused);
            }
            // And once more when nobody is at it, and some of it was parked.
            assertEquals(
                    300, TinyEngine.all(busy.getFirst()).finished().usage().completionTokens());
            TinyEngine.Told reused = ask(engine, "anna", prompts.getFirst() + " Indeed.");
            assertTrue(reused.started().cachedTokens() >= 512, "nothing was left");
            assertAlike(ask(engine, "carla", prompts.getFirst() + " Indeed."), reused);
        }
    }

    @Test
    void A_model_with_a_sliding_window_shares_beginnings_that_it_has_passed() throws Exception {
        TinyEngine.nativeDir();
        sharesBeginnings(
                folder, TinyForgetful.writeWindowed(folder.resolve("windowed.gguf"), 64, 5));
    }

    @Test
    void A_recurrent_model_shares_beginnings_up_to_a_mark() throws Exception {
        TinyEngine.nativeDir();
        sharesBeginnings(folder, TinyForgetful.writeRecurrent(folder.resolve("recurrent.gguf"), 5));
    }
}
