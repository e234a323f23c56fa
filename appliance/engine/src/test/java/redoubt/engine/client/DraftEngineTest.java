package redoubt.engine.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redoubt.fixtures.HostileGguf;
import redoubt.fixtures.TinyEmbedder;
import redoubt.fixtures.TinyModel;

class DraftEngineTest {
    @TempDir Path runDir;

    private Path model() {
        return TinyModel.write(runDir.resolve("tiny.gguf"), TinyModel.Options.base());
    }

    private EngineLaunch launch(Path draft) {
        return TinyEngine.launch(runDir, model(), TinyEngine.settings()).withDraft(draft);
    }

    private EngineStartException refused(Path draft) {
        EngineLaunch launch = launch(draft);
        EngineStartException refused =
                assertThrows(EngineStartException.class, () -> EngineProcess.start(launch));
        assertEquals("draft_refused", refused.code(), refused.getMessage());
        return refused;
    }

    private static List<TinyEngine.Told> askAll(EngineProcess engine) throws InterruptedException {
        List<Generation> asked = new ArrayList<>();
        for (int person = 0; person < 3; person++) {
            asked.add(
                    engine.generate(
                            TinyEngine.request(
                                    "person" + person,
                                    "What is there to say about number " + person,
                                    60)));
        }
        List<TinyEngine.Told> told = new ArrayList<>();
        for (Generation generation : asked) {
            told.add(TinyEngine.all(generation));
        }
        return told;
    }

    @Nested
    class A_model_that_is_its_own_draft {
        @Test
        void answers_to_the_end_and_says_what_guesses_for_it() throws Exception {
            try (EngineProcess engine = EngineProcess.start(launch(model()))) {
                DraftFacts draft = engine.ready().draft();
                assertNotNull(draft);
                assertEquals("Redoubt tiny 1", draft.name());
                assertEquals(512, draft.contextTokens());
                assertTrue(draft.cacheBytes() > 0 && draft.weightBytes() > 0);
                for (TinyEngine.Told told : askAll(engine)) {
                    FinishReason reason = told.finished().reason();
                    assertTrue(
                            reason == FinishReason.STOP
                                    || told.finished().usage().completionTokens() == 60,
                            "%s after %s".formatted(reason, told.finished().usage()));
                }
            }
        }

        @Test
        void keeps_to_the_form_that_was_asked_for() throws Exception {
            try (EngineProcess engine = EngineProcess.start(launch(model()))) {
                GenerationRequest constrained =
                        new GenerationRequest(
                                "test",
                                Owner.interactive("anna"),
                                new Prompt.Text("Yes or no?"),
                                SamplingParameters.greedy(),
                                60,
                                List.of(),
                                1,
                                new Constraint.Grammar("root ::= (\"yes \" | \"no \"){9}"),
                                -1,
                                List.of(),
                                false);
                String text = TinyEngine.all(engine.generate(constrained)).text();
                assertTrue(text.matches("((yes|no) ){9}"), text);
            }
        }
    }

    @Nested
    class Another_model_with_the_same_vocabulary {
        @Test
        void guesses_and_the_answers_go_on() throws Exception {
            Path other =
                    TinyModel.write(
                            runDir.resolve("other.gguf"),
                            TinyModel.Options.base().withSeed(5).withSize(1, 32));
            try (EngineProcess engine = EngineProcess.start(launch(other))) {
                for (TinyEngine.Told told : askAll(engine)) {
                    assertTrue(told.finished().usage().completionTokens() > 0);
                }
            }
        }
    }

    @Nested
    class An_engine_without_a_draft {
        @Test
        void says_so() throws Exception {
            try (EngineProcess engine =
                    EngineProcess.start(
                            TinyEngine.launch(runDir, model(), TinyEngine.settings()))) {
                assertNull(engine.ready().draft());
            }
        }
    }

    @Nested
    class A_draft_is_refused {
        @Test
        void with_another_vocabulary() {
            Path other =
                    TinyModel.write(
                            runDir.resolve("other.gguf"),
                            TinyModel.Options.base(),
                            Map.of("tokenizer.ggml.eos_token_id", 5));
            String sentence = String.valueOf(refused(other).getMessage());
            assertTrue(
                    sentence.contains(
                            "its tokenizer.ggml.eos_token_id is 5, the model's 2. Nothing was loaded."),
                    sentence);
        }

        @Test
        void when_its_file_is_damaged() {
            for (HostileGguf hostile :
                    List.of(
                            HostileGguf.TRUNCATED_DATA,
                            HostileGguf.HUGE_ARRAY_LENGTH,
                            HostileGguf.OVERLAPPING_TENSORS)) {
                Path file = hostile.write(runDir.resolve("hostile.gguf"));
                String sentence = String.valueOf(refused(file).getMessage());
                assertTrue(sentence.startsWith("The draft hostile.gguf is refused"), sentence);
            }
        }

        @Test
        void when_there_is_no_such_file() {
            String sentence = String.valueOf(refused(runDir.resolve("none.gguf")).getMessage());
            assertTrue(sentence.contains("there is no such file"), sentence);
        }

        @Test
        void when_it_writes_no_text() {
            Path vectors =
                    TinyEmbedder.writeDecoder(
                            runDir.resolve("v.gguf"),
                            TinyEmbedder.Pooling.LAST,
                            TinyModel.Options.base());
            String sentence = String.valueOf(refused(vectors).getMessage());
            assertTrue(sentence.contains("writes no text"), sentence);
        }
    }
}
