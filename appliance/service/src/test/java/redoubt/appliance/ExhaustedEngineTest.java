package redoubt.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static redoubt.appliance.RunningAppliance.code;
import static redoubt.appliance.RunningAppliance.ok;

import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import redoubt.provenance.record.Event;

/// One of two engines comes to the limit of its memory while both are answering.
class ExhaustedEngineTest {
    private static final Path PRLIMIT = Path.of("/usr/bin/prlimit");
    private static final String GOES_ON = ",\"stream\":true," + Models.GOES_ON;

    private static String chat(String model, String text, String more) {
        return "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]%s}"
                .formatted(model, text, more);
    }

    private static HttpResponse<String> ask(RunningAppliance appliance, String model, String text) {
        return appliance.keySend(
                "POST", "/v1/chat/completions", chat(model, text, ",\"max_tokens\":5"));
    }

    /// An answer of which the first text has been read.
    private static BufferedReader stream(RunningAppliance appliance, String model)
            throws Exception {
        HttpResponse<InputStream> response =
                appliance
                        .http()
                        .send(
                                appliance.request(
                                        "POST",
                                        "/v1/chat/completions",
                                        chat(model, "Hello", GOES_ON),
                                        "Authorization",
                                        "Bearer " + appliance.staffKey()),
                                HttpResponse.BodyHandlers.ofInputStream());
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
        assertTrue(saysMore(lines));
        return lines;
    }

    /// What stands in the place of a further piece.
    private static String error(BufferedReader lines) throws Exception {
        for (String line; (line = lines.readLine()) != null; ) {
            if (line.contains("\"error\"")) return line;
        }
        return fail("the stream ended without an error");
    }

    private static boolean saysMore(BufferedReader lines) throws Exception {
        for (String line; (line = lines.readLine()) != null; ) {
            assertFalse(line.contains("\"error\""), line);
            if (line.contains("\"content\":\"") && !line.contains("\"content\":\"\"")) return true;
        }
        return false;
    }

    /// Two messages, nearly as long as a request may be.
    private static String large() {
        String half = "a".repeat(7 << 19);
        return half + "\"},{\"role\":\"user\",\"content\":\"" + half;
    }

    /// From here on it is given nothing more than it has; its own limit is far above that. It ends
    /// with the next page that it needs: for the request that follows, or before it for itself.
    private static void giveNoMore(ProcessHandle engine) throws Exception {
        Process set =
                new ProcessBuilder(
                                PRLIMIT.toString(),
                                "--pid",
                                String.valueOf(engine.pid()),
                                "--data=1048576")
                        .inheritIO()
                        .start();
        assertEquals(0, set.waitFor());
    }

    @Test
    void ends_its_own_answers_and_is_recorded_and_replaced_and_the_other_goes_on()
            throws Exception {
        assumeTrue(Files.isExecutable(PRLIMIT), "there is no prlimit here");
        Path home = RunningAppliance.temporaryHome();
        Path folder = Files.createTempDirectory("redoubt-model-");
        Path model = Files.createLink(folder.resolve("long.gguf"), Models.endless());
        try (RunningAppliance appliance = RunningAppliance.start(home, model)) {
            Path models = Files.createDirectories(home.resolve("models"));
            Files.copy(Models.endless(), models.resolve("second.gguf"));
            List<Long> others = appliance.engines().stream().map(ProcessHandle::pid).toList();
            Models.load(appliance, "second");
            ProcessHandle engine =
                    appliance.engines().stream()
                            .filter(one -> !others.contains(one.pid()))
                            .findFirst()
                            .orElseThrow();
            BufferedReader theirs = stream(appliance, "long");
            BufferedReader ours = stream(appliance, "second");
            giveNoMore(engine);
            // The one that it died of, or one that came just after; and one that came late found
            // the next engine, which has the memory to say that this is too much.
            HttpResponse<String> refused = ask(appliance, "second", large());
            if (refused.statusCode() == 400)
                assertEquals("context_length_exceeded", code(refused), refused.body());
            else {
                assertEquals(503, refused.statusCode(), refused.body());
                assertTrue(refused.body().contains("its memory ran out"), refused.body());
            }
            String ended = error(ours);
            assertTrue(ended.contains("\"engine_died\""), ended);
            assertTrue(ended.contains("its memory ran out"), ended);
            assertTrue(ended.contains("send a shorter one"), ended);
            engine.onExit().get(60, TimeUnit.SECONDS);
            assertTrue(saysMore(theirs), "the other engine's answer ended too");
            theirs.close();
            Models.await(appliance, "second", "ready");
            ok(ask(appliance, "second", "Hello"));
            ok(ask(appliance, "long", "Hello"));
        }
        List<Event.EngineCrashed> crashes =
                Records.events(home).stream()
                        .filter(Event.EngineCrashed.class::isInstance)
                        .map(Event.EngineCrashed.class::cast)
                        .toList();
        assertEquals(1, crashes.size(), crashes.toString());
        assertTrue(
                crashes.getFirst().toString().contains("its memory ran out"), crashes.toString());
        assertFalse(crashes.getFirst().requests().isEmpty(), crashes.toString());
    }
}
