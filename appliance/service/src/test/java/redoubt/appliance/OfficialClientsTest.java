package redoubt.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The official clients of OpenAI and Anthropic, unchanged, as pinned in `src/test/clients`.
class OfficialClientsTest {
    private static RunningAppliance appliance;
    private static OfficialClients clients;

    @BeforeAll
    static void start() throws Exception {
        clients = OfficialClients.fetched();
        appliance = RunningAppliance.shared();
    }

    private static JsonNode python(String script) throws Exception {
        return clients.python(script, appliance);
    }

    private static JsonNode node(String script) throws Exception {
        return clients.node(script, appliance);
    }

    /// A whole answer, and the same one streamed.
    private static void answers(JsonNode seen) {
        assertFalse(seen.path("whole").asText().isEmpty());
        assertEquals(8, seen.path("tokens").asInt());
        assertTrue(seen.path("seal").asLong() > 0);
        assertEquals(seen.path("whole"), seen.path("streamed"));
    }

    private static void sealsItsStream(JsonNode seen) {
        assertEquals(8, seen.path("streamedTokens").asInt());
        assertTrue(seen.path("streamedSeal").asLong() > seen.path("seal").asLong());
    }

    private static void chats(JsonNode seen) {
        answers(seen);
        sealsItsStream(seen);
        assertEquals("tiny", seen.at("/models/0").asText());
        assertFalse(seen.path("text").asText().isEmpty());
        assertEquals("BadRequestError", seen.at("/refused/kind").asText());
        assertEquals("invalid_parameter", seen.at("/refused/code").asText());
        assertEquals("n", seen.at("/refused/param").asText());
    }

    private static void responds(JsonNode seen) {
        answers(seen);
        assertEquals(seen.path("whole"), seen.path("lastText"));
        assertEquals(seen.path("whole"), seen.path("retrieved"));
        assertTrue(seen.path("last").asText().startsWith("resp_"));
        assertTrue(seen.path("previous").asBoolean());
        assertEquals("NotFoundError", seen.at("/refused/kind").asText());
        assertEquals("response_not_found", seen.at("/refused/code").asText());
    }

    private static void sendsMessages(JsonNode seen) {
        answers(seen);
        sealsItsStream(seen);
        assertEquals("max_tokens", seen.path("stop").asText());
        assertEquals(seen.path("count"), seen.path("inputs"));
        assertEquals("BadRequestError", seen.at("/refused/kind").asText());
        assertEquals("NotFoundError", seen.path("missing").asText());
    }

    private static void keepsToForms(JsonNode seen) {
        assertTrue(seen.at("/parsed/cold").isBoolean(), seen.toString());
        String weather = seen.at("/parsed/weather").asText();
        assertTrue(List.of("sun", "rain").contains(weather), seen.toString());
        assertEquals("[2,2,2]", seen.path("chances").toString());
    }

    @Test
    void openais_for_python_keeps_to_schemas() throws Exception {
        keepsToForms(python("forms.py"));
    }

    @Test
    void openais_for_node_keeps_to_schemas() throws Exception {
        keepsToForms(node("forms.mjs"));
    }

    @Test
    void openais_for_python_chats() throws Exception {
        chats(python("chat.py"));
    }

    @Test
    void openais_for_node_chats() throws Exception {
        chats(node("chat.mjs"));
    }

    @Test
    void openais_for_python_makes_responses() throws Exception {
        responds(python("responses.py"));
    }

    @Test
    void openais_for_node_makes_responses() throws Exception {
        responds(node("responses.mjs"));
    }

    @Test
    void anthropics_for_python_sends_messages() throws Exception {
        sendsMessages(python("messages.py"));
    }

    @Test
    void anthropics_for_node_sends_messages() throws Exception {
        sendsMessages(node("messages.mjs"));
    }
}
