package redoubt.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static redoubt.appliance.RunningAppliance.code;
import static redoubt.appliance.RunningAppliance.ok;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// What becomes of the others when one engine hangs or has no memory. (That one is killed:
/// SeveralModelsTest.)
class IsolationTest {
    private static RunningAppliance appliance;

    @BeforeAll
    static void start() {
        Path home = RunningAppliance.temporaryHome();
        appliance = RunningAppliance.start(home);
        Models.bring(home, "second");
    }

    @AfterAll
    static void stop() {
        if (appliance != null) appliance.close();
    }

    /// The engine of the second model, freshly loaded.
    private static ProcessHandle second() {
        ok(appliance.consoleSend("POST", "/api/models/second/unload", "{\"withinSeconds\":0}"));
        Models.await(appliance, "second", "unloaded");
        List<Long> others = appliance.engines().stream().map(ProcessHandle::pid).toList();
        Models.load(appliance, "second");
        return appliance.engines().stream()
                .filter(engine -> !others.contains(engine.pid()))
                .findFirst()
                .orElseThrow();
    }

    private static HttpResponse<String> ask(String model, String more) {
        return appliance.keySend(
                "POST",
                "/v1/chat/completions",
                "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]%s}"
                        .formatted(model, more));
    }

    private static String metrics() {
        return appliance.consoleSend("GET", "/metrics", null).body();
    }

    @Nested
    class An_engine_that_hangs {
        @Test
        void is_noticed_and_replaced_and_only_its_own_answers_end() throws Exception {
            ProcessHandle engine = second();
            new ProcessBuilder("kill", "-STOP", String.valueOf(engine.pid())).start().waitFor();
            CompletableFuture<HttpResponse<String>> stuck =
                    CompletableFuture.supplyAsync(() -> ask("second", ",\"max_tokens\":5"));
            ok(ask("default", ",\"max_tokens\":5"));
            assertFalse(stuck.isDone());
            HttpResponse<String> ended = stuck.get(120, TimeUnit.SECONDS);
            assertEquals(503, ended.statusCode(), ended.body());
            assertEquals("engine_died", code(ended));
            assertTrue(ended.body().contains("no sign of life"), ended.body());
            Models.await(appliance, "second", "ready");
            ok(ask("second", ",\"max_tokens\":5"));
            assertFalse(engine.isAlive());
        }
    }

    @Nested
    class An_engine_without_memory {
        @Test
        void ends_its_own_answers_with_an_error_and_the_others_go_on() throws Exception {
            assumeTrue(Files.isExecutable(Path.of("/usr/bin/prlimit")), "there is no prlimit here");
            ProcessHandle engine = second();
            // From here on it is given no more than it has.
            new ProcessBuilder(
                            "/usr/bin/prlimit",
                            "--pid",
                            String.valueOf(engine.pid()),
                            "--data=1048576")
                    .start()
                    .waitFor();
            String text = "\"a long text, and more of it. \"";
            HttpResponse<String> answered =
                    ask("second", ",\"max_tokens\":400,\"stop\":[%s]".formatted(text));
            ok(ask("default", ",\"max_tokens\":5"));
            if (answered.statusCode() != 200) {
                assertEquals(503, answered.statusCode(), answered.body());
                assertTrue(
                        List.of("engine_died", "engine_failed").contains(code(answered)),
                        answered.body());
            }
            new ProcessBuilder("kill", "-KILL", String.valueOf(engine.pid())).start().waitFor();
            engine.onExit().get(60, TimeUnit.SECONDS);
            Models.await(appliance, "second", "ready");
            ok(ask("second", ",\"max_tokens\":5"));
            assertFalse(metrics().contains("redoubt_engine_crashes_total 0"));
        }
    }
}
