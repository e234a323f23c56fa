package redoubt.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static redoubt.appliance.RunningAppliance.code;
import static redoubt.appliance.RunningAppliance.ok;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// Several models on one real appliance, each in an engine of its own.
class SeveralModelsTest {
    private static RunningAppliance appliance;

    @BeforeAll
    static void start() {
        appliance = Models.beside("second", "third");
    }

    @AfterAll
    static void stop() {
        if (appliance != null) appliance.close();
    }

    private static String chat(String model, String more) {
        return "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]%s}"
                .formatted(model, more);
    }

    private static JsonNode ask(String model) {
        return ok(
                appliance.keySend(
                        "POST", "/v1/chat/completions", chat(model, ",\"max_tokens\":3")));
    }

    private static HttpResponse<String> console(String method, String path, String body) {
        return appliance.consoleSend(method, path, body);
    }

    private static void unload(String model) {
        ok(console("POST", "/api/models/" + model + "/unload", "{\"withinSeconds\":0}"));
        Models.await(appliance, model, "unloaded");
    }

    /// An answer to the end of the context; the reader stands behind its first text.
    private static BufferedReader endless(String model) throws Exception {
        String body = chat(model, ",\"stream\":true," + Models.GOES_ON);
        HttpResponse<InputStream> response =
                appliance
                        .http()
                        .send(
                                appliance.request(
                                        "POST",
                                        "/v1/chat/completions",
                                        body,
                                        "Authorization",
                                        "Bearer " + appliance.staffKey()),
                                HttpResponse.BodyHandlers.ofInputStream());
        assertEquals(200, response.statusCode());
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
        for (String line; (line = lines.readLine()) != null; )
            if (line.contains("\"content\":\"") && !line.contains("\"content\":\"\"")) break;
        return lines;
    }

    private static String rest(BufferedReader lines) throws Exception {
        StringBuilder rest = new StringBuilder();
        for (String line; (line = lines.readLine()) != null; ) rest.append(line).append('\n');
        return rest.toString();
    }

    @Nested
    class A_model_in_the_folder {
        @Test
        void is_loaded_by_the_first_request_for_it_and_answers_beside_the_default_one() {
            unload("second");
            JsonNode answer = ask("second");
            assertEquals("second", answer.path("model").asText());
            JsonNode model = Models.of(appliance, "second");
            assertEquals("ready", model.path("state").asText());
            assertEquals(64, model.path("sha256").asText().length());
            ask("default");
            ask(RunningAppliance.MODEL);
            assertNotEquals(0, model.path("entry").asLong());
        }

        @Test
        void is_listed_for_programs_with_its_state() {
            JsonNode list = ok(appliance.keySend("GET", "/v1/models", null));
            List<String> ids = list.path("data").findValuesAsText("id");
            assertEquals(List.of(RunningAppliance.MODEL, "second", "third"), ids);
            JsonNode one = ok(appliance.keySend("GET", "/v1/models/third", null));
            assertFalse(one.at("/redoubt/state").asText().isEmpty(), one.toString());
        }

        @Test
        void is_not_loaded_by_a_request_where_only_administrators_load() {
            unload("second");
            ok(console("PATCH", "/api/models", "{\"loadOnDemand\":false}"));
            try {
                HttpResponse<String> refused =
                        appliance.keySend("POST", "/v1/chat/completions", chat("second", ""));
                assertEquals(503, refused.statusCode(), refused.body());
                assertEquals("model_not_loaded", code(refused));
                Models.load(appliance, "second");
                ask("second");
            } finally {
                ok(console("PATCH", "/api/models", "{\"loadOnDemand\":true}"));
            }
        }

        @Test
        void that_nobody_knows_is_named_in_the_refusal() {
            HttpResponse<String> refused =
                    appliance.keySend("POST", "/v1/chat/completions", chat("fourth", ""));
            assertEquals(404, refused.statusCode());
            assertTrue(refused.body().contains("second"), refused.body());
            assertEquals(404, console("POST", "/api/models/fourth/load", "{}").statusCode());
        }
    }

    @Nested
    class An_unload {
        @Test
        void lets_what_is_under_way_be_finished_and_takes_nothing_new() throws Exception {
            Models.load(appliance, "second");
            BufferedReader lines = endless("second");
            CompletableFuture<String> answer =
                    CompletableFuture.supplyAsync(() -> {
                        try {
                            return rest(lines);
                        } catch (Exception broken) {
                            throw new AssertionError(broken);
                        }
                    });
            ok(console("POST", "/api/models/second/unload", "{\"withinSeconds\":300}"));
            HttpResponse<String> meanwhile =
                    appliance.keySend(
                            "POST", "/v1/chat/completions", chat("second", ",\"max_tokens\":1"));
            String whole = answer.get(300, TimeUnit.SECONDS);
            assertTrue(whole.contains("[DONE]"), whole);
            // If the answer was through by then, the model was loaded again for this one.
            if (meanwhile.statusCode() == 200) unload("second");
            else assertEquals("model_unloading", code(meanwhile), meanwhile.body());
            Models.await(appliance, "second", "unloaded");
        }

        @Test
        void ends_what_is_not_finished_in_time_with_a_clear_error() throws Exception {
            Models.load(appliance, "second");
            BufferedReader lines = endless("second");
            ok(console("POST", "/api/models/second/unload", "{\"withinSeconds\":0}"));
            String rest = rest(lines);
            assertTrue(rest.contains("model_unloaded") || rest.contains("[DONE]"), rest);
            Models.await(appliance, "second", "unloaded");
        }

        @Test
        void and_a_load_again_let_a_request_wait_for_the_new_engine() {
            Models.load(appliance, "second");
            long before = Models.of(appliance, "second").path("entry").asLong();
            ok(console("POST", "/api/models/second/load", "{\"again\":true}"));
            ask("second");
            assertTrue(Models.of(appliance, "second").path("entry").asLong() > before);
        }
    }

    @Nested
    class Memory_that_does_not_suffice {
        @Test
        void is_taken_from_the_idle_and_never_from_the_pinned() throws Exception {
            unload("second");
            unload("third");
            long each = Models.of(appliance, RunningAppliance.MODEL).path("plannedBytes").asLong();
            // Enough for two.
            long mib = (each * 5 / 2) >> 20;
            ok(console("PATCH", "/api/models", "{\"memoryMib\":%d}".formatted(mib)));
            try {
                ask("second");
                String verdict = Models.of(appliance, "third").path("verdict").asText();
                assertTrue(verdict.contains("unloaded first: second"), verdict);
                ask("third");
                assertEquals("unloaded", Models.of(appliance, "second").path("state").asText());
                ok(console("PATCH", "/api/models/third", "{\"pinned\":true}"));
                HttpResponse<String> refused =
                        appliance.keySend("POST", "/v1/chat/completions", chat("second", ""));
                assertEquals(503, refused.statusCode());
                assertEquals("model_refused", code(refused));
                assertTrue(refused.body().contains("third ("), refused.body());
                ask("default");
                ok(console("PATCH", "/api/models/third", "{\"pinned\":false}"));
                ask("second");
            } finally {
                ok(console("PATCH", "/api/models", "{\"memoryMib\":0}"));
                ok(console("PATCH", "/api/models/third", "{\"pinned\":false}"));
            }
        }
    }

    @Nested
    class An_engine_that_is_killed {
        @Test
        void ends_its_own_answers_only() throws Exception {
            Models.load(appliance, "second");
            List<Long> before = appliance.engines().stream().map(ProcessHandle::pid).toList();
            Models.load(appliance, "third");
            ProcessHandle third =
                    appliance.engines().stream()
                            .filter(engine -> !before.contains(engine.pid()))
                            .findFirst()
                            .orElseThrow();
            BufferedReader others = endless("second");
            BufferedReader lines = endless("third");
            new ProcessBuilder("kill", "-KILL", String.valueOf(third.pid())).start().waitFor();
            String rest = rest(lines);
            assertTrue(rest.contains("engine_died") || rest.contains("[DONE]"), rest);
            assertTrue(rest(others).contains("[DONE]"));
            Models.await(appliance, "third", "ready");
            ask("third");
        }
    }

    @Nested
    class The_command_line {
        private static RunningAppliance.Ran run(String... words) {
            String[] all = java.util.Arrays.copyOf(words, words.length + 2);
            all[words.length] = "--home";
            all[words.length + 1] = appliance.home().toString();
            return RunningAppliance.run(all);
        }

        @Test
        void loads_lists_and_unloads() {
            var loaded = run("models", "load", "second");
            assertEquals(0, loaded.status(), loaded.err());
            assertTrue(loaded.out().contains("answers"), loaded.out());
            var list = run("models", "list");
            assertTrue(list.out().contains("second"), list.out());
            var unloaded = run("models", "unload", "second", "--within", "1");
            assertEquals(0, unloaded.status(), unloaded.err());
            var settings = run("models", "settings", "--make-room", "yes");
            assertTrue(settings.out().contains("make room: yes"), settings.out());
        }

        @Test
        void refuses_what_makes_no_sense() {
            assertEquals(2, run("models", "idle", "second", "soon").status());
            assertEquals(2, run("models", "load", "../../etc").status());
            assertEquals(2, run("models", "settings", "--make-room", "perhaps").status());
        }

        @Test
        void names_the_models_that_there_are_in_words_of_the_console() {
            var missing = run("models", "pin", "fourth");
            assertEquals(1, missing.status());
            assertTrue(
                    missing.err().contains("no model 'fourth' here. Take one of these: tiny,"),
                    missing.err());
            assertFalse(missing.err().contains("/v1/"), missing.err());
        }
    }
}
