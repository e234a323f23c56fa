package redoubt.engine.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import redoubt.fixtures.TinyModel;

/// JSON of a schema, said by a model of random weights: it knows nothing of JSON, so whatever holds
/// is held by the grammar.
class SchemaTest {
    private static final ObjectReader STRICT =
            JsonMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                    .build()
                    .reader();

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

    private static TinyEngine.Told ask(Constraint constraint, long seed) throws Exception {
        return TinyEngine.all(generation(constraint, seed));
    }

    private static Generation generation(Constraint constraint, long seed) {
        return engine.generate(
                new GenerationRequest(
                        "test",
                        Owner.interactive("form"),
                        new Prompt.Text("JSON"),
                        SamplingParameters.defaults().withTemperature(3f),
                        300,
                        List.of(),
                        seed,
                        constraint,
                        -1,
                        List.of(),
                        false));
    }

    private static String refusal(String schema) throws Exception {
        GenerationEvent.Failed failed = ask(new Constraint.JsonSchema(schema), 1).failed();
        assertEquals("invalid_request", failed.code());
        return failed.sentence();
    }

    @Nested
    class An_answer {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{\"type\":\"boolean\"}",
                    "{\"type\":\"integer\"}",
                    "{\"type\":\"integer\",\"minimum\":-17,\"maximum\":1203}",
                    "{\"type\":\"integer\",\"exclusiveMinimum\":99,\"exclusiveMaximum\":1000}",
                    "{\"type\":\"integer\",\"maximum\":-38}",
                    "{\"type\":\"integer\",\"minimum\":10}",
                    "{\"type\":\"integer\",\"minimum\":0.5,\"maximum\":1e30}",
                    "{\"type\":\"number\"}",
                    "{\"type\":\"number\",\"minimum\":0}",
                    "{\"type\":\"string\",\"minLength\":2,\"maxLength\":5}",
                    "{\"type\":\"string\",\"pattern\":\"^[A-Z]{2}-\\\\d{3}(x|yy)?$\"}",
                    "{\"type\":\"string\",\"pattern\":\"^(a*)*(\\\"|\\\\\\\\|\\\\n|[^a-z]){1,3}$\"}",
                    "{\"type\":\"string\",\"pattern\":\"^([0-9]|x+)+$|^$\"}",
                    "{\"type\":\"string\",\"format\":\"date\"}",
                    "{\"type\":\"string\",\"format\":\"time\"}",
                    "{\"type\":\"string\",\"format\":\"date-time\"}",
                    "{\"type\":\"string\",\"format\":\"uuid\"}",
                    "{\"enum\":[\"a\\\"b\\\\c\",1,null,{\"x\":[1,2]},\"é\\n\"]}",
                    "{\"const\":{\"deep\":[true,1.50]}}",
                    "{\"type\":[\"integer\",\"null\"]}",
                    "{\"type\":\"array\",\"items\":{\"type\":\"boolean\"},\"minItems\":2,\"maxItems\":4}",
                    "{\"type\":\"array\",\"items\":{\"type\":\"null\"},\"maxItems\":1}",
                    "{\"type\":\"array\",\"prefixItems\":[{\"type\":\"boolean\"},{\"type\":\"null\"}]}",
                    "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"boolean\"},\"b\":{\"type\":\"null\"},\"c\":{\"type\":\"integer\",\"minimum\":0,\"maximum\":9}},\"required\":[\"b\"]}",
                    "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"null\"},\"b\":{\"type\":\"null\"}},\"additionalProperties\":false}",
                    "{\"type\":\"object\",\"properties\":{\"q\\\"{\":{\"const\":1}},\"required\":[\"q\\\"{\",\"z\"],\"additionalProperties\":{\"type\":\"boolean\"}}",
                    "{\"type\":\"object\",\"additionalProperties\":{\"type\":\"boolean\"}}",
                    "{\"type\":\"object\",\"additionalProperties\":false}",
                    "{\"anyOf\":[{\"type\":\"null\"},{\"type\":\"array\",\"items\":{\"const\":7}}]}",
                    "{\"oneOf\":[{\"type\":\"object\",\"properties\":{\"kind\":{\"const\":\"a\"}},\"required\":[\"kind\"]},{\"type\":\"object\",\"properties\":{\"kind\":{\"const\":\"b\"},\"n\":{\"type\":\"null\"}},\"required\":[\"kind\"]}]}",
                    "{\"allOf\":[{\"$ref\":\"#/$defs/x\"}],\"$defs\":{\"x\":{\"type\":\"boolean\"}}}",
                    "{\"$ref\":\"#/$defs/tree\",\"$defs\":{\"tree\":{\"type\":\"object\",\"properties\":{\"leaf\":{\"type\":\"boolean\"},\"more\":{\"anyOf\":[{\"type\":\"null\"},{\"$ref\":\"#/$defs/tree\"}]}},\"required\":[\"leaf\",\"more\"]}}}"
                })
        void parses_and_fulfils_its_schema(String schema) throws Exception {
            JsonNode wanted = STRICT.readTree(schema);
            List<Generation> answers = new ArrayList<>();
            for (long seed = 1; seed <= 10; seed++) {
                answers.add(generation(new Constraint.JsonSchema(schema), seed));
            }
            int ended = 0;
            for (Generation answer : answers) {
                TinyEngine.Told told = TinyEngine.all(answer);
                if (told.finished().reason() == FinishReason.STOP) {
                    ended++;
                    assertTrue(
                            new SchemaCheck(wanted).fulfils(STRICT.readTree(told.text())),
                            () -> schema + " does not allow " + told.text());
                }
            }
            assertTrue(ended > 0, "no answer came to its end");
        }

        @Test
        void is_an_object_where_one_was_asked_for() throws Exception {
            int ended = 0;
            for (long seed = 1; seed <= 30; seed++) {
                TinyEngine.Told told = ask(new Constraint.JsonObject(), seed);
                if (told.finished().reason() == FinishReason.STOP) {
                    ended++;
                    assertTrue(STRICT.readTree(told.text()).isObject(), told.text());
                }
            }
            assertTrue(ended > 0, "no answer came to its end");
        }
    }

    @Nested
    class A_schema {
        @ParameterizedTest
        @CsvSource(
                delimiter = '~',
                quoteCharacter = '`',
                textBlock =
                        """
                        {"type":"object" ~ no JSON
                        [] ~ must be an object
                        false ~ must be an object
                        {"not":{}} ~ uses not
                        {"type":"array","uniqueItems":true} ~ uses uniqueItems
                        {"properties":{"a":{"properties":{"b":{"multipleOf":3}}}}} ~ at #/properties/a/properties/b it uses multipleOf
                        {"type":"number","maximum":3} ~ bounds a number
                        {"type":"integer","minimum":5,"maximum":4} ~ no whole number
                        {"type":"strin"} ~ type strin
                        {"$ref":"https://example.org/x"} ~ outside of the schema
                        {"$ref":"#/$defs/none"} ~ which is not there
                        {"$ref":"#"} ~ no text of the grammar ever ends
                        {"$ref":"#/$defs/a","$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}}} ~ no text of the grammar ever ends
                        {"type":"object","properties":{"a":{"$ref":"#"}},"required":["a"]} ~ no text of the grammar ever ends
                        {"enum":[]} ~ must be a list that is not empty
                        {"type":"string","enum":[1]} ~ no value that has its type
                        {"anyOf":[{"type":"null"}],"minLength":3} ~ beside anyOf
                        {"oneOf":[{"type":"integer"},{"type":"number"}]} ~ use anyOf
                        {"allOf":[{},{}]} ~ only one is possible
                        {"type":"string","format":"email"} ~ format other than
                        {"type":"string","pattern":"(?=a)"} ~ looks around
                        {"type":"string","pattern":"(a)\\\\1"} ~ escape \\1
                        {"type":"string","pattern":"^(a{0,1000000})$"} ~ more than 2000 times
                        {"type":"string","pattern":"(((a{1,2000}){1,2000}"} ~ does not close a group
                        {"type":"string","pattern":"a)"} ~ did not open
                        {"type":"string","pattern":"x**"} ~ repeats a repetition
                        {"type":"string","pattern":"[z-a]"} ~ ends before it begins
                        {"type":"string","maxLength":1000000} ~ from 0 to 2000
                        {"type":"array","minItems":3,"maxItems":2} ~ below its minItems
                        {"type":"array","items":{"type":"null"},"minItems":-1} ~ from 0 to 2000
                        {"type":"object","properties":{},"required":["x"],"additionalProperties":false} ~ requires the property x
                        """)
        void is_refused_with_its_place(String schema, String why) throws Exception {
            String sentence = refusal(schema.strip());
            assertTrue(sentence.contains(why.strip()), sentence);
        }

        @Test
        void is_refused_when_it_is_large() throws Exception {
            assertTrue(refusal("\"" + "x".repeat(300_000) + "\"").contains("262144"));
        }

        @Test
        void is_refused_when_it_nests_without_end() throws Exception {
            String sentence = refusal("{\"items\":".repeat(5000) + "{}" + "}".repeat(5000));
            assertTrue(sentence.contains("nested more than 64 deep"), sentence);
        }

        @Test
        void is_refused_when_what_it_refers_to_explodes() throws Exception {
            // Each definition holds the next one twice, through places of its own.
            String defs =
                    IntStream.range(0, 40)
                            .mapToObj(i ->
                                    "\"d%d\":{\"properties\":{\"a\":{\"$ref\":\"#/$defs/d%d\"},\"b\":{\"$ref\":\"#/$defs/d%d/properties/a\"}}}"
                                            .formatted(i, i + 1, i + 1))
                            .collect(Collectors.joining(","));
            String sentence =
                    refusal("{\"$ref\":\"#/$defs/d0\",\"$defs\":{" + defs + ",\"d40\":{}}}");
            assertTrue(sentence.contains("nested") || sentence.contains("not there"), sentence);
        }

        @Test
        void may_have_hundreds_of_properties() throws Exception {
            String properties =
                    IntStream.range(0, 400)
                            .mapToObj(i -> "\"p%d\":{\"type\":\"integer\"}".formatted(i))
                            .collect(Collectors.joining(","));
            TinyEngine.Told told =
                    ask(
                            new Constraint.JsonSchema(
                                    "{\"type\":\"object\",\"properties\":{" + properties + "}}"),
                            1);
            assertTrue(told.text().startsWith("{"), told.events().toString());
        }
    }
}
