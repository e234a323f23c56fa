package redoubt.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static redoubt.appliance.RunningAppliance.chat;
import static redoubt.appliance.RunningAppliance.json;
import static redoubt.appliance.RunningAppliance.ok;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Anthropic's route against the real service and a real engine.
class MessagesTest {
    private static RunningAppliance appliance;

    @BeforeAll
    static void start() {
        appliance = RunningAppliance.shared();
    }

    private static HttpResponse<String> ask(String body) {
        return appliance.send(
                "POST",
                "/v1/messages",
                body,
                "x-api-key",
                appliance.staffKey(),
                "anthropic-version",
                "2023-06-01");
    }

    private static List<JsonNode> events(String stream) throws Exception {
        List<JsonNode> events = new ArrayList<>();
        String name = "";
        for (String line : stream.split("\n", -1)) {
            if (line.startsWith("event: ")) name = line.substring(7);
            if (line.startsWith("data: ")) {
                JsonNode event = RunningAppliance.JSON.readTree(line.substring(6));
                assertEquals(name, event.path("type").asText());
                events.add(event);
            }
        }
        return events;
    }

    @Nested
    class A_whole_answer {
        @Test
        void is_a_message_with_blocks_usage_and_a_receipt() {
            JsonNode message = ok(ask(chat("\"max_tokens\":8,\"seed\":7")));
            assertEquals("message", message.path("type").asText());
            assertEquals("assistant", message.path("role").asText());
            assertEquals("text", message.at("/content/0/type").asText());
            assertFalse(message.at("/content/0/text").asText().isEmpty());
            assertEquals("max_tokens", message.path("stop_reason").asText());
            assertTrue(message.path("stop_sequence").isNull());
            assertEquals(8, message.at("/usage/output_tokens").asInt());
            assertTrue(message.at("/redoubt/seal").asLong() > 0);
        }

        @Test
        void says_which_stop_sequence_ended_it() {
            String body = "\"max_tokens\":40,\"seed\":3,\"temperature\":0";
            String whole = ok(ask(chat(body))).at("/content/0/text").asText();
            String stop = whole.substring(4, 6);
            String sequences =
                    RunningAppliance.JSON.createArrayNode().add("never said").add(stop).toString();
            JsonNode stopped = ok(ask(chat(body + ",\"stop_sequences\":" + sequences)));
            assertEquals("stop_sequence", stopped.path("stop_reason").asText());
            assertEquals(stop, stopped.path("stop_sequence").asText());
        }

        @Test
        void is_the_same_that_openais_route_gives() {
            String body = chat("\"max_tokens\":12,\"seed\":42");
            JsonNode other = ok(appliance.keySend("POST", "/v1/chat/completions", body));
            assertEquals(
                    other.at("/choices/0/message/content"), ok(ask(body)).at("/content/0/text"));
        }
    }

    @Test
    void a_stream_is_named_events_that_come_to_the_same() throws Exception {
        String body = "\"max_tokens\":12,\"seed\":42";
        List<JsonNode> events = events(ask(chat(body + ",\"stream\":true")).body());
        assertEquals("message_start", events.getFirst().path("type").asText());
        assertEquals("message_stop", events.getLast().path("type").asText());
        StringBuilder text = new StringBuilder();
        for (JsonNode event : events)
            if (event.path("type").asText().equals("content_block_delta"))
                text.append(event.at("/delta/text").asText());
        assertEquals(ok(ask(chat(body))).at("/content/0/text").asText(), text.toString());
        JsonNode end = events.get(events.size() - 2);
        assertEquals("max_tokens", end.at("/delta/stop_reason").asText());
        assertEquals(12, end.at("/usage/output_tokens").asInt());
        assertTrue(end.at("/redoubt/seal").asLong() > 0);
    }

    @Test
    void a_conversation_with_tools_is_read() {
        JsonNode message =
                ok(
                        ask(
                                """
                                {"model":"tiny","max_tokens":4,
                                 "system":[{"type":"text","text":"Be brief.","cache_control":{"type":"ephemeral"}}],
                                 "messages":[
                                  {"role":"user","content":[{"type":"text","text":"Weather?"}]},
                                  {"role":"assistant","content":[
                                    {"type":"text","text":"I look."},
                                    {"type":"thinking","thinking":"Hm.","signature":""}]},
                                  {"role":"user","content":[{"type":"text","text":"Well?"}]}]}
                                """));
        assertEquals(4, message.at("/usage/output_tokens").asInt());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "\"max_tokens\":2,\"container\":\"x\"; container",
                "\"max_tokens\":2,\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":1024}; thinking",
                "\"max_tokens\":2,\"tools\":[{\"type\":\"bash_20250124\",\"name\":\"bash\"}]; tools[0].type",
                "\"max_tokens\":2,\"tools\":[{\"name\":\"a\"}]; tools[0].input_schema",
                "\"max_tokens\":2,\"tool_choice\":{\"type\":\"any\"}; tool_choice",
                "\"max_tokens\":2,\"stop\":\"x\"; stop",
                "\"max_tokens\":2,\"thread\":{\"type\":\"create\"}; thread",
                "\"temperature\":1; max_tokens"
            })
    void what_cannot_be_done_is_refused_by_name_in_anthropics_shape(String more, String param) {
        HttpResponse<String> response = ask(chat(more));
        assertEquals(400, response.statusCode(), response.body());
        assertEquals("error", json(response).path("type").asText());
        assertEquals("invalid_request_error", json(response).at("/error/type").asText());
        assertEquals(param, json(response).at("/error/param").asText());
    }
}
