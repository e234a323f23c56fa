package redoubt.appliance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static redoubt.appliance.RunningAppliance.code;
import static redoubt.appliance.RunningAppliance.ok;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import redoubt.provenance.record.Event;

/// A conversation from the first question to its erasure, over the page's routes.
class ConversationsTest {
    private static RunningAppliance appliance;

    @BeforeAll
    static void start() {
        appliance = RunningAppliance.shared();
    }

    private static String conversation() {
        return conversation(appliance);
    }

    private static String conversation(RunningAppliance of) {
        return ok(of.keySend("POST", "/api/conversations", "{}")).path("id").asText();
    }

    private static JsonNode ask(String id, String text) throws Exception {
        return ask(appliance, id, text);
    }

    private static JsonNode ask(RunningAppliance of, String id, String text) throws Exception {
        HttpResponse<String> stream =
                of.keySend(
                        "POST",
                        "/api/conversations/" + id + "/turns",
                        "{\"text\":\"%s\",\"model\":\"tiny\",\"parameters\":{\"max_tokens\":6}}"
                                .formatted(text));
        assertEquals(200, stream.statusCode(), stream.body());
        assertTrue(stream.body().contains("event: delta"), stream.body());
        String done = stream.body().substring(stream.body().indexOf("event: done\ndata: ") + 18);
        return RunningAppliance.JSON.readTree(done);
    }

    @Test
    void it_is_kept_with_its_answers_and_their_receipts() throws Exception {
        String id = conversation();
        JsonNode done = ask(id, "What is a redoubt?");
        ask(id, "And a bastion?");
        JsonNode kept = ok(appliance.keySend("GET", "/api/conversations/" + id, null));
        assertEquals("What is a redoubt?", kept.path("title").asText());
        assertEquals(4, kept.path("turns").size());
        assertEquals(done.path("text"), kept.at("/turns/1/text"));
        assertEquals(done.at("/receipt/seal"), kept.at("/turns/1/receipt/seal"));
    }

    @Test
    void its_streams_are_gone_when_it_is_erased() {
        String id = conversation();
        HttpResponse<String> stream =
                appliance.keySend(
                        "POST",
                        "/api/conversations/" + id + "/turns",
                        "{\"text\":\"Hello\",\"model\":\"tiny\",\"resumable\":true,\"parameters\":{\"max_tokens\":6}}");
        String again =
                "/v1/streams/" + stream.headers().firstValue("X-Redoubt-Stream").orElseThrow();
        assertEquals(200, appliance.keySend("GET", again, null).statusCode());
        assertEquals(
                204, appliance.keySend("DELETE", "/api/conversations/" + id, null).statusCode());
        assertEquals("stream_not_found", code(appliance.keySend("GET", again, null)));
    }

    @Test
    void nobody_else_sees_it() {
        String id = conversation();
        String other = "Bearer " + appliance.newKey("staff");
        HttpResponse<String> response =
                appliance.send("GET", "/api/conversations/" + id, null, "Authorization", other);
        assertEquals("conversation_not_found", code(response));
    }

    @Test
    void its_answers_leave_in_every_form() throws Exception {
        String output = ask(conversation(), "Hello").path("outputId").asText();
        for (String form : new String[] {"txt", "md", "detached", "proof"}) {
            HttpResponse<String> file =
                    appliance.keySend("GET", "/api/outputs/" + output + "/download/" + form, null);
            assertEquals(200, file.statusCode(), form + ": " + file.body());
            assertTrue(
                    file.headers()
                            .firstValue("Content-Disposition")
                            .orElseThrow()
                            .startsWith("attachment"));
        }
        assertEquals(
                "valid",
                ok(appliance.keySend("GET", "/api/outputs/" + output, null))
                        .path("state")
                        .asText());
    }

    @Test
    void a_form_is_made_and_sealed_once_and_then_given_again() throws Exception {
        Path home = RunningAppliance.temporaryHome();
        String output;
        try (RunningAppliance own = RunningAppliance.start(home)) {
            output = ask(own, conversation(own), "Hello again").path("outputId").asText();
            for (String form : new String[] {"txt", "md"}) {
                String path = "/api/outputs/" + output + "/download/" + form;
                String first = ok200(own.keySend("GET", path, null));
                assertEquals(first, ok200(own.keySend("GET", path, null)), form);
            }
        }
        List<String> seals = new ArrayList<>();
        int left = 0;
        for (Event event : Records.events(home)) {
            if (event instanceof Event.Seal seal) seals.add(seal.form());
            if (event instanceof Event.Exported out && out.what().endsWith(output)) left++;
        }
        assertEquals(List.of("detached", "text", "markdown"), seals);
        assertEquals(4, left, "each time that it left");
    }

    private static String ok200(HttpResponse<String> file) {
        assertEquals(200, file.statusCode(), file.body());
        return file.body();
    }

    @Test
    void erased_it_is_gone_with_its_answers() throws Exception {
        String id = conversation();
        String output = ask(id, "Forget this").path("outputId").asText();
        assertEquals(
                204, appliance.keySend("DELETE", "/api/conversations/" + id, null).statusCode());
        assertEquals(404, appliance.keySend("GET", "/api/conversations/" + id, null).statusCode());
        assertEquals(404, appliance.keySend("GET", "/api/outputs/" + output, null).statusCode());
        assertFalse(appliance.keySend("GET", "/api/conversations", null).body().contains(id));
    }

    @Test
    void it_is_not_erased_while_an_answer_is_written_into_it() throws Exception {
        try (RunningAppliance own =
                RunningAppliance.start(RunningAppliance.temporaryHome(), Models.endless())) {
            String path = "/api/conversations/" + conversation(own);
            String question =
                    "{\"text\":\"Go on\",\"model\":\"tiny\",\"parameters\":{%s}}"
                            .formatted(Models.GOES_ON);
            HttpResponse<InputStream> stream =
                    own.http()
                            .send(
                                    own.request(
                                            "POST",
                                            path + "/turns",
                                            question,
                                            "Authorization",
                                            "Bearer " + own.staffKey()),
                                    HttpResponse.BodyHandlers.ofInputStream());
            try (var lines = new BufferedReader(new InputStreamReader(stream.body(), UTF_8))) {
                for (String line = ""; !line.equals("event: delta"); )
                    line = Objects.requireNonNull(lines.readLine(), "the stream ended early");
                HttpResponse<String> refused = own.keySend("DELETE", path, null);
                assertEquals("answer_running", code(refused), refused.body());
                assertEquals(409, refused.statusCode());
            }
            // Once the reader has gone, it can be erased.
            RunningAppliance.await(
                    () -> own.keySend("DELETE", path, null).statusCode() == 204,
                    () -> own.keySend("DELETE", path, null).body());
            assertEquals(404, own.keySend("GET", path, null).statusCode());
        }
    }
}
