package redoubt.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static redoubt.appliance.RunningAppliance.code;
import static redoubt.appliance.RunningAppliance.json;
import static redoubt.appliance.RunningAppliance.ok;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import redoubt.fixtures.TinyModel;
import redoubt.fixtures.ToolTemplates;
import redoubt.provenance.credentials.CredentialVerifier;
import redoubt.provenance.credentials.TrustAnchors;
import redoubt.provenance.evidence.EvidenceProgress;
import redoubt.provenance.evidence.PackageVerifier;
import redoubt.provenance.record.RecordTrust;

/// Tools from end to end, against an appliance whose model calls them: with the official clients,
/// and what the clients do not show.
class ToolsTest {
    private static final String OFFERED =
            """
            [{"type":"function","function":{"name":"weather","description":"The weather at a place.","parameters":
               {"type":"object","properties":{"city":{"enum":["Rome","Oslo"]}},"required":["city"],"additionalProperties":false}}},
             {"type":"function","function":{"name":"now"}}]
            """;
    private static final String OFFERED_ANTHROPIC =
            """
            [{"name":"weather","description":"The weather at a place.","input_schema":
               {"type":"object","properties":{"city":{"enum":["Rome","Oslo"]}},"required":["city"],"additionalProperties":false}},
             {"name":"now","input_schema":{"type":"object","properties":{}}}]
            """;
    private static final String ASKED = "[{\"role\":\"user\",\"content\":\"Is it raining?\"}]";
    private static final String ROUND =
            """
            [{"role":"user","content":"Is it raining?"},
             {"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"weather","arguments":"{\\"city\\":\\"Rome\\"}"}}]},
             {"role":"tool","tool_call_id":"c1","content":"It rains cats."}]
            """;
    private static final String ROUND_ANTHROPIC =
            """
            [{"role":"user","content":"Is it raining?"},
             {"role":"assistant","content":[{"type":"tool_use","id":"c1","name":"weather","input":{"city":"Rome"}}]},
             {"role":"user","content":[{"type":"tool_result","tool_use_id":"c1","content":"It rains cats."}]}]
            """;

    private static RunningAppliance appliance;

    @BeforeAll
    static void start() throws Exception {
        Path model = Files.createTempDirectory("redoubt-model-").resolve("tools.gguf");
        appliance =
                RunningAppliance.start(
                        RunningAppliance.temporaryHome(),
                        TinyModel.write(
                                model,
                                TinyModel.Options.chat()
                                        .withContextTokens(4096)
                                        .withChatTemplate(ToolTemplates.MARKED)));
    }

    @AfterAll
    static void end() {
        if (appliance != null) appliance.close();
    }

    private static HttpResponse<String> ask(String route, String fields) {
        return appliance.keySend("POST", "/v1/" + route, "{\"model\":\"default\"," + fields + "}");
    }

    private static String with(String messages, String tools, String more) {
        return "\"messages\":%s,\"tools\":%s%s".formatted(messages, tools, more);
    }

    @Nested
    class The_official_clients {
        /// What each of the scripts must have seen.
        private static void called(JsonNode seen, String reason) {
            for (String way : List.of("whole", "streamed")) {
                assertEquals(1, seen.path(way).size(), seen.toString());
                weather(seen.path(way).path(0));
            }
            assertEquals(reason, seen.path("reason").asText());
            assertEquals(reason, seen.path("streamedReason").asText());
            assertTrue(seen.path("seal").asLong() > 0);
            assertTrue(seen.path("streamedDeltas").asInt() > 0, seen.toString());
            assertEquals(1, seen.path("streamedDone").asInt());
            // Both tools were offered, so either may have been called.
            for (String choice : List.of("required", "auto")) {
                assertEquals(1, seen.path(choice).size(), seen.toString());
                JsonNode call = seen.path(choice).path(0);
                if (call.path(0).asText().equals("now"))
                    assertEquals("{}", call.at("/1").toString());
                else weather(call);
            }
            assertEquals(0, seen.at("/none/0").size(), seen.toString());
            assertTrue(seen.path("parallel").asInt() > 1, seen.toString());
            assertEquals(seen.path("parallel"), seen.path("ids"), "an id came twice");
            assertEquals(8, seen.path("after").asInt());
            assertTrue(seen.path("longer").asBoolean(), "the result reached the model");
            assertEquals("[true,true,true,true]", seen.path("refused").toString());
        }

        private static void weather(JsonNode call) {
            assertEquals("weather", call.path(0).asText());
            JsonNode given = call.path(1);
            assertTrue(List.of("Rome", "Oslo").contains(given.path("city").asText()));
            assertTrue(given.path("days").asInt() >= 1 && given.path("days").asInt() <= 3);
            assertTrue(given.path("metric").isBoolean());
            assertEquals(3, given.size());
        }

        private static void responded(JsonNode seen) {
            assertEquals("function_call", seen.at("/response/0").asText());
            weather(
                    RunningAppliance.JSON
                            .createArrayNode()
                            .add(seen.at("/response/1"))
                            .add(seen.at("/response/2")));
            assertTrue(seen.path("responseStreamed").asBoolean(), seen.toString());
            assertEquals(8, seen.path("responseAfter").asInt());
            assertEquals("weather", seen.path("parsed").asText());
        }

        @Test
        void openais_for_python_calls_tools() throws Exception {
            JsonNode seen = OfficialClients.fetched().python("tools.py", appliance);
            called(seen, "tool_calls");
            responded(seen);
        }

        @Test
        void openais_for_node_calls_tools() throws Exception {
            JsonNode seen = OfficialClients.fetched().node("tools.mjs", appliance);
            called(seen, "tool_calls");
            responded(seen);
            assertEquals(2, seen.path("ran").asInt(), "the client ran what was called, twice");
        }

        @Test
        void anthropics_for_python_calls_tools() throws Exception {
            JsonNode seen = OfficialClients.fetched().python("message_tools.py", appliance);
            called(seen, "tool_use");
            assertTrue(seen.path("counted").asBoolean(), seen.toString());
            assertEquals("[2,2]", seen.path("ran").toString());
        }

        @Test
        void anthropics_for_node_calls_tools() throws Exception {
            JsonNode seen = OfficialClients.fetched().node("message_tools.mjs", appliance);
            called(seen, "tool_use");
            assertTrue(seen.path("counted").asBoolean(), seen.toString());
            assertEquals("[2,2]", seen.path("ran").toString());
        }
    }

    @Nested
    class In_the_record {
        @TempDir Path place;

        private JsonNode entry(String type, JsonNode refersTo) {
            String query = "?type=%s&refers-to=%s".formatted(type, refersTo.asText());
            JsonNode found =
                    ok(appliance.consoleSend("GET", "/api/record/entries" + query, null))
                            .path("entries");
            assertEquals(1, found.size(), found.toString());
            return found.path(0);
        }

        private String exported(String what, int opened) throws Exception {
            Path zip = place.resolve("evidence.zip");
            appliance
                    .http()
                    .send(
                            appliance.request(
                                    "POST",
                                    "/api/record/evidence",
                                    "{%s,\"disclose\":true}".formatted(what),
                                    "Authorization",
                                    "Bearer " + appliance.newKey("compliance")),
                            HttpResponse.BodyHandlers.ofFile(zip));
            String checks =
                    new PackageVerifier(
                                    RecordTrust.read(appliance.trust()),
                                    CredentialVerifier.withoutLibrary("not needed"),
                                    TrustAnchors.none())
                            .verify(zip, EvidenceProgress.NONE)
                            .checks()
                            .toString();
            assertTrue(checks.contains(opened + " open what entries commit to"), checks);
            return Files.readString(zip, StandardCharsets.ISO_8859_1);
        }

        @Test
        void a_call_and_a_result_have_entries_of_their_own_and_are_disclosed_alone()
                throws Exception {
            JsonNode answer =
                    ok(
                            ask(
                                    "chat/completions",
                                    with(
                                            ROUND,
                                            OFFERED,
                                            ",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"weather\"}},\"parallel_tool_calls\":false,\"max_tokens\":200,"
                                                    + ToolRounds.FAVOURED)));
            JsonNode call = answer.at("/choices/0/message/tool_calls/0");
            JsonNode called = entry("TOOL_CALLED", answer.at("/redoubt/output"));
            assertEquals("weather", called.at("/fields/tool").asText());
            assertEquals(call.path("id"), called.at("/fields/callId"));
            JsonNode answered = entry("TOOL_ANSWERED", answer.at("/redoubt/intent"));
            assertEquals("weather", answered.at("/fields/tool").asText());
            assertEquals("c1", answered.at("/fields/callId").asText());

            String arguments = call.at("/function/arguments").asText();
            String result = "It rains cats.";
            String only = exported("\"entries\":[%s]".formatted(called.path("sequence")), 1);
            assertTrue(only.contains(arguments));
            assertFalse(only.contains(result));
            only = exported("\"entries\":[%s]".formatted(answered.path("sequence")), 1);
            assertTrue(only.contains(result));
            assertFalse(only.contains(arguments));
            // The question, the answer, and these two.
            exported("\"request\":" + answer.at("/redoubt/output_id"), 4);
        }

        @Test
        void what_stands_before_the_models_last_message_is_counted_and_not_noted_again() {
            String longer =
                    ROUND.replaceFirst(
                            "]\\s*$",
                            ",{\"role\":\"assistant\",\"content\":\"Cats.\"},{\"role\":\"user\",\"content\":\"Now?\"}]");
            JsonNode answer =
                    ok(
                            ask(
                                    "chat/completions",
                                    with(
                                            longer,
                                            OFFERED,
                                            ",\"tool_choice\":\"none\",\"max_tokens\":1")));
            String request =
                    "/api/record/entries/%s".formatted(answer.at("/redoubt/intent").asText());
            JsonNode intent = ok(appliance.consoleSend("GET", request, null));
            assertEquals("1", intent.findPath("tool_results").asText(), intent.toString());
            assertEquals(
                    List.of("OUTPUT"),
                    StreamSupport.stream(intent.path("relations").spliterator(), false)
                            .map(other -> other.path("type").asText())
                            .filter(type -> !type.equals("SEAL"))
                            .toList());
        }

        @Test
        void more_results_at_once_than_calls_can_be_made_are_refused() {
            String many =
                    ROUND.replaceFirst(
                            "]\\s*$",
                            ",{\"role\":\"tool\",\"tool_call_id\":\"c1\",\"content\":\"Dogs.\"}"
                                            .repeat(128)
                                    + "]");
            HttpResponse<String> refused = ask("chat/completions", with(many, OFFERED, ""));
            assertEquals(400, refused.statusCode(), refused.body());
            assertTrue(refused.body().contains("128 results"), refused.body());
        }
    }

    @Nested
    class A_prompt_with_tools {
        @Test
        void is_shown_as_the_model_sees_it() {
            String prompt =
                    ok(ask("apply-template", with(ROUND, OFFERED, ""))).path("prompt").asText();
            assertTrue(prompt.contains("The weather at a place."), prompt);
            assertTrue(
                    prompt.contains("<tool_response>\nIt rains cats.\n</tool_response>"), prompt);
            assertTrue(prompt.contains("{\"city\": \"Rome\"}"), prompt);
        }

        @Test
        void shows_only_the_tool_that_is_demanded() {
            String prompt =
                    ok(ask(
                                    "apply-template",
                                    with(
                                            ASKED,
                                            OFFERED,
                                            ",\"tool_choice\":{\"type\":\"function\",\"function\":{\"name\":\"now\"}}")))
                            .path("prompt")
                            .asText();
            assertTrue(prompt.contains("\"now\"") && !prompt.contains("weather"), prompt);
        }

        @ParameterizedTest
        @ValueSource(strings = {ASKED, ROUND})
        void has_as_many_tokens_as_the_answer_to_it_says(String messages) {
            String fields = with(messages, OFFERED, ",\"tool_choice\":\"none\"");
            int counted = ok(ask("apply-template", fields)).path("tokens").asInt();
            JsonNode answer = ok(ask("chat/completions", fields + ",\"max_tokens\":1"));
            assertEquals(answer.at("/usage/prompt_tokens").asInt(), counted);
        }

        @Test
        void has_as_many_in_anthropics_form() {
            String openai = with(ROUND, OFFERED, "");
            String anthropic = with(ROUND_ANTHROPIC, OFFERED_ANTHROPIC, "");
            assertEquals(
                    ok(ask("apply-template", openai)).path("tokens"),
                    ok(ask("messages/count_tokens", anthropic)).path("input_tokens"));
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = ';',
                value = {
                    "apply-template; [{\"type\":\"function\",\"function\":{\"name\":\"a\",\"parameters\":{\"properties\":{\"x\":{\"enum\":1}}}}}]; tools[0]",
                    "apply-template; [{\"type\":\"web_search\"}]; tools[0]",
                    "messages/count_tokens; [{\"name\":\"a\"}]; tools[0].input_schema",
                    "messages/count_tokens; [{\"name\":\"a\",\"input_schema\":{\"properties\":{\"x\":{\"enum\":1}}}}]; tools[0]"
                })
        void is_refused_with_the_place_that_is_wrong(String route, String tools, String place) {
            HttpResponse<String> response = ask(route, with(ASKED, tools, ""));
            assertEquals(400, response.statusCode(), response.body());
            assertTrue(
                    json(response).at("/error/message").asText().contains(place), response.body());
        }
    }

    @Nested
    class A_definition_that_is_wrong {
        private static String parameters(String schema) {
            return "[{\"type\":\"function\",\"function\":{\"name\":\"a\",\"parameters\":%s}}]"
                    .formatted(schema);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = ';',
                value = {
                    "{\"type\":\"object\",\"properties\":{\"x\":{\"type\":\"number\",\"enum\":[]}}}; properties.x.enum",
                    "{\"type\":\"object\",\"properties\":{\"x\":{\"type\":5}}}; properties.x.type",
                    "{\"type\":\"object\",\"properties\":{\"x\":7}}; properties.x",
                    "{\"type\":\"object\",\"required\":\"x\"}; required"
                })
        void is_refused_with_its_place(String schema, String place) {
            HttpResponse<String> response =
                    ask("chat/completions", with(ASKED, parameters(schema), ",\"max_tokens\":2"));
            assertEquals(400, response.statusCode(), response.body());
            assertEquals("invalid_request", code(response));
            String message = json(response).at("/error/message").asText();
            assertTrue(message.contains("tools[0].function.parameters"), message);
            assertTrue(message.contains(place), message);
        }

        @Test
        void is_refused_when_it_nests_or_grows_without_end() {
            String deep =
                    "{\"type\":\"object\",\"properties\":{\"a\":".repeat(80)
                            + "{}"
                            + "}}".repeat(80);
            String wide =
                    "{\"type\":\"object\",\"properties\":{\"x0\":{}%s}}"
                            .formatted(
                                    IntStream.range(1, 400)
                                            .mapToObj(",\"x%d\":{}"::formatted)
                                            .collect(Collectors.joining()));
            for (String schema : List.of(deep, wide)) {
                HttpResponse<String> response =
                        ask(
                                "chat/completions",
                                with(ASKED, parameters(schema), ",\"max_tokens\":2"));
                assertEquals(400, response.statusCode(), response.body());
            }
        }
    }
}
