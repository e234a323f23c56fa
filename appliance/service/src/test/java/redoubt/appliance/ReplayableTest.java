package redoubt.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static redoubt.appliance.RunningAppliance.code;
import static redoubt.appliance.RunningAppliance.ok;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import redoubt.fixtures.TinyModel;

/// Answers that were asked for as replayable, by a model for which every rounding counts, at a
/// temperature at which every chance counts, while others are answered.
class ReplayableTest {
    private static final String WARM =
            ",\"temperature\":1,\"max_tokens\":120,\"seed\":5,\"logit_bias\":{\"2\":-100}";
    private static final String QUESTION =
            "Tell me about the sea, the sky, and what is between them. ".repeat(12);

    private static RunningAppliance appliance;

    @BeforeAll
    static void start() throws Exception {
        Path folder = java.nio.file.Files.createTempDirectory("redoubt-model-");
        appliance =
                RunningAppliance.start(
                        RunningAppliance.temporaryHome(),
                        TinyModel.write(
                                folder.resolve("rounding.gguf"),
                                TinyModel.Options.chat().withContextTokens(2048)));
    }

    @AfterAll
    static void end() {
        if (appliance != null) appliance.close();
    }

    private static JsonNode ask(String route, String fields) {
        return ok(
                appliance.keySend(
                        "POST", "/v1/" + route, "{\"model\":\"default\"," + fields + "}"));
    }

    private static String messages(String more) {
        return "\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]%s".formatted(QUESTION, more);
    }

    private static String verdict(JsonNode receipt) {
        String output = receipt.path("output_id").asText();
        return ok(appliance.consoleSend("POST", "/api/outputs/" + output + "/replay", "{}"))
                .path("verdict")
                .asText();
    }

    @Test
    void come_out_identical_whatever_else_ran() throws Exception {
        List<Future<JsonNode>> answers = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 6; i++) {
                String more = WARM + (i % 2 == 0 ? ",\"replayable\":true" : "");
                answers.add(threads.submit(() -> ask("chat/completions", messages(more))));
            }
        }
        for (int i = 0; i < 6; i += 2) {
            JsonNode answer = answers.get(i).get();
            assertEquals(0, answer.at("/usage/prompt_tokens_details/cached_tokens").asInt());
            assertEquals(
                    answers.getFirst().get().at("/choices/0/message/content"),
                    answer.at("/choices/0/message/content"));
            assertEquals("identical", verdict(answer.path("redoubt")));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "completions; \"prompt\":\"Once upon a time\"",
                "messages; \"messages\":[{\"role\":\"user\",\"content\":\"Once\"}]",
                "chat/completions; \"messages\":[{\"role\":\"user\",\"content\":\"Once\"}],\"response_format\":{\"type\":\"json_object\"}"
            })
    void are_asked_for_on_every_route(String route, String fields) {
        JsonNode answer = ask(route, fields + ",\"replayable\":true" + WARM);
        assertEquals("identical", verdict(answer.path("redoubt")), answer.toString());
    }

    @Test
    void are_responses_too() {
        JsonNode answer =
                ask(
                        "responses",
                        "\"input\":\"Once\",\"replayable\":true"
                                + WARM.replace("max_tokens", "max_output_tokens"));
        assertEquals("identical", verdict(answer.path("redoubt")), answer.toString());
        JsonNode next =
                ask(
                        "responses",
                        "\"input\":\"And?\",\"replayable\":true,\"instructions\":\"Be brief.\",\"previous_response_id\":"
                                + answer.path("id")
                                + WARM.replace("max_tokens", "max_output_tokens"));
        assertEquals("identical", verdict(next.path("redoubt")), next.toString());
    }

    @Test
    void are_several_where_several_are_wanted() {
        JsonNode answer = ask("chat/completions", messages(WARM + ",\"replayable\":true,\"n\":2"));
        for (JsonNode choice : answer.path("choices"))
            assertEquals("identical", verdict(choice.path("redoubt")));
    }

    @Test
    void are_streamed() {
        String body =
                "{\"model\":\"default\","
                        + messages(WARM + ",\"replayable\":true,\"stream\":true}");
        String stream = appliance.keySend("POST", "/v1/chat/completions", body).body();
        assertTrue(stream.strip().endsWith("data: [DONE]"), stream);
        String output = stream.replaceAll("(?s).*\"output_id\":\"([0-9a-f]{32})\".*", "$1");
        assertEquals(
                "identical",
                ok(appliance.consoleSend("POST", "/api/outputs/" + output + "/replay", "{}"))
                        .path("verdict")
                        .asText());
    }

    private static String turn(String parameters) {
        return "{\"text\":\"Once upon a time\",\"model\":\"default\",\"parameters\":{\"temperature\":1,\"max_tokens\":40,\"seed\":5%s}}"
                .formatted(parameters);
    }

    @Test
    void are_asked_for_on_the_page_and_shown_as_such() throws Exception {
        String path =
                "/api/conversations/"
                        + ok(appliance.keySend("POST", "/api/conversations", "{}"))
                                .path("id")
                                .asText();
        for (String more : new String[] {",\"replayable\":true", ""}) {
            var stream = appliance.keySend("POST", path + "/turns", turn(more));
            assertTrue(stream.body().contains("event: done"), stream.body());
        }
        JsonNode turns = ok(appliance.keySend("GET", path, null)).path("turns");
        assertEquals(4, turns.size(), turns.toString());
        for (int i = 1; i < 4; i += 2) {
            boolean replayable = i == 1;
            assertEquals(replayable, turns.path(i).path("replayable").booleanValue());
            String output = turns.path(i).path("outputId").asText();
            JsonNode story = ok(appliance.keySend("GET", "/api/outputs/" + output, null));
            assertTrue(story.path("replayable").isBoolean(), story.toString());
            assertEquals(replayable, story.path("replayable").booleanValue());
        }
        assertEquals("identical", verdict(turns.at("/1/receipt")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"yes\"", "1", "{}"})
    void are_asked_for_with_a_flag(String value) {
        String flag = ",\"replayable\":" + value;
        String id = ok(appliance.keySend("POST", "/api/conversations", "{}")).path("id").asText();
        for (var refused :
                List.of(
                        appliance.keySend(
                                "POST",
                                "/v1/chat/completions",
                                "{\"model\":\"default\"," + messages(flag + "}")),
                        appliance.keySend(
                                "POST", "/api/conversations/" + id + "/turns", turn(flag)))) {
            assertEquals(400, refused.statusCode());
            assertEquals("invalid_parameter", code(refused));
        }
    }
}
