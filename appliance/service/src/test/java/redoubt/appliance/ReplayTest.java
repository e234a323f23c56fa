package redoubt.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static redoubt.appliance.RunningAppliance.code;
import static redoubt.appliance.RunningAppliance.ok;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import redoubt.fixtures.TinyModel;

/// Recorded answers that are generated once more.
class ReplayTest {
    private static RunningAppliance appliance;

    @BeforeAll
    static void start() {
        appliance = Models.beside("second");
        Models.bringAdapter(appliance.home(), "legal");
    }

    @AfterAll
    static void stop() {
        if (appliance != null) appliance.close();
    }

    private static String ask(String model, String more) {
        return outputOf(answer(model, "Tell me", more));
    }

    /// Asks as somebody new, so that nothing was computed before.
    private static JsonNode answer(String model, String question, String more) {
        String body =
                "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]%s}"
                        .formatted(model, question, more);
        return ok(
                appliance.send(
                        "POST",
                        "/v1/chat/completions",
                        body,
                        "Authorization",
                        "Bearer " + appliance.newKey("staff")));
    }

    private static String outputOf(JsonNode answer) {
        return answer.at("/redoubt/output_id").asText();
    }

    private static JsonNode replay(String output) {
        return ok(appliance.consoleSend("POST", "/api/outputs/" + output + "/replay", "{}"));
    }

    @Nested
    class An_answer_that_was_made_alone {
        @Test
        void comes_out_identical_with_its_seed_and_is_in_the_record() {
            JsonNode report =
                    replay(ask("default", ",\"seed\":7,\"temperature\":1,\"max_tokens\":40"));
            assertEquals("identical", report.path("verdict").asText(), report.toString());
            assertTrue(report.path("entry").asLong() > 0);
            assertFalse(report.has("differsAt"));
        }

        @Test
        void comes_out_identical_with_its_stop_texts_and_penalties() {
            String output =
                    ask(
                            "default",
                            ",\"seed\":11,\"temperature\":1.3,\"max_tokens\":40,\"stop\":[\"e\"],\"frequency_penalty\":0.5,\"logit_bias\":{\"40\":3}");
            assertEquals("identical", replay(output).path("verdict").asText());
        }

        @Test
        void comes_out_identical_from_its_own_question() {
            // This model remembers; what it says must not depend on rounding.
            JsonNode decided = null;
            for (int i = 0; decided == null || !isDecided(decided); i++) {
                assertTrue(i < 20, "no question has a decided answer");
                decided = answer("second", "And what is " + i + "?", LIKELY);
            }
            JsonNode other = answer("second", "Something else", LIKELY);
            assertNotEquals(
                    decided.at("/choices/0/message/content"),
                    other.at("/choices/0/message/content"));
            assertEquals("identical", replay(outputOf(decided)).path("verdict").asText());
        }

        private static final String LIKELY =
                ",\"temperature\":0,\"max_tokens\":6,\"logprobs\":true,\"top_logprobs\":2";

        private static boolean isDecided(JsonNode answer) {
            for (JsonNode token : answer.at("/choices/0/logprobs/content")) {
                JsonNode top = token.path("top_logprobs");
                double lead = top.at("/0/logprob").asDouble() - top.at("/1/logprob").asDouble();
                if (lead < 0.3) return false;
            }
            return true;
        }

        @Test
        void says_so_at_the_console() {
            String output = ask("default", ",\"seed\":1,\"max_tokens\":5");
            var ran = RunningAppliance.run("replay", output, "--home", appliance.home().toString());
            assertEquals(0, ran.status(), ran.err());
            assertEquals("identical", ran.out().strip());
            assertEquals(2, RunningAppliance.run("replay", "no identifier").status());
        }
    }

    @Nested
    class An_answer_of_weights_that_are_gone {
        @Test
        void cannot_be_replayed_and_says_what_differs() {
            String output = ask("second", ",\"seed\":1,\"max_tokens\":5");
            TinyModel.write(
                    appliance.home().resolve("models/second.gguf"),
                    TinyModel.Options.chat().withContextTokens(1024));
            ok(appliance.consoleSend("POST", "/api/models/second/load", "{\"again\":true}"));
            Models.await(appliance, "second", "ready");
            JsonNode report = replay(output);
            assertEquals("cannot be replayed", report.path("verdict").asText());
            assertTrue(report.path("difference").asText().contains("weights: was"));
            assertTrue(report.path("difference").asText().contains("context tokens: was 2048"));
            Models.bring(appliance.home(), "second");
        }
    }

    @Nested
    class A_replay {
        @Test
        void is_for_those_who_may() {
            String output = ask("default", ",\"max_tokens\":2");
            HttpResponse<String> refused =
                    appliance.keySend("POST", "/api/outputs/" + output + "/replay", "{}");
            assertEquals(403, refused.statusCode());
            ok(
                    appliance.send(
                            "POST",
                            "/api/outputs/" + output + "/replay",
                            "{}",
                            "Authorization",
                            "Bearer " + appliance.newKey("compliance")));
        }

        @Test
        void of_nothing_is_refused() {
            HttpResponse<String> none =
                    appliance.consoleSend(
                            "POST", "/api/outputs/" + "0".repeat(32) + "/replay", "{}");
            assertEquals(404, none.statusCode());
            assertEquals("output_not_found", code(none));
        }
    }

    @Nested
    class The_profile_of_an_answer {
        @Test
        void says_where_its_time_went_to_whoever_asked_and_to_administrators() {
            String key = appliance.newKey("staff");
            String body =
                    "{\"model\":\"default\",\"messages\":[{\"role\":\"user\",\"content\":\"secret\"}],\"max_tokens\":12,\"logit_bias\":{\"2\":-100}}";
            JsonNode answer =
                    ok(
                            appliance.send(
                                    "POST",
                                    "/v1/chat/completions",
                                    body,
                                    "Authorization",
                                    "Bearer " + key));
            String path = "/api/outputs/" + answer.at("/redoubt/output_id").asText() + "/trace";
            JsonNode trace =
                    ok(appliance.send("GET", path, null, "Authorization", "Bearer " + key));
            var names = trace.path("traceEvents").findValuesAsText("name");
            for (String phase :
                    new String[] {
                        "INTENT", "engine", "queue", "prefill", "OUTPUT and credential", "SEAL"
                    }) assertTrue(names.contains(phase), names.toString());
            int tokens = answer.at("/usage/completion_tokens").asInt();
            assertEquals(
                    tokens - 1, names.stream().filter(name -> name.startsWith("token ")).count());
            for (JsonNode event : trace.path("traceEvents"))
                if (event.path("ph").asText().equals("X"))
                    assertTrue(event.path("dur").asDouble() >= 0, event.toString());
            assertFalse(trace.toString().contains("secret"));
            ok(appliance.consoleSend("GET", path, null));
            HttpResponse<String> stranger = appliance.keySend("GET", path, null);
            assertEquals(404, stranger.statusCode());
            assertEquals("trace_not_found", code(stranger));
        }

        @Test
        void is_in_the_figures_by_phase() {
            ask("default", ",\"max_tokens\":3");
            String metrics = appliance.consoleSend("GET", "/metrics", null).body();
            for (String phase :
                    new String[] {
                        "queue",
                        "template",
                        "prefill",
                        "time_to_first_token",
                        "inter_token",
                        "sampling",
                        "intent",
                        "store",
                        "stamp",
                        "seal"
                    })
                assertTrue(
                        metrics.contains("redoubt_" + phase + "_seconds_bucket{le=\"+Inf\"}"),
                        phase);
        }
    }

    @Nested
    class Adapters {
        @Test
        void are_listed_loaded_and_taken_away() {
            Models.load(appliance, RunningAppliance.MODEL);
            JsonNode listed = Models.of(appliance, RunningAppliance.MODEL).path("adapters").path(0);
            assertEquals("legal", listed.path("name").asText());
            String path = "/api/models/" + RunningAppliance.MODEL + "/adapters/legal/";
            JsonNode loaded = ok(appliance.consoleSend("POST", path + "load", "{}"));
            assertEquals(64, loaded.path("sha256").asText().length());
            assertEquals(204, appliance.consoleSend("POST", path + "unload", "{}").statusCode());
            HttpResponse<String> none = appliance.consoleSend("POST", path + "unload", "{}");
            assertEquals("adapter_not_found", code(none));
        }
    }
}
