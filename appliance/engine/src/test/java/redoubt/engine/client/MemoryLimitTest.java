package redoubt.engine.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redoubt.fixtures.TinyModel;

/// The limit that an engine has for its memory, and what becomes of it there.
class MemoryLimitTest {
    private static final long MIB = 1L << 20;

    @TempDir Path runDir;

    private static TinyModel.Options endless() {
        return TinyEngine.endless();
    }

    private static String limitOf(EngineProcess engine) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + engine.pid() + "/limits")).stream()
                .filter(line -> line.startsWith("Max data size"))
                .findFirst()
                .orElseThrow()
                .replaceAll(" +", " ");
    }

    private static long takenBytes(EngineProcess engine) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + engine.pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmData:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
                .sum();
    }

    @Nested
    class An_engine {
        @Test
        void holds_itself_to_what_follows_from_the_plan() throws Exception {
            try (EngineProcess engine = TinyEngine.start(runDir, endless())) {
                long limit = engine.ready().memoryLimitBytes();
                assertTrue(limit > takenBytes(engine), "it begins beyond its limit");
                String held = "Max data size %d %d bytes ".formatted(limit, limit);
                assertEquals(held, limitOf(engine));
                String adjusted =
                        Files.readString(Path.of("/proc/" + engine.pid() + "/oom_score_adj"));
                assertEquals("800", adjusted.strip());
            }
        }

        @Test
        void is_refused_a_limit_that_it_cannot_live_with_and_says_what_it_needs() {
            EngineStartException refused =
                    assertThrows(
                            EngineStartException.class,
                            () ->
                                    TinyEngine.start(
                                            runDir,
                                            endless(),
                                            TinyEngine.settings().withMemoryMaxBytes(16 * MIB)));
            assertEquals("does_not_fit", refused.code(), refused.getMessage());
            assertTrue(refused.getMessage().contains("limit of 16 MiB"), refused.getMessage());
        }
    }

    @Nested
    class An_engine_whose_memory_runs_out {
        @Test
        void ends_its_own_answers_with_a_clear_error_and_no_others() throws Exception {
            long usual;
            try (EngineProcess engine = TinyEngine.start(runDir, endless())) {
                TinyEngine.ask(engine, "t", "hello", 20);
                usual = takenBytes(engine);
            }
            EngineSettings little = TinyEngine.settings().withMemoryMaxBytes(usual + 24 * MIB);
            Path model = runDir.resolve("tiny.gguf");
            try (EngineProcess beside =
                            EngineProcess.start(
                                    TinyEngine.launch(runDir, model, TinyEngine.settings()));
                    EngineProcess engine =
                            EngineProcess.start(TinyEngine.launch(runDir, model, little))) {
                CompletableFuture<EngineExit> exit = new CompletableFuture<>();
                engine.onExit(exit::complete);
                Generation theirs = beside.generate(TinyEngine.request("t", "go on", 0));
                Generation small = engine.generate(TinyEngine.request("t", "go on", 0));
                // Its text alone is as long as what may still be taken, and is needed twice.
                Generation large =
                        engine.generate(TinyEngine.request("t", "a".repeat(15 << 20), 5));
                for (Generation own : new Generation[] {small, large}) {
                    GenerationEvent.Failed failed = TinyEngine.all(own).failed();
                    assertEquals("engine_died", failed.code());
                    assertTrue(failed.sentence().contains("its memory ran out"), failed.sentence());
                    assertTrue(failed.sentence().contains("shorter"), failed.sentence());
                }
                EngineExit told = exit.get(300, TimeUnit.SECONDS);
                assertFalse(told.expected());
                String limit = "may take %d MiB".formatted(little.memoryMaxBytes() / MIB);
                assertTrue(told.sentence().contains(limit), told.sentence());
                theirs.cancel();
                assertEquals(FinishReason.CANCELLED, TinyEngine.all(theirs).finished().reason());
            }
        }
    }
}
