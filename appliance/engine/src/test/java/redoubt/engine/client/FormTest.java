package redoubt.engine.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import redoubt.fixtures.TinyModel;
import redoubt.fixtures.TinyVocabulary;
import redoubt.fixtures.ToolTemplates;

/// What form an answer has, how likely its tokens were, and prompts of tokens, through a whole
/// engine.
class FormTest {
    @TempDir static Path folder;
    static EngineProcess engine;

    @BeforeAll
    static void start() throws Exception {
        engine = TinyEngine.start(folder, TinyModel.Options.chat());
    }

    @AfterAll
    static void stop() {
        if (engine != null) {
            engine.close();
        }
    }

    private static TinyEngine.Told ask(
            Prompt prompt, Constraint constraint, int logprobs, int maxTokens) throws Exception {
        return ask(prompt, constraint, logprobs, maxTokens, false);
    }

    /// By itself, so that it says the same each time, to the letter.
    private static TinyEngine.Told alone(Prompt prompt, int logprobs, String... stops)
            throws Exception {
        return ask(prompt, Constraint.none(), logprobs, 30, true, stops);
    }

    private static TinyEngine.Told ask(
            Prompt prompt,
            Constraint constraint,
            int logprobs,
            int maxTokens,
            boolean alone,
            String... stops)
            throws Exception {
        return TinyEngine.all(
                engine.generate(
                        new GenerationRequest(
                                "test",
                                Owner.interactive("form"),
                                prompt,
                                SamplingParameters.defaults().withTemperature(1.5f),
                                maxTokens,
                                List.of(stops),
                                7,
                                constraint,
                                logprobs,
                                List.of(),
                                alone)));
    }

    @Nested
    class A_grammar {
        @Test
        void decides_what_is_said() throws Exception {
            Constraint grammar = new Constraint.Grammar("root ::= [a-c]{5} \"!\"");
            TinyEngine.Told told = ask(new Prompt.Text("Say"), grammar, -1, 50);
            assertTrue(told.text().matches("[a-c]{5}!"), told.text());
            assertEquals(FinishReason.STOP, told.finished().reason());
            TinyEngine.Told answered =
                    ask(
                            new Prompt.Chat("[{\"role\":\"user\",\"content\":\"Say\"}]"),
                            grammar,
                            -1,
                            50);
            assertTrue(answered.text().matches("[a-c]{5}!"), answered.text());
        }

        @Test
        void that_is_wrong_is_refused_with_the_line() throws Exception {
            GenerationEvent.Failed failed =
                    ask(
                                    new Prompt.Text("Say"),
                                    new Constraint.Grammar("root ::= a\nb ::= ("),
                                    -1,
                                    5)
                            .failed();
            assertEquals("invalid_request", failed.code());
            assertTrue(failed.sentence().contains("line 2"), failed.sentence());
        }

        @Test
        void that_explodes_ends_its_own_answer_only() throws Exception {
            Generation other =
                    engine.generate(TinyEngine.request("another", "Count to a hundred", 60));
            Constraint explodes =
                    new Constraint.Grammar(
                            "root ::= p p p p p p p p\np ::= ([a-z] p [a-z] | [a-z] p | [a-z])*");
            GenerationEvent.Failed failed = ask(new Prompt.Text("Say"), explodes, -1, 200).failed();
            assertTrue(failed.sentence().contains("grammar"), failed.sentence());
            assertEquals(60, TinyEngine.all(other).finished().usage().completionTokens());
        }
    }

    @Nested
    class Chances {
        @Test
        void come_with_the_text_of_their_tokens() throws Exception {
            TinyEngine.Told told = ask(new Prompt.Text("Likely"), Constraint.none(), 3, 30);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            int tokens = 0;
            for (GenerationEvent event : told.events()) {
                if (event instanceof GenerationEvent.Text text) {
                    assertTrue(!text.chances().isEmpty());
                    for (TokenChance chance : text.chances()) {
                        tokens++;
                        assertTrue(chance.logprob() <= 0);
                        assertEquals(3, chance.top().size());
                        assertTrue(chance.top().getFirst().logprob() >= chance.logprob());
                        chance.bytes().forEach(bytes::write);
                    }
                }
            }
            assertEquals(told.text(), bytes.toString(StandardCharsets.UTF_8));
            assertEquals(told.finished().usage().completionTokens(), tokens);
        }

        @Test
        void of_a_stop_text_are_not_told() throws Exception {
            TinyEngine.Told whole = alone(new Prompt.Text("Likely"), -1);
            String stop = whole.text().substring(10, 13);
            TinyEngine.Told told = alone(new Prompt.Text("Likely"), 0, stop);
            assertEquals(FinishReason.STOP_SEQUENCE, told.finished().reason());
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (GenerationEvent event : told.events()) {
                if (event instanceof GenerationEvent.Text text) {
                    text.chances().forEach(chance -> chance.bytes().forEach(bytes::write));
                }
            }
            assertEquals(told.text(), bytes.toString(StandardCharsets.UTF_8));
        }
    }

    @Nested
    class A_prompt_of_tokens {
        private List<Integer> tokens(String text) {
            List<Integer> tokens = new ArrayList<>(List.of(TinyVocabulary.BEGIN));
            text.chars().forEach(c -> tokens.add(TinyVocabulary.character((char) c)));
            return tokens;
        }

        @Test
        void is_continued_as_its_text_would_be() throws Exception {
            assertEquals(
                    alone(new Prompt.Text("Same"), -1).text(),
                    alone(new Prompt.Tokens(tokens("Same")), -1).text());
        }

        @ParameterizedTest
        @CsvSource({
            "-1, 'token 1 is -1, and this model''s tokens are 0 to 360'",
            "361, 'token 1 is 361, and this model''s tokens are 0 to 360'",
            "2147483647, 'token 1 is 2147483647'",
            "1, 'token 1 is 1, which steers the model'",
            "2, 'token 1 is 2, which steers the model'",
            "354, 'token 1 is 354, which steers the model'"
        })
        void is_refused_with_a_token_that_is_no_text(int token, String why) throws Exception {
            GenerationEvent.Failed failed =
                    ask(
                                    new Prompt.Tokens(List.of(TinyVocabulary.BEGIN, token)),
                                    Constraint.none(),
                                    -1,
                                    5)
                            .failed();
            assertEquals("invalid_request", failed.code());
            assertTrue(failed.sentence().contains(why), failed.sentence());
        }
    }

    @Nested
    class Tools {
        private static final String ASKED = "[{\"role\":\"user\",\"content\":\"Is it raining?\"}]";

        private static Prompt.Chat chat(ChatOptions.ToolChoice choice, String tools) {
            return new Prompt.Chat(ASKED, tools, new ChatOptions(choice, false, "{}"));
        }

        @Test
        void are_called_with_arguments_of_their_schema(@TempDir Path runDir) throws Exception {
            // Its calls are bare: where text may come first, a random model finds no end of it.
            try (EngineProcess able =
                    TinyEngine.start(
                            runDir,
                            TinyModel.Options.base()
                                    .withContextTokens(2048)
                                    .withChatTemplate(ToolTemplates.BARE))) {
                Set<String> ids = new HashSet<>();
                int called = 0;
                for (long seed = 1; seed <= 12; seed++) {
                    TinyEngine.Told told =
                            TinyEngine.all(
                                    able.generate(
                                            new GenerationRequest(
                                                    "test",
                                                    Owner.interactive("form"),
                                                    chat(
                                                            ChatOptions.ToolChoice.REQUIRED,
                                                            ToolTemplates.WEATHER),
                                                    SamplingParameters.defaults()
                                                            .withTemperature(2f),
                                                    400,
                                                    List.of(),
                                                    seed)));
                    if (told.finished().reason() == FinishReason.TOOL_CALLS) {
                        called++;
                        check(told, ids);
                    } else {
                        assertEquals(FinishReason.LENGTH, told.finished().reason());
                    }
                }
                assertTrue(called > 0, "no tool was called");
            }
        }

        private static void check(TinyEngine.Told told, Set<String> ids) throws Exception {
            StringBuilder arguments = new StringBuilder();
            String name = "";
            for (GenerationEvent event : told.events()) {
                if (event instanceof GenerationEvent.ToolCall call) {
                    arguments.append(call.arguments());
                    name += call.name();
                    assertTrue(call.id().isEmpty() || ids.add(call.id()), "an id came twice");
                }
            }
            JsonNode given = new ObjectMapper().readTree(arguments.toString());
            if (name.equals("weather")) {
                assertTrue(given.get("city").asText().length() <= 8, arguments.toString());
                assertTrue(given.get("days").intValue() >= 1, arguments.toString());
                assertTrue(given.get("days").intValue() <= 9, arguments.toString());
            } else {
                assertEquals("now", name);
                assertTrue(given.isEmpty(), arguments.toString());
            }
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '~',
                quoteCharacter = '`',
                textBlock =
                        """
                        {} ~ must be a list
                        [{] ~ no JSON (line 1
                        [{"type":"function"}] ~ tools[0] must have the type function
                        [{"type":"function","function":{"name":"a b"}}] ~ tools[0].function.name must be a name
                        [{"type":"function","function":{"name":"a"}},{"type":"function","function":{"name":"a"}}] ~ tools[1].function.name is a, like another's
                        [{"type":"function","function":{"name":"a","parameters":{"type":"string"}}}] ~ must be the schema of an object
                        [{"type":"function","function":{"name":"a","parameters":{"properties":{"x":{"enum":[]}}}}}] ~ tools[0].function.parameters.properties.x.enum must be a list
                        [{"type":"function","function":{"name":"a","parameters":{"properties":{"x":{"items":7}}}}}] ~ x.items must be a schema
                        [{"type":"function","function":{"name":"a","parameters":{"properties":{"x":{"minLength":-4}}}}}] ~ not negative
                        [{"type":"function","function":{"name":"a"}}] ~ no place for tools
                        """)
        void that_cannot_be_used_are_refused_with_the_place(String tools, String why)
                throws Exception {
            GenerationEvent.Failed failed =
                    ask(chat(ChatOptions.ToolChoice.AUTO, tools.strip()), Constraint.none(), -1, 5)
                            .failed();
            assertEquals("invalid_request", failed.code());
            assertTrue(failed.sentence().contains(why.strip()), failed.sentence());
        }
    }

    @Test
    void json_after_a_template_is_json() throws Exception {
        Constraint schema =
                new Constraint.JsonSchema(
                        "{\"type\":\"object\",\"properties\":{\"n\":{\"type\":\"integer\"}},\"required\":[\"n\"]}");
        int ended = 0;
        for (int i = 0; i < 5; i++) {
            TinyEngine.Told told =
                    ask(
                            new Prompt.Chat(
                                    "[{\"role\":\"user\",\"content\":\"Number " + i + "\"}]"),
                            schema,
                            -1,
                            200);
            if (told.finished().reason() == FinishReason.STOP) {
                ended++;
                assertTrue(
                        new ObjectMapper().readTree(told.text()).get("n").isNumber(), told.text());
            }
        }
        assertTrue(ended > 0, "no answer came to its end");
    }
}
