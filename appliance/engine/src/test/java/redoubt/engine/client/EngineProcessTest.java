package redoubt.engine.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static redoubt.engine.client.SameAnswer.assertOther;
import static redoubt.engine.client.SameAnswer.assertSame;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import redoubt.fixtures.TinyModel;
import redoubt.foreign.posix.ProbeResult;

/// One real engine answers all of these, one after the other.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EngineProcessTest {
    private EngineProcess engine;

    @BeforeAll
    void start(@TempDir Path runDir) throws Exception {
        engine = TinyEngine.start(runDir, TinyModel.Options.chat());
    }

    @AfterAll
    void end() {
        if (engine != null) {
            engine.close();
            assertFalse(engine.alive());
        }
    }

    private TinyEngine.Told ask(String tenant, String prompt, int maxTokens) throws Exception {
        return TinyEngine.ask(engine, tenant, prompt, maxTokens);
    }

    @Nested
    class A_ready_engine {
        @Test
        void says_what_it_is() {
            EngineFacts facts = engine.ready();
            assertEquals("Redoubt tiny 1", facts.modelName());
            assertEquals("llama", facts.architecture());
            assertEquals(512, facts.contextTokens());
            assertEquals(4, facts.sequencesMax());
            assertEquals("model", facts.templateOrigin());
            assertTrue(facts.templateSha256().matches("[0-9a-f]{64}"));
            assertTrue(facts.tokenizerSha256().matches("[0-9a-f]{64}"));
            assertTrue(facts.seal().getFirst().contains("engine"), facts.seal().toString());
        }

        @Test
        void is_sealed_on_every_way_out() throws Exception {
            List<ProbeResult> ways = engine.sealProbe();
            assertTrue(ways.size() > 20, "only " + ways.size());
            for (ProbeResult way : ways) {
                assertTrue(way.blocked(), way.sentence());
            }
            assertTrue(ways.stream().anyMatch(way -> way.name().equals("tcp-v4")));
        }
    }

    @Nested
    class Several_at_once {
        @Test
        void get_the_answers_that_each_gets_alone() throws Exception {
            Map<String, TinyEngine.Told> alone = new LinkedHashMap<>();
            for (String prompt : List.of("one", "the second", "and a third, longer", "4")) {
                alone.put(prompt, ask("alone " + prompt, prompt, 40));
            }
            Map<String, Generation> together = new LinkedHashMap<>();
            alone.keySet()
                    .forEach(prompt ->
                            together.put(
                                    prompt,
                                    engine.generate(
                                            TinyEngine.request("together " + prompt, prompt, 40))));
            for (String prompt : alone.keySet()) {
                TinyEngine.Told told = TinyEngine.all(together.get(prompt));
                alone.forEach((other, answer) -> {
                    if (other.equals(prompt)) assertSame(answer, told);
                    else assertOther(answer, told);
                });
            }
        }
    }

    @Nested
    class A_seed {
        private String sampled(long seed) throws Exception {
            SamplingParameters sampling = SamplingParameters.defaults().withTemperature(1.5f);
            return TinyEngine.all(
                            engine.generate(TinyEngine.alone("some words", 40, sampling, seed)))
                    .text();
        }

        @Test
        void decides_the_answer() throws Exception {
            assertEquals(sampled(5), sampled(5));
            assertNotEquals(sampled(5), sampled(6));
        }
    }

    @Nested
    class A_stop_text {
        @Test
        void across_tokens_ends_the_answer_before_it() throws Exception {
            String whole = tell().text();
            String stop = whole.substring(10, 15);
            TinyEngine.Told told = tell(stop);
            assertEquals(whole.substring(0, whole.indexOf(stop)), told.text());
            assertEquals(FinishReason.STOP_SEQUENCE, told.finished().reason());
        }

        private TinyEngine.Told tell(String... stops) throws Exception {
            return TinyEngine.all(
                    engine.generate(
                            TinyEngine.alone(
                                    "tell me", 60, SamplingParameters.greedy(), 1, stops)));
        }
    }

    @Nested
    class A_conversation {
        @Test
        void is_rendered_by_the_models_template() throws Exception {
            TinyEngine.Told told = chat("[{\"role\":\"user\",\"content\":\"hello\"}]");
            // <s>, <|im_start|>, "user\n", "hello", <|im_end|>, "\n", <|im_start|>, "assistant\n"
            int tokens = 1 + 1 + 5 + 5 + 1 + 1 + 1 + 10;
            assertEquals(tokens, told.started().promptTokens());
            assertEquals(FinishReason.LENGTH, told.finished().reason());
        }

        @Test
        void whose_text_looks_like_control_tokens_stays_text() throws Exception {
            int plain = chat("[{\"role\":\"user\",\"content\":\"\"}]").started().promptTokens();
            String planted = "<|im_end|>";
            int with =
                    chat("[{\"role\":\"user\",\"content\":\"" + planted + "\"}]")
                            .started()
                            .promptTokens();
            assertEquals(planted.length(), with - plain, "every character is its own token");
        }

        @Test
        void that_is_no_json_is_refused_with_a_sentence() throws Exception {
            TinyEngine.Told told = chat("[{\"role\":");
            assertEquals("invalid_request", told.failed().code());
            assertTrue(told.failed().sentence().length() > 20, told.failed().sentence());
        }

        private TinyEngine.Told chat(String messages) throws Exception {
            return TinyEngine.all(
                    engine.generate(
                            new GenerationRequest(
                                    "chat",
                                    Owner.interactive("chat"),
                                    new Prompt.Chat(messages),
                                    SamplingParameters.greedy(),
                                    3,
                                    List.of(),
                                    1)));
        }
    }

    @Nested
    class Characters_of_several_tokens {
        @Test
        void come_whole() throws Exception {
            // A bias makes the model write bytes of the Euro sign, in any order: mostly nonsense.
            Map<Integer, Float> bias = new LinkedHashMap<>();
            for (int value : new int[] {0xE2, 0x82, 0xAC}) {
                bias.put(redoubt.fixtures.TinyVocabulary.BYTE_FIRST + value, 100f);
            }
            SamplingParameters sampling =
                    SamplingParameters.defaults().withTemperature(2f).withLogitBias(bias);
            Set<String> seen = new TreeSet<>();
            for (long seed = 1; seed <= 5; seed++) {
                TinyEngine.Told told =
                        TinyEngine.all(
                                engine.generate(
                                        TinyEngine.request("utf8", "bytes", 60, sampling, seed)));
                told.text().codePoints().forEach(point -> seen.add(Character.toString(point)));
            }
            // Every character that these three bytes can make, and nothing cut apart.
            assertEquals(Set.of("€", "₂", "⬂", "⬬", "\uFFFD"), seen);
        }
    }

    @Nested
    class A_cancelled_generation {
        @Test
        void ends_and_leaves_the_sequence_to_others() throws Exception {
            List<Generation> endless = new ArrayList<>();
            for (int count = 0; count < 4; count++) {
                endless.add(engine.generate(TinyEngine.request("c" + count, "go", 0)));
            }
            for (Generation generation : endless) {
                generation.cancel();
                generation.cancel();
                GenerationEvent.Finished finished = TinyEngine.all(generation).finished();
                assertTrue(finished.usage().completionTokens() < 512);
            }
            assertEquals(FinishReason.LENGTH, ask("after", "next", 5).finished().reason());
        }
    }

    @Nested
    class A_request_that_cannot_be_answered {
        @Test
        void is_refused_with_numbers_when_the_prompt_is_too_long() throws Exception {
            TinyEngine.Told told = ask("long", "x".repeat(511), 5);
            assertEquals("context_length_exceeded", told.failed().code());
            assertTrue(
                    told.failed().sentence().contains("has 512 tokens"), told.failed().sentence());
            assertTrue(
                    told.failed().sentence().contains("context of 512"), told.failed().sentence());
            assertEquals(1, told.events().size(), "something was computed");
        }

        @Test
        void is_refused_by_its_length_alone_when_it_could_never_fit() throws Exception {
            TinyEngine.Told told = ask("long", "x".repeat(2_000_000), 5);
            assertEquals("context_length_exceeded", told.failed().code());
            assertTrue(told.failed().sentence().contains("at least"), told.failed().sentence());
        }

        @Test
        void is_refused_when_no_frame_can_carry_it() throws Exception {
            TinyEngine.Told told = ask("long", "x".repeat(20 * 1024 * 1024), 5);
            assertEquals("context_length_exceeded", told.failed().code());
        }

        @Test
        void is_refused_when_a_parameter_is_out_of_range() throws Exception {
            for (SamplingParameters wrong :
                    List.of(
                            SamplingParameters.greedy().withTemperature(Float.NaN),
                            SamplingParameters.greedy().withTemperature(-1),
                            SamplingParameters.greedy().withLogitBias(Map.of(1_000_000, 1f)))) {
                TinyEngine.Told told =
                        TinyEngine.all(
                                engine.generate(TinyEngine.request("p", "hello", 5, wrong, 1)));
                assertEquals("invalid_request", told.failed().code());
            }
            assertEquals(FinishReason.LENGTH, ask("after", "next", 5).finished().reason());
        }

        @Test
        void that_fills_the_context_ends_with_reason_length() throws Exception {
            TinyEngine.Told told = ask("full", "y".repeat(400), 0);
            assertEquals(FinishReason.LENGTH, told.finished().reason());
            assertEquals(512, 401 + told.finished().usage().completionTokens());
        }
    }

    @Nested
    class The_beginning_of_an_earlier_prompt {
        @Test
        void is_used_again_for_the_same_tenant_only() throws Exception {
            String prompt = "a beginning that two people happen to share";
            TinyEngine.Told first = ask("anna", prompt, 20);
            TinyEngine.Told again = ask("anna", prompt, 20);
            assertSame(first, again);
            assertEquals(prompt.length(), again.started().cachedTokens());
            TinyEngine.Told other = ask("berta", prompt, 20);
            assertSame(first, other);
            assertEquals(0, other.started().cachedTokens());
        }
    }
}
