package redoubt.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static redoubt.appliance.RunningAppliance.code;
import static redoubt.appliance.RunningAppliance.ok;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/// What becomes of the others when one engine hangs. (That one is killed: SeveralModelsTest; that
/// one's memory runs out: ExhaustedEngineTest.)
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

    private static boolean isAnswering() {
        return appliance
                .consoleSend("GET", "/metrics", null)
                .body()
                .contains("redoubt_answers_running 1");
    }

    @Nested
    class An_engine_that_hangs {
        @Test
        void is_noticed_and_replaced_and_only_its_own_answers_end() throws Exception {
            ProcessHandle engine = second();
            long stopped = System.nanoTime();
            new ProcessBuilder("kill", "-STOP", String.valueOf(engine.pid())).start().waitFor();
            CompletableFuture<HttpResponse<String>> stuck =
                    CompletableFuture.supplyAsync(() -> ask("second", ",\"max_tokens\":5"));
            RunningAppliance.await(IsolationTest::isAnswering, () -> "nobody waits for it");
            ok(ask("default", ",\"max_tokens\":5"));
            // Before 15 seconds are over nobody knows of it.
            if (System.nanoTime() - stopped < TimeUnit.SECONDS.toNanos(14))
                assertFalse(stuck.isDone());
            HttpResponse<String> ended = stuck.get(300, TimeUnit.SECONDS);
            assertEquals(503, ended.statusCode(), ended.body());
            assertEquals("engine_died", code(ended));
            assertTrue(ended.body().contains("no sign of life"), ended.body());
            Models.await(appliance, "second", "ready");
            ok(ask("second", ",\"max_tokens\":5"));
            assertFalse(engine.isAlive());
        }
    }
}
