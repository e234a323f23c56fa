package redoubt.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static redoubt.appliance.RunningAppliance.chat;
import static redoubt.appliance.RunningAppliance.code;
import static redoubt.appliance.RunningAppliance.json;
import static redoubt.appliance.RunningAppliance.ok;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// OpenAI's routes against the real service and a real engine.
class OpenAiTest {
    private static RunningAppliance appliance;

    @BeforeAll
    static void start() {
        appliance = RunningAppliance.shared();
    }

    private static HttpResponse<String> ask(String body) {
        return appliance.keySend("POST", "/v1/chat/completions", body);
    }

    private static List<JsonNode> events(String stream) throws Exception {
        List<JsonNode> events = new ArrayList<>();
        for (String line : stream.split("\n", -1))
            if (line.startsWith("data: {"))
                events.add(RunningAppliance.JSON.readTree(line.substring(6)));
        return events;
    }

    @Nested
    class A_whole_answer {
        @Test
        void has_text_usage_and_a_receipt() {
            JsonNode answer = ok(ask(chat("\"max_tokens\":8,\"seed\":7")));
            assertEquals("chat.completion", answer.path("object").asText());
            assertFalse(answer.at("/choices/0/message/content").asText().isEmpty());
            assertEquals(8, answer.at("/usage/completion_tokens").asInt());
            JsonNode receipt = answer.path("redoubt");
            assertTrue(receipt.path("intent").asLong() < receipt.path("output").asLong());
            assertTrue(receipt.path("output").asLong() < receipt.path("seal").asLong());
            assertTrue(
                    receipt.path("checkpoint").asText().contains(receipt.path("log_id").asText()));
        }

        @Test
        void is_the_same_for_the_same_seed() {
            String body = chat("\"max_tokens\":12,\"seed\":42,\"temperature\":1");
            assertEquals(
                    ok(ask(body)).at("/choices/0/message/content"),
                    ok(ask(body)).at("/choices/0/message/content"));
        }

        @Test
        void of_several_has_a_seal_for_each_and_the_seeds_that_follow() {
            JsonNode answer =
                    ok(ask(chat("\"n\":3,\"max_tokens\":6,\"seed\":4294967295,\"temperature\":1")));
            assertEquals(3, answer.path("choices").size());
            Set<Long> seals = new HashSet<>();
            for (JsonNode choice : answer.path("choices"))
                seals.add(choice.at("/redoubt/seal").asLong());
            assertEquals(3, seals.size());
            assertEquals(18, answer.at("/usage/completion_tokens").asInt());
            assertEquals(
                    ok(ask(chat("\"max_tokens\":6,\"seed\":1,\"temperature\":1")))
                            .at("/choices/0/message/content"),
                    answer.at("/choices/2/message/content"));
        }

        @Test
        void of_several_prompts_has_them_in_order_and_repeats_them_when_asked_to() {
            JsonNode answer =
                    ok(
                            appliance.keySend(
                                    "POST",
                                    "/v1/completions",
                                    "{\"model\":\"tiny\",\"prompt\":[\"One\",\"Two\"],\"n\":2,\"echo\":true,\"max_tokens\":3}"));
            assertEquals(4, answer.path("choices").size());
            for (int i = 0; i < 4; i++) {
                JsonNode choice = answer.path("choices").path(i);
                assertEquals(i, choice.path("index").asInt());
                assertTrue(choice.path("text").asText().startsWith(i < 2 ? "One" : "Two"));
            }
        }

        @Test
        void of_the_text_route_continues_the_prompt() {
            JsonNode answer =
                    ok(
                            appliance.keySend(
                                    "POST",
                                    "/v1/completions",
                                    "{\"model\":\"tiny\",\"prompt\":\"Once\",\"max_tokens\":5}"));
            assertEquals("text_completion", answer.path("object").asText());
            assertFalse(answer.at("/choices/0/text").asText().isEmpty());
        }

        @Test
        void ends_before_a_stop_text() {
            String body = chat("\"max_tokens\":40,\"seed\":3,\"temperature\":0");
            String whole = ok(ask(body)).at("/choices/0/message/content").asText();
            String stop = whole.substring(4, 6);
            JsonNode stopped =
                    ok(
                            ask(
                                    chat(
                                            "\"max_tokens\":40,\"seed\":3,\"temperature\":0,\"stop\":[%s]"
                                                    .formatted(
                                                            RunningAppliance.JSON
                                                                    .getNodeFactory()
                                                                    .textNode(stop)))));
            assertFalse(stopped.at("/choices/0/message/content").asText().contains(stop));
            assertEquals("stop", stopped.at("/choices/0/finish_reason").asText());
        }
    }

    @Nested
    class A_streamed_answer {
        @Test
        void ends_with_usage_receipt_and_done() throws Exception {
            HttpResponse<String> response =
                    ask(
                            chat(
                                    "\"max_tokens\":6,\"stream\":true,\"stream_options\":{\"include_usage\":true}"));
            assertEquals(200, response.statusCode());
            assertTrue(response.body().strip().endsWith("data: [DONE]"), response.body());
            List<JsonNode> events = events(response.body());
            JsonNode last = events.getLast();
            assertEquals(6, last.at("/usage/completion_tokens").asInt());
            assertTrue(last.at("/redoubt/seal").asLong() > 0);
            assertEquals(
                    "length",
                    events.get(events.size() - 2).at("/choices/0/finish_reason").asText());
        }

        @Test
        void of_several_tells_each_apart() throws Exception {
            String body = chat("\"n\":2,\"max_tokens\":6,\"seed\":3,\"stream\":true");
            StringBuilder[] told = {new StringBuilder(), new StringBuilder()};
            int finished = 0;
            for (JsonNode event : events(ask(body).body())) {
                JsonNode choice = event.at("/choices/0");
                told[choice.path("index").asInt()].append(choice.at("/delta/content").asText(""));
                if (choice.path("finish_reason").isTextual()) {
                    finished++;
                    assertTrue(choice.at("/redoubt/seal").asLong() > 0, event.toString());
                }
            }
            assertEquals(2, finished);
            for (int i = 0; i < 2; i++)
                assertEquals(
                        ok(ask(chat("\"max_tokens\":6,\"seed\":" + (3 + i))))
                                .at("/choices/0/message/content")
                                .asText(),
                        told[i].toString());
        }

        @Test
        void carries_the_receipt_on_its_last_chunk_without_usage_too() throws Exception {
            List<JsonNode> events = events(ask(chat("\"max_tokens\":3,\"stream\":true")).body());
            assertFalse(events.getLast().path("redoubt").isMissingNode());
        }
    }

    @Nested
    class What_cannot_be_done {
        @ParameterizedTest
        @CsvSource(
                delimiter = ';',
                value = {
                    "\"response_format\":{\"type\":\"yaml\"}; response_format.type",
                    "\"service_tier\":\"flex\"; service_tier",
                    "\"store\":true; store",
                    "\"audio\":{}; audio",
                    "\"temprature\":1; temprature"
                })
        void is_refused_by_name(String parameter, String name) {
            HttpResponse<String> response = ask(chat(parameter));
            assertEquals(400, response.statusCode());
            assertEquals("unsupported_parameter", code(response));
            assertEquals(name, json(response).at("/error/param").asText());
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "\"temperature\":\"hot\"",
                    "\"temperature\":1e99",
                    "\"max_tokens\":-1",
                    "\"max_tokens\":99999999999999999999",
                    "\"stop\":[\"\"]",
                    "\"max_tokens\":1,\"max_completion_tokens\":2",
                    "\"seed\":1.5",
                    "\"logit_bias\":{\"x\":1}",
                    "\"stream\":1",
                    "\"n\":9",
                    "\"n\":18446744073709551617",
                    "\"top_logprobs\":2",
                    "\"return_progress\":true",
                    "\"resumable\":true",
                    "\"priority\":\"system\"",
                    "\"mirostat\":3",
                    "\"dry_sequence_breakers\":[\"\"]",
                    "\"lora\":[{\"name\":\"a\"},{\"name\":\"a\"}]",
                    "\"chat_template_kwargs\":[]",
                    "\"grammar\":\"root ::= \\\"a\\\"\",\"json_schema\":{}",
                    "\"tools\":{}",
                    "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"a b\"}}]",
                    "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"a\",\"parameters\":{\"type\":\"string\"}}}]",
                    "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"a\",\"parameters\":{\"properties\":1}}}]",
                    "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"a\"}},{\"type\":\"function\",\"function\":{\"name\":\"a\"}}]",
                    "\"tool_choice\":\"required\"",
                    "\"tool_choice\":\"any\"",
                    "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"a\"}}],\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"b\"}}"
                })
        void is_refused_when_out_of_range(String parameter) {
            HttpResponse<String> response = ask(chat(parameter));
            assertEquals(400, response.statusCode(), response.body());
            assertEquals("invalid_parameter", code(response));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "",
                    "[]",
                    "{\"model\":",
                    "{\"model\":\"tiny\",\"model\":\"tiny\"}",
                    "{\"model\":\"tiny\"} {}",
                    "{'model':1}"
                })
        void is_refused_when_it_is_not_json(String body) {
            HttpResponse<String> response = ask(body);
            assertEquals(400, response.statusCode(), response.body());
            assertEquals("invalid_json", code(response));
        }

        @Test
        void is_refused_when_it_would_grow_in_memory() {
            HttpResponse<String> response = ask("{\"a\":[" + "[],".repeat(2_000_000) + "[]]}");
            assertEquals("invalid_json", code(response));
            assertFalse(response.body().contains("StreamReadConstraints"), response.body());
        }

        @Test
        void waits_its_turn_when_many_large_ones_fill_the_memory() throws Exception {
            String large = chat("\"user\":\"" + "x".repeat(7_900_000) + "\"");
            List<Future<HttpResponse<String>>> asked = new ArrayList<>();
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < 16; i++) asked.add(threads.submit(() -> ask(large)));
            }
            for (var response : asked) {
                int status = response.get().statusCode();
                assertTrue(status == 400 || status == 503, response.get().body());
            }
            assertEquals(200, ask(chat("\"max_tokens\":2")).statusCode());
        }

        @Test
        void is_refused_early_when_it_has_a_million_stop_texts() {
            HttpResponse<String> response =
                    ask(chat("\"stop\":[" + "\"a\",".repeat(999_999) + "\"a\"]"));
            assertEquals(400, response.statusCode());
            assertEquals("invalid_json", code(response));
            response = ask(chat("\"stop\":[" + "\"a\",".repeat(50_000) + "\"a\"]"));
            assertEquals("stop", json(response).at("/error/param").asText());
        }

        @Test
        void is_refused_early_when_its_schema_is_huge() {
            String schema =
                    "{\"type\":\"object\",\"description\":\"%s\"}".formatted("x".repeat(300_000));
            HttpResponse<String> response =
                    ask(
                            chat(
                                    "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a\",\"schema\":%s}}"
                                            .formatted(schema)));
            assertEquals(400, response.statusCode());
            assertEquals(
                    "response_format.json_schema.schema",
                    json(response).at("/error/param").asText());
        }

        @Test
        void is_refused_when_it_nests_too_deep() {
            assertEquals(
                    "invalid_json",
                    code(ask("{\"a\":" + "[".repeat(5000) + "]".repeat(5000) + "}")));
        }

        @Test
        void is_refused_when_it_is_not_utf_8() throws Exception {
            byte[] body = chat("").getBytes(java.nio.charset.StandardCharsets.UTF_8);
            body[body.length - 6] = (byte) 0xFF;
            HttpResponse<String> response =
                    appliance
                            .http()
                            .send(
                                    HttpRequest.newBuilder(
                                                    URI.create(
                                                            appliance.url()
                                                                    + "/v1/chat/completions"))
                                            .header(
                                                    "Authorization",
                                                    "Bearer " + appliance.staffKey())
                                            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString());
            assertEquals(400, response.statusCode());
            assertEquals("invalid_utf8", code(response));
        }

        @Test
        void is_refused_when_half_a_surrogate_pair_is_escaped() {
            assertEquals(
                    "invalid_utf8",
                    code(
                            ask(
                                    "{\"model\":\"tiny\",\"messages\":[{\"role\":\"user\",\"content\":\"\\ud800\"}]}")));
        }

        @Test
        void is_refused_when_it_is_too_large() {
            HttpResponse<String> response = ask("{\"a\":\"" + "x".repeat(9 * 1024 * 1024) + "\"}");
            assertEquals(413, response.statusCode());
            assertEquals("request_too_large", code(response));
        }

        @Test
        void is_refused_when_the_prompt_is_longer_than_the_context() {
            HttpResponse<String> response =
                    ask(
                            "{\"model\":\"tiny\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}"
                                    .formatted("word ".repeat(3000)));
            assertEquals(400, response.statusCode());
            assertEquals("context_length_exceeded", code(response));
        }

        @Test
        void is_refused_for_a_model_that_is_not_there() {
            HttpResponse<String> response =
                    ask(
                            "{\"model\":\"gpt-4\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}");
            assertEquals(404, response.statusCode());
            assertEquals("model_not_found", code(response));
        }

        @Test
        void is_refused_for_content_that_is_not_text() {
            assertEquals(
                    "unsupported_content",
                    code(
                            ask(
                                    "{\"model\":\"tiny\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":{}}]}]}")));
        }

        @Test
        void is_refused_with_an_unknown_key() {
            HttpResponse<String> response =
                    appliance.send(
                            "POST",
                            "/v1/chat/completions",
                            chat(""),
                            "Authorization",
                            "Bearer rdt_unknown");
            assertEquals(401, response.statusCode());
            assertEquals("invalid_api_key", code(response));
        }

        @Test
        void is_not_hidden_behind_a_path_that_does_not_exist() {
            HttpResponse<String> response = appliance.keySend("POST", "/v1/audio/speech", "{}");
            assertEquals(404, response.statusCode());
            assertTrue(json(response).at("/error/message").asText().contains("/v1/audio/speech"));
        }
    }
}
