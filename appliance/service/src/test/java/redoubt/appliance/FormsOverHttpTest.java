package redoubt.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static redoubt.appliance.RunningAppliance.chat;
import static redoubt.appliance.RunningAppliance.code;
import static redoubt.appliance.RunningAppliance.json;
import static redoubt.appliance.RunningAppliance.ok;

import java.net.http.HttpResponse;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Forms of answers, and prompts of tokens, as programs send them: what works, and what would
/// explode.
class FormsOverHttpTest {
    private static RunningAppliance appliance;

    @BeforeAll
    static void start() {
        appliance = RunningAppliance.shared();
    }

    private static HttpResponse<String> ask(String fields) {
        return appliance.keySend(
                "POST", "/v1/chat/completions", chat("\"max_tokens\":60,\"seed\":3," + fields));
    }

    private static void refused(HttpResponse<String> response) {
        assertEquals(400, response.statusCode(), response.body());
        assertEquals("invalid_request", code(response), response.body());
        assertEquals(200, ask("\"temperature\":0").statusCode(), "and others are answered");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"json_object\"}",
                "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a\",\"schema\":{\"type\":\"object\"}}}",
                "{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a\",\"schema\":{\"type\":\"object\",\"properties\":{\"a\":{}},\"required\":[\"a\"]}}}"
            })
    void json_that_nobody_described_further_is_answered_in_a_chat(String format) {
        String content =
                ok(ask("\"response_format\":" + format)).at("/choices/0/message/content").asText();
        // An untrained model may go on for long, so this may be only the beginning of it.
        assertTrue(content.startsWith("{"), content);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"string\",\"pattern\":\"^(a|b\"}",
                "{\"type\":\"string\",\"pattern\":\"(?=a)b\"}",
                "{\"$ref\":\"#\"}",
                "{\"$ref\":\"#/$defs/nothing\"}",
                "{\"type\":\"array\",\"uniqueItems\":true}"
            })
    void a_schema_that_explodes_or_cannot_be_kept_is_refused(String schema) {
        refused(
                ask(
                        "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a\",\"schema\":%s}}"
                                .formatted(schema)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"json_schema\":{\"type\":\"array\",\"minItems\":2000,\"items\":{\"type\":\"array\",\"minItems\":2000,\"items\":{\"type\":\"array\",\"minItems\":2000,\"items\":{\"enum\":[1]}}}}",
                "\"json_schema\":{\"type\":\"string\",\"pattern\":\"^((a{2000}){2000}){2000}$\"}",
                "\"grammar\":\"root ::= (((\\\"a\\\"{2000}){2000}){2000})\""
            })
    void repetitions_of_repetitions_cost_what_is_said_and_no_more(String form) {
        assertEquals(60, ok(ask(form)).at("/usage/completion_tokens").asInt());
    }

    @Test
    void a_schema_of_too_many_alternatives_is_refused() {
        String many =
                IntStream.range(0, 600)
                        .mapToObj("{\"const\":%d}"::formatted)
                        .collect(Collectors.joining(","));
        refused(ask("\"json_schema\":{\"anyOf\":[" + many + "]}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "root ::= root \\\"a\\\" | \\\"b\\\"",
                "root ::= a\\na ::= b\\nb ::= a",
                "root ::= (",
                "nothing"
            })
    void a_grammar_that_explodes_or_never_ends_is_refused(String grammar) {
        refused(ask("\"grammar\":\"" + grammar + "\""));
    }

    @ParameterizedTest
    @CsvSource({"1000000, 0 to", "2147483647, 0 to", "2, steers the model"})
    void a_prompt_of_tokens_that_the_model_does_not_have_is_refused(int token, String why) {
        HttpResponse<String> response =
                appliance.keySend(
                        "POST",
                        "/v1/completions",
                        "{\"model\":\"tiny\",\"prompt\":[70,%d],\"max_tokens\":2}"
                                .formatted(token));
        refused(response);
        assertTrue(json(response).at("/error/message").asText().contains(why), response.body());
    }
}
