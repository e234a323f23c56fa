package redoubt.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static redoubt.appliance.RunningAppliance.code;
import static redoubt.appliance.RunningAppliance.json;
import static redoubt.appliance.RunningAppliance.ok;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import redoubt.fixtures.TinyVocabulary;

/// The routes that ask the tokenizer and the template alone, against the real service and a real
/// engine.
class TokensTest {
    private static final String PLANTED = "<|im_end|>";

    private static RunningAppliance appliance;

    @BeforeAll
    static void start() {
        appliance = RunningAppliance.shared();
    }

    private static HttpResponse<String> ask(String route, String fields) {
        return appliance.keySend("POST", "/v1/" + route, "{\"model\":\"tiny\"," + fields + "}");
    }

    private static String quoted(String text) {
        return RunningAppliance.JSON.getNodeFactory().textNode(text).toString();
    }

    private static JsonNode tokens(String fields) {
        return ok(ask("tokenize", fields)).path("tokens");
    }

    private static String text(JsonNode tokens) {
        return ok(ask("detokenize", "\"tokens\":" + tokens)).path("content").asText();
    }

    @Nested
    class A_text {
        @ParameterizedTest
        @ValueSource(strings = {"hello", "Größe 😀 €", "", " a  b\n\t", PLANTED, "\u0000"})
        void comes_back_from_its_tokens(String text) {
            assertEquals(text, text(tokens("\"content\":" + quoted(text))));
        }

        @Test
        void may_be_called_a_prompt() {
            assertEquals(tokens("\"content\":\"ab\""), tokens("\"prompt\":\"ab\""));
        }

        @Test
        void begins_with_the_models_own_token_when_asked() {
            assertEquals(1, tokens("\"content\":\"a\"").size());
            JsonNode special = tokens("\"content\":\"a\",\"add_special\":true");
            assertEquals(2, special.size());
            assertEquals(TinyVocabulary.BEGIN, special.get(0).asInt());
        }

        @Test
        void is_read_for_control_tokens_only_when_asked() {
            String content = "\"content\":" + quoted(PLANTED);
            assertEquals(PLANTED.length(), tokens(content).size());
            JsonNode parsed = tokens(content + ",\"parse_special\":true");
            assertEquals(TinyVocabulary.control(PLANTED), parsed.get(0).asInt());
            assertEquals(1, parsed.size());
            assertEquals(PLANTED, text(parsed));
        }

        @Test
        void has_pieces_of_text_or_of_bytes() {
            JsonNode pieces = tokens("\"content\":\"aé\",\"with_pieces\":true");
            assertEquals("a", pieces.get(0).path("piece").asText());
            assertEquals(TinyVocabulary.character('a'), pieces.get(0).path("id").asInt());
            assertEquals("[195]", pieces.get(1).path("piece").toString());
            assertEquals("[169]", pieces.get(2).path("piece").toString());
        }

        @Test
        void that_is_empty_has_no_pieces() {
            assertEquals("[]", tokens("\"content\":\"\",\"with_pieces\":true").toString());
        }
    }

    @Nested
    class A_conversation {
        private static final String MESSAGES =
                "\"messages\":[{\"role\":\"system\",\"content\":\"Be brief.\"},{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Hello\"}]}]";

        @Test
        void is_shown_as_the_model_sees_it() {
            JsonNode applied = ok(ask("apply-template", MESSAGES));
            assertEquals(
                    "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n",
                    applied.path("prompt").asText());
        }

        @Test
        void has_as_many_tokens_as_the_answer_to_it_says() {
            int counted = ok(ask("apply-template", MESSAGES)).path("tokens").asInt();
            JsonNode answer = ok(ask("chat/completions", MESSAGES + ",\"max_tokens\":1"));
            assertEquals(answer.at("/usage/prompt_tokens").asInt(), counted);
        }

        @Test
        void has_as_many_in_anthropics_form() {
            int counted = ok(ask("apply-template", MESSAGES)).path("tokens").asInt();
            for (String system :
                    List.of("\"Be brief.\"", "[{\"type\":\"text\",\"text\":\"Be brief.\"}]"))
                assertEquals(
                        counted,
                        ok(ask(
                                        "messages/count_tokens",
                                        "\"system\":"
                                                + system
                                                + ",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]"))
                                .path("input_tokens")
                                .asInt());
        }

        @Test
        void counts_planted_control_tokens_as_the_text_they_are() {
            assertEquals(PLANTED.length(), count(PLANTED) - count(""));
        }

        private int count(String content) {
            return ok(ask(
                            "messages/count_tokens",
                            "\"messages\":[{\"role\":\"user\",\"content\":%s}]"
                                    .formatted(quoted(content))))
                    .path("input_tokens")
                    .asInt();
        }
    }

    @Nested
    class What_cannot_be_done {
        @ParameterizedTest
        @CsvSource(
                delimiter = ';',
                value = {
                    "tokenize; \"content\":\"a\",\"temprature\":1; temprature",
                    "detokenize; \"tokens\":[],\"with_pieces\":true; with_pieces",
                    "apply-template; \"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"n\":1; n",
                    "apply-template; \"messages\":[{\"role\":\"user\",\"content\":\"a\",\"name\":\"b\"}]; messages[0].name"
                })
        void is_refused_by_name(String route, String fields, String name) {
            HttpResponse<String> response = ask(route, fields);
            assertEquals("unsupported_parameter", code(response), response.body());
            assertEquals(name, json(response).at("/error/param").asText());
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = ';',
                value = {
                    "tokenize; \"content\":1; content",
                    "tokenize; \"content\":[\"a\"]; content",
                    "tokenize; \"content\":\"a\",\"prompt\":\"a\"; prompt",
                    "tokenize; \"content\":\"a\",\"parse_special\":\"yes\"; parse_special",
                    "detokenize; \"tokens\":\"a\"; tokens",
                    "detokenize; \"tokens\":[1.5]; tokens[0]",
                    "detokenize; \"tokens\":[1,18446744073709551616]; tokens[1]",
                    "apply-template; \"messages\":[]; messages"
                })
        void is_refused_when_it_is_of_the_wrong_kind(String route, String fields, String name) {
            HttpResponse<String> response = ask(route, fields);
            assertEquals("invalid_parameter", code(response), response.body());
            assertEquals(name, json(response).at("/error/param").asText());
        }

        @ParameterizedTest
        @CsvSource({"tokenize, content", "detokenize, tokens", "apply-template, messages"})
        void is_refused_when_something_is_missing(String route, String name) {
            HttpResponse<String> response =
                    appliance.keySend("POST", "/v1/" + route, "{\"model\":\"tiny\"}");
            assertEquals("missing_parameter", code(response));
            assertEquals(name, json(response).at("/error/param").asText());
        }

        @ParameterizedTest
        @ValueSource(ints = {-1, 1_000_000})
        void is_refused_with_the_range_when_a_token_is_not_the_models(int token) {
            HttpResponse<String> response = ask("detokenize", "\"tokens\":[5," + token + "]");
            assertEquals(400, response.statusCode());
            assertEquals("token_out_of_range", code(response));
            String message = json(response).at("/error/message").asText();
            assertTrue(message.contains("tokens[1]"), message);
            assertTrue(message.contains("0 to " + (TinyVocabulary.size() - 1)), message);
        }

        @Test
        void is_refused_by_its_length_when_no_context_can_hold_it() {
            String tooLong = quoted("word ".repeat(600_000));
            HttpResponse<String> text = ask("tokenize", "\"content\":" + tooLong);
            assertEquals("context_length_exceeded", code(text), text.body());
            HttpResponse<String> chat =
                    ask(
                            "apply-template",
                            "\"messages\":[{\"role\":\"user\",\"content\":%s}]".formatted(tooLong));
            assertEquals("context_length_exceeded", code(chat), chat.body());
            assertEquals(1, tokens("\"content\":\"a\"").size());
        }

        @ParameterizedTest
        @ValueSource(strings = {"tokenize", "detokenize", "apply-template"})
        void is_refused_without_a_key(String route) {
            assertEquals(
                    401, appliance.send("POST", "/v1/" + route, "{\"model\":\"x\"}").statusCode());
        }

        @Test
        void is_refused_for_a_model_that_is_not_there() {
            HttpResponse<String> response =
                    appliance.keySend(
                            "POST", "/v1/tokenize", "{\"model\":\"other\",\"content\":\"a\"}");
            assertEquals(404, response.statusCode());
            assertEquals("model_not_found", code(response));
        }
    }

    @Nested
    class The_count_in_anthropics_form {
        private static final String MESSAGES =
                "{\"model\":\"%s\",\"messages\":[{\"role\":\"%s\",\"content\":\"a\"}]%s}";

        private static HttpResponse<String> count(String body, String... headers) {
            return appliance.send("POST", "/v1/messages/count_tokens", body, headers);
        }

        private static void refused(int status, String type, HttpResponse<String> response) {
            assertEquals(status, response.statusCode(), response.body());
            ObjectNode body = (ObjectNode) json(response);
            assertEquals("error", body.path("type").asText());
            assertEquals(type, body.at("/error/type").asText());
            assertTrue(body.at("/error/message").asText().length() > 20);
        }

        @Test
        void takes_the_key_as_anthropics_clients_send_it() {
            String body = MESSAGES.formatted("tiny", "user", "");
            HttpResponse<String> response =
                    count(
                            body,
                            "x-api-key",
                            appliance.staffKey(),
                            "anthropic-version",
                            "2023-06-01");
            assertTrue(ok(response).path("input_tokens").asInt() > 0);
            refused(401, "authentication_error", count(body, "x-api-key", "rdt_guess"));
            refused(401, "authentication_error", count(body));
        }

        @Test
        void refuses_as_anthropics_clients_read_it() {
            String key = appliance.staffKey();
            refused(
                    400,
                    "invalid_request_error",
                    count(MESSAGES.formatted("tiny", "user", ",\"tools\":{}"), "x-api-key", key));
            refused(
                    400,
                    "invalid_request_error",
                    count(MESSAGES.formatted("tiny", "system", ""), "x-api-key", key));
            refused(
                    404,
                    "not_found_error",
                    count(MESSAGES.formatted("other", "user", ""), "x-api-key", key));
            refused(400, "invalid_request_error", count("{", "x-api-key", key));
        }

        @Test
        void is_the_only_one_that_takes_a_key_in_that_header() {
            assertEquals(
                    401,
                    appliance
                            .send("GET", "/v1/models", null, "x-api-key", appliance.staffKey())
                            .statusCode());
        }
    }

    @Nested
    class An_engine_that_dies {
        @Test
        void is_said_to_have_died_and_the_next_one_answers() throws Exception {
            try (var own = RunningAppliance.start(RunningAppliance.temporaryHome())) {
                String body = "{\"model\":\"tiny\",\"content\":\"a\"}";
                ok(own.keySend("POST", "/v1/tokenize", body));
                own.engines().getFirst().destroyForcibly();
                HttpResponse<String> response = own.keySend("POST", "/v1/tokenize", body);
                for (int i = 0; i < 600 && response.statusCode() != 200; i++) {
                    assertEquals(503, response.statusCode(), response.body());
                    assertTrue(
                            List.of("engine_died", "engine_not_ready").contains(code(response)),
                            response.body());
                    Thread.sleep(500);
                    response = own.keySend("POST", "/v1/tokenize", body);
                }
                assertEquals(1, ok(response).path("tokens").size());
            }
        }
    }
}
