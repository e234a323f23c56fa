package redoubt.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static redoubt.appliance.RunningAppliance.code;
import static redoubt.appliance.RunningAppliance.ok;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import redoubt.fixtures.HostileGguf;
import redoubt.fixtures.TinyModel;
import redoubt.provenance.record.Event;

/// A model that guesses for another, on a real appliance.
class DraftsTest {
    private static final Path HOME = RunningAppliance.temporaryHome();
    private static RunningAppliance appliance;

    @BeforeAll
    static void start() {
        appliance = RunningAppliance.start(HOME);
        Models.bring(HOME, "large");
    }

    @AfterAll
    static void stop() {
        if (appliance != null) appliance.close();
    }

    @BeforeEach
    void bring() {
        Models.bring(HOME, "small");
        ok(change("large", "{\"draft\":\"\"}"));
    }

    private HttpResponse<String> load(String model, String body) {
        return appliance.consoleSend("POST", "/api/models/" + model + "/load", body);
    }

    private HttpResponse<String> change(String model, String body) {
        return appliance.consoleSend("PATCH", "/api/models/" + model, body);
    }

    private JsonNode guessedFor() {
        ok(load("large", "{\"draft\":\"small\"}"));
        JsonNode large = Models.await(appliance, "large", "ready");
        assertEquals("small", large.at("/guessing/id").asText(), large.toString());
        return large;
    }

    private String answer() {
        return ok(appliance.keySend(
                        "POST",
                        "/v1/chat/completions",
                        "{\"model\":\"large\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}],\"max_tokens\":24,\"temperature\":0}"))
                .at("/choices/0/finish_reason")
                .asText();
    }

    @Nested
    class A_draft_that_was_chosen {
        @Test
        void is_measured_and_in_the_record_and_kept_until_it_is_taken_away() throws Exception {
            ok(appliance.consoleSend("POST", "/api/models/large/unload", "{\"withinSeconds\":0}"));
            Models.await(appliance, "large", "unloaded");
            List<Long> others = appliance.engines().stream().map(ProcessHandle::pid).toList();
            JsonNode large = guessedFor();
            String sha256 = large.at("/guessing/sha256").asText();
            assertTrue(large.path("verdict").asText().contains(" with the draft "));
            assertFalse(answer().isEmpty());

            // Its engine dies, and the next one has it too.
            long before = large.path("entry").asLong();
            ProcessHandle engine =
                    appliance.engines().stream()
                            .filter(process -> !others.contains(process.pid()))
                            .findFirst()
                            .orElseThrow();
            new ProcessBuilder("kill", "-KILL", String.valueOf(engine.pid())).start().waitFor();
            engine.onExit().join();
            RunningAppliance.await(
                    () -> Models.of(appliance, "large").path("entry").asLong() > before,
                    () -> Models.of(appliance, "large").toString());
            large = Models.await(appliance, "large", "ready");
            assertEquals("small", large.at("/guessing/id").asText(), large.toString());

            // The appliance is started anew.
            appliance.close();
            List<Event.ModelLoaded> loads =
                    Records.events(HOME).stream()
                            .filter(Event.ModelLoaded.class::isInstance)
                            .map(Event.ModelLoaded.class::cast)
                            .filter(load -> sha256.equals(load.measure().get("draft_sha256")))
                            .toList();
            assertTrue(loads.size() >= 2, loads.toString());
            assertEquals("small", loads.getFirst().measure().get("draft"));
            appliance = RunningAppliance.start(HOME);
            large = Models.load(appliance, "large");
            assertEquals("small", large.at("/guessing/id").asText(), large.toString());
            assertEquals(sha256, large.at("/guessing/sha256").asText());

            ok(load("large", "{\"draft\":\"\"}"));
            large = Models.await(appliance, "large", "ready");
            assertTrue(large.path("guessing").isMissingNode(), large.toString());
            assertTrue(large.path("draft").isNull(), large.toString());
        }

        @Test
        void has_its_guesses_counted_beside_those_of_the_text_itself() {
            guessedFor();
            // One token again and again: the first guess is made in any case, and is right.
            assertEquals(
                    "length",
                    ok(appliance.keySend(
                                    "POST",
                                    "/v1/completions",
                                    "{\"model\":\"large\",\"prompt\":\"Hello\",\"max_tokens\":24,\"temperature\":0,\"logit_bias\":{\"40\":100}}"))
                            .at("/choices/0/finish_reason")
                            .asText());
            assertTrue(metric("accepted_total", "lookup") > 0);
            for (String kind : List.of("lookup", "draft")) {
                long right = metric("accepted_total", kind);
                assertTrue(right >= 0 && metric("total", kind) >= right, kind);
            }
        }

        private static long metric(String figure, String kind) {
            String line =
                    "redoubt_guessed_tokens_%s{model=\"large\",kind=\"%s\"} "
                            .formatted(figure, kind);
            return appliance
                    .consoleSend("GET", "/metrics", null)
                    .body()
                    .lines()
                    .filter(found -> found.startsWith(line))
                    .mapToLong(found -> Long.parseLong(found.substring(line.length())))
                    .findFirst()
                    .orElse(-1);
        }

        @Test
        void counts_in_the_memory_verdict() {
            ok(load("large", "{\"again\":true}"));
            JsonNode plain = Models.await(appliance, "large", "ready");
            assertTrue(plain.path("guessing").isMissingNode(), plain.toString());
            long without = plain.path("plannedBytes").asLong();
            long with = guessedFor().path("plannedBytes").asLong();
            assertTrue(with > without, with + " and " + without);
            ok(appliance.consoleSend("POST", "/api/models/large/unload", "{\"withinSeconds\":0}"));
            Models.await(appliance, "large", "unloaded");
            JsonNode tiny = Models.of(appliance, RunningAppliance.MODEL);
            // Enough for the model beside the default one, and not for its draft too.
            long mib = (tiny.path("plannedBytes").asLong() + (with + without) / 2) >> 20;
            ok(appliance.consoleSend("PATCH", "/api/models", "{\"memoryMib\":%d}".formatted(mib)));
            try {
                String verdict = Models.of(appliance, "large").path("verdict").asText();
                assertTrue(verdict.contains("with the draft"), verdict);
                assertFalse(verdict.contains(" fits: "), verdict);
            } finally {
                ok(appliance.consoleSend("PATCH", "/api/models", "{\"memoryMib\":0}"));
            }
        }

        @Test
        void that_is_not_there_any_more_is_missed_by_name() throws Exception {
            ok(change("large", "{\"draft\":\"small\"}"));
            Files.delete(HOME.resolve("models/small.gguf"));
            ok(load("large", "{\"again\":true}"));
            JsonNode large = Models.await(appliance, "large", "refused");
            assertTrue(
                    large.path("note").asText().contains("The draft of large, small, is not here"),
                    large.toString());
            ok(load("large", "{\"draft\":\"\"}"));
            Models.await(appliance, "large", "ready");
        }
    }

    @Nested
    class A_draft_is_refused {
        private void refused(String draft, String because) {
            HttpResponse<String> refused = change("large", "{\"draft\":\"%s\"}".formatted(draft));
            assertEquals(400, refused.statusCode(), refused.body());
            assertEquals("draft_refused", code(refused));
            assertTrue(refused.body().contains(because), refused.body());
            assertTrue(Models.of(appliance, "large").path("draft").isNull());
        }

        @Test
        void when_its_vocabulary_is_another() {
            TinyModel.write(
                    HOME.resolve("models/other.gguf"),
                    TinyModel.Options.chat(),
                    Map.of("tokenizer.ggml.eos_token_id", 5));
            refused("other", "a draft must have the model's vocabulary");
        }

        @Test
        void when_its_file_is_broken() {
            HostileGguf.TRUNCATED_DATA.write(HOME.resolve("models/broken.gguf"));
            refused("broken", "The draft broken.gguf is refused");
        }

        @Test
        void when_nobody_knows_it() {
            assertEquals(404, change("large", "{\"draft\":\"nobody\"}").statusCode());
            assertEquals(400, change("large", "{\"draft\":7}").statusCode());
        }

        @Test
        void on_the_command_line_when_it_makes_no_sense() {
            String at = HOME.toString();
            var both =
                    RunningAppliance.run(
                            "models",
                            "load",
                            "large",
                            "--draft",
                            "small",
                            "--no-draft",
                            "--home",
                            at);
            assertEquals(2, both.status());
            var loaded =
                    RunningAppliance.run(
                            "models", "load", "large", "--draft", "small", "--home", at);
            assertEquals(0, loaded.status(), loaded.err());
            assertEquals("small", Models.of(appliance, "large").at("/guessing/id").asText());
            var without =
                    RunningAppliance.run("models", "load", "large", "--no-draft", "--home", at);
            assertEquals(0, without.status(), without.err());
            assertTrue(Models.of(appliance, "large").path("guessing").isMissingNode());
        }
    }
}
