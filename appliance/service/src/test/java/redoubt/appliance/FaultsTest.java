package redoubt.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static redoubt.appliance.RunningAppliance.chat;
import static redoubt.appliance.RunningAppliance.ok;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import redoubt.fixtures.HostileGguf;

/// What breaks, and what is left afterwards. Each test has an appliance of its own, because it
/// harms it.
class FaultsTest {
    private static final String LONG = "\"stream\":true," + Models.GOES_ON;

    /// One whose answers are still under way whenever something happens to them.
    private static RunningAppliance endless() {
        return RunningAppliance.start(RunningAppliance.temporaryHome(), Models.endless());
    }

    private static BufferedReader stream(RunningAppliance appliance) throws Exception {
        HttpResponse<InputStream> response =
                appliance
                        .http()
                        .send(
                                appliance.request(
                                        "POST",
                                        "/v1/chat/completions",
                                        chat(LONG),
                                        "Authorization",
                                        "Bearer " + appliance.staffKey()),
                                HttpResponse.BodyHandlers.ofInputStream());
        assertEquals(200, response.statusCode());
        return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    private static void readSomeText(BufferedReader lines) throws Exception {
        int seen = 0;
        for (String line; seen < 5 && (line = lines.readLine()) != null; )
            if (line.contains("\"content\"")) seen++;
        assertEquals(5, seen, "the stream ended early");
    }

    private static JsonNode answerWhenReady(RunningAppliance appliance) throws Exception {
        for (int i = 0; i < 600; i++) {
            HttpResponse<String> response =
                    appliance.keySend("POST", "/v1/chat/completions", chat("\"max_tokens\":4"));
            if (response.statusCode() == 200) return ok(response);
            assertEquals(503, response.statusCode(), response.body());
            Thread.sleep(500);
        }
        throw new AssertionError("no new engine answered");
    }

    private static void await(RunningAppliance appliance, String line) throws Exception {
        RunningAppliance.await(() -> metrics(appliance).contains(line), () -> metrics(appliance));
    }

    private static String metrics(RunningAppliance appliance) {
        return appliance.consoleSend("GET", "/metrics", null).body();
    }

    @Nested
    class An_engine_that_dies_while_it_streams {
        @Test
        void ends_the_request_with_a_sentence_and_the_next_one_is_answered_by_a_new_engine()
                throws Exception {
            try (var appliance = endless()) {
                BufferedReader lines = stream(appliance);
                readSomeText(lines);
                ProcessHandle engine = appliance.engines().getFirst();
                new ProcessBuilder("kill", "-SEGV", String.valueOf(engine.pid())).start().waitFor();
                StringBuilder rest = new StringBuilder();
                for (String line; (line = lines.readLine()) != null; ) rest.append(line);
                assertTrue(rest.toString().contains("engine_died"), rest.toString());
                assertFalse(rest.toString().contains("[DONE]"));
                answerWhenReady(appliance);
                String metrics = appliance.consoleSend("GET", "/metrics", null).body();
                assertTrue(metrics.contains("redoubt_engine_crashes_total 1"), metrics);
            }
        }
    }

    @Nested
    class A_client_that_goes_away {
        @Test
        void frees_the_engine_and_what_was_said_is_sealed() throws Exception {
            try (var appliance = endless()) {
                BufferedReader lines = stream(appliance);
                readSomeText(lines);
                lines.close();
                await(appliance, "redoubt_answers_total{outcome=\"cancelled\"} 1");
            }
        }
    }

    @Nested
    class A_client_that_goes_away_while_a_whole_answer_is_made {
        private static final String LONG_WHOLE = chat(LONG.replace("\"stream\":true,", ""));

        private static SSLSocket ask(RunningAppliance appliance) throws Exception {
            SSLSocket socket =
                    (SSLSocket)
                            appliance
                                    .tls()
                                    .getSocketFactory()
                                    .createSocket("127.0.0.1", appliance.port());
            socket.getOutputStream()
                    .write(
                            ("POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer "
                                            + appliance.staffKey()
                                            + "\r\nContent-Length: "
                                            + LONG_WHOLE.length()
                                            + "\r\n\r\n"
                                            + LONG_WHOLE)
                                    .getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            return socket;
        }

        @Test
        void frees_the_engine_and_what_was_said_is_sealed() throws Exception {
            try (var appliance = endless()) {
                try (SSLSocket _ = ask(appliance)) {
                    // In the middle of it: the first text is there.
                    await(appliance, "redoubt_first_token_seconds_count 1");
                }
                await(appliance, "redoubt_answers_total{outcome=\"cancelled\"} 1");
                await(appliance, "redoubt_answers_running 0");
            }
        }

        @Test
        void without_a_word_of_farewell_too() throws Exception {
            try (var appliance = endless()) {
                Process client =
                        new ProcessBuilder(
                                        "curl",
                                        "-sk",
                                        appliance.url() + "/v1/chat/completions",
                                        "-H",
                                        "Authorization: Bearer " + appliance.staffKey(),
                                        "-d",
                                        LONG_WHOLE)
                                .start();
                await(appliance, "redoubt_first_token_seconds_count 1");
                client.destroyForcibly();
                await(appliance, "redoubt_answers_total{outcome=\"cancelled\"} 1");
            }
        }
    }

    @Nested
    class A_credential_that_cannot_be_checked {
        @Test
        void is_not_called_invalid() throws Exception {
            try (var appliance = RunningAppliance.start(RunningAppliance.temporaryHome())) {
                String path =
                        "/api/outputs/"
                                + answerWhenReady(appliance).at("/redoubt/output_id").asText();
                Path root = appliance.trust().resolve("credentials-root.pem");
                String good = Files.readString(root);
                Files.writeString(root, "not a certificate");
                assertUnchecked(appliance.keySend("GET", path, null));
                Files.delete(root);
                assertUnchecked(appliance.keySend("GET", path, null));
                Files.writeString(root, good);
                assertEquals(
                        "valid", ok(appliance.keySend("GET", path, null)).path("state").asText());
            }
        }

        private static void assertUnchecked(HttpResponse<String> response) {
            assertEquals(503, response.statusCode(), response.body());
            assertEquals("credential_unchecked", RunningAppliance.code(response));
            assertTrue(response.body().contains("nothing is said about it"), response.body());
        }
    }

    @Nested
    class A_power_cut {
        @Test
        void loses_nothing_that_was_acknowledged() throws Exception {
            Path home = RunningAppliance.temporaryHome();
            Path model = Models.endless();
            String outputId;
            String key;
            try (var appliance = RunningAppliance.start(home, model)) {
                key = appliance.staffKey();
                outputId = answerWhenReady(appliance).at("/redoubt/output_id").asText();
                readSomeText(stream(appliance));
                appliance.kill();
            }
            try (var again = RunningAppliance.start(home, model)) {
                HttpResponse<String> proof =
                        again.send(
                                "GET",
                                "/v1/outputs/" + outputId + "/proof",
                                null,
                                "Authorization",
                                "Bearer " + key);
                assertEquals(200, proof.statusCode());
                JsonNode story =
                        ok(
                                again.send(
                                        "GET",
                                        "/api/outputs/" + outputId,
                                        null,
                                        "Authorization",
                                        "Bearer " + key));
                assertEquals("valid", story.path("state").asText());
            }
        }
    }

    @Nested
    class A_start_that_cannot_be {
        @Test
        void names_the_port_that_is_taken() throws Exception {
            RunningAppliance other = RunningAppliance.shared();
            Path home = RunningAppliance.temporaryHome();
            var ran = serve(home, other.port(), RunningAppliance.model());
            assertEquals(4, ran.status());
            assertTrue(ran.err().contains("another --port"), ran.err());
            assertFalse(Files.exists(home), "nothing was to be changed");
        }

        @Test
        void names_who_holds_the_home() {
            RunningAppliance other = RunningAppliance.shared();
            var ran = serve(other.home(), 0, RunningAppliance.model());
            assertEquals(5, ran.status());
            assertTrue(ran.err().contains("process " + other.process().pid()), ran.err());
        }

        @Test
        void refuses_a_home_of_a_newer_version() throws Exception {
            Path home = Files.createTempDirectory("newer");
            Files.writeString(home.resolve("layout.json"), "{\"version\":2}");
            var ran = serve(home, 0, RunningAppliance.model());
            assertEquals(3, ran.status());
            assertTrue(ran.err().contains("newer Redoubt"), ran.err());
        }

        @Test
        void refuses_a_record_that_was_changed() throws Exception {
            Path home = RunningAppliance.temporaryHome();
            Path model = RunningAppliance.model();
            RunningAppliance.start(home, model).close();
            Path segment;
            try (var files = Files.list(home.resolve("record"))) {
                segment =
                        files.filter(file -> file.toString().endsWith(".seg"))
                                .findFirst()
                                .orElseThrow();
            }
            try (var file = new RandomAccessFile(segment.toFile(), "rw")) {
                file.seek(200);
                int old = file.read();
                file.seek(200);
                file.write(old ^ 1);
            }
            var ran = serve(home, 0, model);
            assertEquals(6, ran.status(), ran.err());
            assertFalse(ran.err().isBlank());
        }
    }

    @Nested
    class A_model_that_must_not_be_loaded {
        @Test
        void is_refused_with_a_sentence_and_the_appliance_stays_up() throws Exception {
            Path model =
                    HostileGguf.OVERLAPPING_TENSORS.write(
                            Files.createTempDirectory("hostile").resolve("tiny.gguf"));
            try (var appliance = RunningAppliance.start(RunningAppliance.temporaryHome(), model)) {
                assertEquals("degraded", appliance.announced().path("state").asText());
                HttpResponse<String> response =
                        appliance.keySend("POST", "/v1/chat/completions", chat(""));
                assertEquals(503, response.statusCode());
                assertEquals("model_refused", RunningAppliance.code(response));
                assertEquals(503, appliance.send("GET", "/health", null).statusCode());
                assertEquals(200, appliance.consoleSend("GET", "/api/status", null).statusCode());
            }
        }
    }

    private static RunningAppliance.Ran serve(Path home, int port, Path model) {
        return RunningAppliance.run(
                "serve",
                "--home",
                home.toString(),
                "--port",
                String.valueOf(port),
                "--model",
                model.toString(),
                "--native",
                RunningAppliance.nativeDir());
    }
}
