package redoubt.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static redoubt.appliance.RunningAppliance.code;
import static redoubt.appliance.RunningAppliance.json;
import static redoubt.appliance.RunningAppliance.ok;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `/v1/responses` against the real service and a real engine.
class ResponsesTest {
    private static RunningAppliance appliance;

    @BeforeAll
    static void start() {
        appliance = RunningAppliance.shared();
    }

    private static HttpResponse<String> ask(String more) {
        return appliance.keySend(
                "POST", "/v1/responses", "{\"model\":\"tiny\",%s}".formatted(more));
    }

    private static HttpResponse<String> at(String method, String id) {
        return appliance.keySend(method, "/v1/responses/" + id, null);
    }

    private static List<JsonNode> events(String stream) throws Exception {
        List<JsonNode> events = new ArrayList<>();
        for (String line : stream.split("\n", -1))
            if (line.startsWith("data: {"))
                events.add(RunningAppliance.JSON.readTree(line.substring(6)));
        return events;
    }

    private static String text(JsonNode response) {
        return response.at("/output/0/content/0/text").asText();
    }

    @Nested
    class A_response {
        @Test
        void is_whole_kept_and_the_same_when_read_again() {
            JsonNode response =
                    ok(
                            ask(
                                    "\"input\":\"Hello\",\"max_output_tokens\":8,\"metadata\":{\"a\":\"b\"}"));
            assertEquals("incomplete", response.path("status").asText());
            assertEquals("max_output_tokens", response.at("/incomplete_details/reason").asText());
            assertEquals(8, response.at("/usage/output_tokens").asInt());
            assertFalse(text(response).isEmpty());
            assertTrue(response.at("/redoubt/seal").asLong() > 0);
            assertEquals(response, ok(at("GET", response.path("id").asText())));
        }

        @Test
        void goes_on_from_the_one_before_as_if_all_had_been_sent() {
            String more = ",\"max_output_tokens\":6,\"seed\":11";
            JsonNode first = ok(ask("\"input\":\"Hello\"" + more));
            JsonNode second =
                    ok(
                            ask(
                                    "\"input\":\"And then?\",\"previous_response_id\":\"%s\"%s"
                                            .formatted(first.path("id").asText(), more)));
            String all =
                    RunningAppliance.JSON
                            .createArrayNode()
                            .add(message("user", "Hello"))
                            .add(message("assistant", text(first)))
                            .add(message("user", "And then?"))
                            .toString();
            JsonNode sent = ok(ask("\"input\":" + all + more));
            assertEquals(text(sent), text(second));
            assertEquals(sent.at("/usage/input_tokens"), second.at("/usage/input_tokens"));
            // All but the last token was known, so it was the same prompt, token by token.
            assertEquals(
                    sent.at("/usage/input_tokens").asInt() - 1,
                    sent.at("/usage/input_tokens_details/cached_tokens").asInt());
        }

        private JsonNode message(String role, String text) {
            return RunningAppliance.JSON.createObjectNode().put("role", role).put("content", text);
        }

        @Test
        void of_somebody_else_looks_like_none() {
            String id = ok(ask("\"input\":\"x\",\"max_output_tokens\":2")).path("id").asText();
            String other = "Bearer " + appliance.newKey("staff");
            for (String method : List.of("GET", "DELETE")) {
                HttpResponse<String> response =
                        appliance.send(method, "/v1/responses/" + id, null, "Authorization", other);
                assertEquals(404, response.statusCode());
                assertEquals("response_not_found", code(response));
            }
            HttpResponse<String> on =
                    appliance.send(
                            "POST",
                            "/v1/responses",
                            "{\"model\":\"tiny\",\"input\":\"x\",\"previous_response_id\":\"%s\"}"
                                    .formatted(id),
                            "Authorization",
                            other);
            assertEquals("previous_response_not_found", code(on));
        }

        @Test
        void is_gone_when_it_was_deleted_and_so_is_its_answer() {
            JsonNode response = ok(ask("\"input\":\"x\",\"max_output_tokens\":2"));
            String id = response.path("id").asText();
            String output = response.at("/redoubt/output_id").asText();
            assertEquals(
                    200, appliance.keySend("GET", "/api/outputs/" + output, null).statusCode());
            assertTrue(ok(at("DELETE", id)).path("deleted").asBoolean());
            assertEquals(404, at("GET", id).statusCode());
            assertEquals(
                    404, appliance.keySend("GET", "/api/outputs/" + output, null).statusCode());
            assertEquals(
                    "previous_response_not_found",
                    code(ask("\"input\":\"x\",\"previous_response_id\":\"%s\"".formatted(id))));
        }

        @Test
        void takes_its_text_out_of_those_that_go_on_from_it() {
            JsonNode first = ok(ask("\"input\":\"x\",\"max_output_tokens\":4"));
            JsonNode next =
                    ok(
                            ask(
                                    "\"input\":\"y\",\"instructions\":\"z\",\"max_output_tokens\":4,\"previous_response_id\":"
                                            + first.path("id")));
            assertNotEquals("cannot be replayed", replay(next).path("verdict").asText());
            ok(at("DELETE", first.path("id").asText()));
            JsonNode after = replay(next);
            assertEquals("cannot be replayed", after.path("verdict").asText());
            assertTrue(after.path("difference").asText().contains("was deleted"), after.toString());
        }

        private static JsonNode replay(JsonNode response) {
            String output = response.at("/redoubt/output_id").asText();
            return ok(appliance.consoleSend("POST", "/api/outputs/" + output + "/replay", "{}"));
        }

        @Test
        void leaves_nothing_when_it_is_refused() throws Exception {
            ok(ask("\"input\":\"x\",\"max_output_tokens\":2"));
            long before = kept();
            // The engine says so, when the question has been written already.
            for (String refused :
                    List.of(
                            "\"input\":\"x\",\"grammar\":\"root ::= root\"",
                            "\"input\":\"x\",\"stream\":true,\"grammar\":\"root ::= root\"",
                            "\"input\":\"%s\"".formatted("word ".repeat(3000))))
                assertEquals(400, ask(refused).statusCode());
            assertEquals(before, kept());
        }

        private static long kept() throws Exception {
            try (var files = Files.walk(appliance.home().resolve("content"))) {
                return files.filter(Files::isRegularFile).count();
            }
        }

        @Test
        void is_not_kept_when_it_is_not_to_be() {
            String id =
                    ok(ask("\"input\":\"x\",\"max_output_tokens\":2,\"store\":false"))
                            .path("id")
                            .asText();
            assertEquals(404, at("GET", id).statusCode());
        }
    }

    @Nested
    class A_stream {
        @Test
        void is_numbered_events_that_come_to_the_same() throws Exception {
            String body = "\"input\":\"Hello\",\"max_output_tokens\":8,\"seed\":5";
            List<JsonNode> events = events(ask(body + ",\"stream\":true").body());
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < events.size(); i++) {
                assertEquals(i, events.get(i).path("sequence_number").asInt());
                if (events.get(i).path("type").asText().equals("response.output_text.delta"))
                    text.append(events.get(i).path("delta").asText());
            }
            assertEquals("response.created", events.getFirst().path("type").asText());
            assertEquals("response.incomplete", events.getLast().path("type").asText());
            assertEquals(text(ok(ask(body))), text.toString());
            JsonNode end = events.getLast().path("response");
            assertEquals(text.toString(), text(end));
            assertEquals(end, ok(at("GET", end.path("id").asText())));
        }

        @Test
        void is_taken_up_after_an_event() throws Exception {
            String body =
                    "\"input\":\"Hello\",\"max_output_tokens\":8,\"stream\":true,\"resumable\":true";
            List<JsonNode> all = events(ask(body).body());
            String id = all.getFirst().at("/response/id").asText();
            List<JsonNode> rest = events(at("GET", id + "?stream=true&starting_after=3").body());
            assertEquals(all.subList(4, all.size()), rest);
        }
    }

    @Test
    void one_in_the_background_is_stopped_and_keeps_what_was_said() throws Exception {
        JsonNode begun = ok(ask("\"input\":\"Hello\",\"background\":true"));
        String id = begun.path("id").asText();
        assertEquals("in_progress", begun.path("status").asText());
        JsonNode end = ok(at("POST", id + "/cancel"));
        assertTrue(
                List.of("cancelled", "completed", "incomplete")
                        .contains(end.path("status").asText()),
                end.toString());
        assertEquals(end, ok(at("GET", id)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "\"input\":\"x\",\"truncation\":\"auto\"; truncation",
                "\"input\":\"x\",\"reasoning\":{\"effort\":\"low\"}; reasoning",
                "\"input\":\"x\",\"include\":[\"file_search_call.results\"]; include",
                "\"input\":\"x\",\"tools\":[{\"type\":\"web_search\"}]; tools[0].type",
                "\"input\":[]; input",
                "\"input\":[{\"type\":\"item_reference\",\"id\":\"x\"}]; input[0].type",
                "\"input\":\"x\",\"background\":true,\"store\":false; background",
                "\"input\":\"x\",\"max_tokens\":4; max_tokens",
                "\"max_output_tokens\":4; input"
            })
    void what_cannot_be_done_is_refused_by_name(String more, String param) {
        HttpResponse<String> response = ask(more);
        assertEquals(400, response.statusCode(), response.body());
        assertEquals(param, json(response).at("/error/param").asText());
    }
}
