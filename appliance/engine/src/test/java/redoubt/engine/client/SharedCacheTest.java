package redoubt.engine.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static redoubt.engine.client.SameAnswer.assertSame;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redoubt.fixtures.TinyModel;

/// Sharing and parking with a real model: what is reused says what would have been computed.
class SharedCacheTest {
    private static final String LONG =
            "It is a truth universally acknowledged, that a single man in possession of a good fortune, must be in want of a wife. "
                    .repeat(3);

    @TempDir Path folder;

    private static List<TinyEngine.Told> together(
            EngineProcess engine, List<GenerationRequest> asked) throws InterruptedException {
        List<Generation> running = new ArrayList<>();
        asked.forEach(request -> running.add(engine.generate(request)));
        List<TinyEngine.Told> told = new ArrayList<>();
        for (Generation generation : running) {
            told.add(TinyEngine.all(generation));
        }
        return told;
    }

    @Nested
    class A_prompt_that_begins_like_another {
        @Test
        void gets_the_same_answer_as_alone() throws Exception {
            try (EngineProcess engine = TinyEngine.start(folder, TinyModel.Options.base())) {
                List<GenerationRequest> asked = new ArrayList<>();
                for (int count = 0; count < 6; count++) {
                    asked.add(TinyEngine.request("anna", LONG + count, 20));
                }
                List<TinyEngine.Told> shared = together(engine, asked);
                int most = 0;
                for (int count = 0; count < 6; count++) {
                    TinyEngine.Told fresh =
                            TinyEngine.ask(engine, "other" + count, LONG + count, 20);
                    assertEquals(0, fresh.started().cachedTokens());
                    assertSame(fresh, shared.get(count));
                    most = Math.max(most, shared.get(count).started().cachedTokens());
                }
                assertTrue(most > LONG.length() / 2, "nothing was shared: " + most);
            }
        }
    }

    @Nested
    class A_cache_that_is_too_small_for_all {
        @Test
        void ends_nobody_and_says_what_a_large_one_says() throws Exception {
            EngineSettings small = TinyEngine.settings().withContextTokens(768);
            try (EngineProcess engine = TinyEngine.start(folder, TinyModel.Options.base(), small)) {
                List<GenerationRequest> asked = new ArrayList<>();
                for (int count = 0; count < 5; count++) {
                    asked.add(TinyEngine.request("t" + count, count + LONG, 100));
                }
                List<TinyEngine.Told> crowded = together(engine, asked);
                for (int count = 0; count < 5; count++) {
                    TinyEngine.Told alone =
                            TinyEngine.ask(engine, "again" + count, count + LONG, 100);
                    assertSame(alone, crowded.get(count));
                    assertEquals(FinishReason.LENGTH, crowded.get(count).finished().reason());
                    assertEquals(100, crowded.get(count).finished().usage().completionTokens());
                }
            }
        }
    }

    @Nested
    class A_generation_that_is_to_be_alone {
        @Test
        void says_the_same_each_time_whatever_else_runs() throws Exception {
            try (EngineProcess engine = TinyEngine.start(folder, TinyModel.Options.base())) {
                GenerationRequest alone =
                        new GenerationRequest(
                                "replay",
                                Owner.interactive("anna"),
                                new Prompt.Text(LONG),
                                SamplingParameters.greedy().withTemperature(1),
                                30,
                                List.of(),
                                7,
                                Constraint.none(),
                                -1,
                                List.of(),
                                true);
                TinyEngine.Told first = TinyEngine.all(engine.generate(alone));
                List<TinyEngine.Told> busy =
                        together(
                                engine,
                                List.of(TinyEngine.request("anna", LONG, 60), alone, alone));
                assertEquals(first.text(), busy.get(1).text());
                assertEquals(first.text(), busy.get(2).text());
                assertEquals(0, busy.get(2).started().cachedTokens());
            }
        }
    }
}
