package redoubt.engine.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redoubt.fixtures.HostileGguf;
import redoubt.fixtures.TinyModel;

/// How engines begin and end.
class EngineLifeTest {
    @TempDir Path runDir;

    private static TinyModel.Options endless() {
        return TinyEngine.endless();
    }

    private static void awaitText(Generation generation) throws InterruptedException {
        GenerationEvent event;
        do {
            event = generation.next(Duration.ofSeconds(300)).orElseThrow();
            assertFalse(event.last(), event.toString());
        } while (!(event instanceof GenerationEvent.Text));
    }

    @Nested
    class An_engine_that_crashes_while_it_answers {
        @Test
        void fails_what_is_in_flight_says_so_once_and_can_be_replaced() throws Exception {
            CompletableFuture<EngineExit> exit = new CompletableFuture<>();
            try (EngineProcess engine = TinyEngine.start(runDir, endless())) {
                engine.onExit(exit::complete);
                Generation generation = engine.generate(TinyEngine.request("t", "go on", 0));
                awaitText(generation);
                new ProcessBuilder("kill", "-SEGV", String.valueOf(engine.pid())).start().waitFor();
                GenerationEvent.Failed failed = TinyEngine.all(generation).failed();
                assertEquals("engine_died", failed.code());
                assertTrue(failed.sentence().contains("Ask again"), failed.sentence());
                EngineExit told = exit.get(300, TimeUnit.SECONDS);
                assertFalse(told.expected());
                assertTrue(told.sentence().contains("SIGSEGV"), told.toString());
                assertTrue(failed.sentence().contains("SIGSEGV"), failed.sentence());
                assertFalse(engine.alive());
                assertEquals(
                        "engine_died", TinyEngine.ask(engine, "t", "too late", 3).failed().code());
                CompletableFuture<EngineExit> late = new CompletableFuture<>();
                engine.onExit(late::complete);
                assertEquals(told, late.getNow(null));
            }
            try (EngineProcess next = TinyEngine.start(runDir, endless())) {
                assertEquals(
                        FinishReason.LENGTH,
                        TinyEngine.ask(next, "t", "go on", 5).finished().reason());
            }
        }
    }

    @Nested
    class An_engine_that_computes {
        @Test
        void gives_signs_of_life_beside_it_and_goes_on_with_other_threads() throws Exception {
            try (EngineProcess engine = TinyEngine.start(runDir, endless())) {
                Generation generation = engine.generate(TinyEngine.request("t", "go on", 0));
                awaitText(generation);
                assertTrue(engine.pulse(Duration.ofSeconds(300)).computing().toSeconds() < 300);
                engine.computeWith(2);
                awaitText(generation);
                engine.computeWith(0);
                awaitText(generation);
                generation.cancel();
                assertEquals(
                        FinishReason.CANCELLED, TinyEngine.all(generation).finished().reason());
            }
        }
    }

    @Nested
    class An_engine_that_is_stopped_in_its_tracks {
        @Test
        void gives_no_sign_of_life() throws Exception {
            try (EngineProcess engine = TinyEngine.start(runDir, endless())) {
                new ProcessBuilder("kill", "-STOP", String.valueOf(engine.pid())).start().waitFor();
                assertThrows(TimeoutException.class, () -> engine.pulse(Duration.ofSeconds(1)));
                engine.endBecause("it hung");
            }
        }
    }

    @Nested
    class An_engine_that_is_closed {
        @Test
        void ends_though_it_is_computing_and_leaves_no_log() throws Exception {
            CompletableFuture<EngineExit> exit = new CompletableFuture<>();
            EngineProcess engine = TinyEngine.start(runDir, endless());
            engine.onExit(exit::complete);
            Generation generation = engine.generate(TinyEngine.request("t", "go on", 0));
            awaitText(generation);
            engine.close();
            assertTrue(exit.get(300, TimeUnit.SECONDS).expected());
            assertEquals("engine_died", TinyEngine.all(generation).failed().code());
            try (var files = Files.list(runDir)) {
                assertEquals(
                        List.of(runDir.resolve("tiny.gguf")), files.toList(), "something was left");
            }
        }
    }

    @Nested
    class A_file_that_is_no_good_model {
        @ParameterizedTest
        // All of them are tried on the reader of headers itself; these on a whole process.
        @EnumSource(
                names = {
                    "EMPTY",
                    "WRONG_MAGIC",
                    "TRUNCATED_DATA",
                    "HUGE_TENSOR_COUNT",
                    "HUGE_STRING_LENGTH",
                    "OVERFLOWING_DIMENSIONS",
                    "OVERLAPPING_TENSORS"
                })
        void is_refused_with_a_sentence_by_a_process_that_lives_to_say_it(HostileGguf hostile) {
            Path file = hostile.write(runDir.resolve("hostile.gguf"));
            EngineStartException refused =
                    assertThrows(
                            EngineStartException.class,
                            () ->
                                    EngineProcess.start(
                                            TinyEngine.launch(
                                                    runDir, file, TinyEngine.settings())));
            assertEquals("model_refused", refused.code(), refused.getMessage());
            assertTrue(refused.getMessage().length() > 30, refused.getMessage());
        }

        @Test
        void is_refused_when_it_is_not_there() {
            EngineStartException refused =
                    assertThrows(
                            EngineStartException.class,
                            () ->
                                    EngineProcess.start(
                                            TinyEngine.launch(
                                                    runDir,
                                                    runDir.resolve("none.gguf"),
                                                    TinyEngine.settings())));
            assertEquals("model_refused", refused.code());
        }
    }

    @Nested
    class An_engine_that_does_not_start {
        @Test
        void is_ended_after_the_time_limit() throws Exception {
            Path model = TinyModel.write(runDir.resolve("tiny.gguf"), endless());
            // A Java that starts and never says anything.
            Path java = Files.createDirectories(runDir.resolve("home/bin")).resolve("java");
            Files.writeString(java, "#!/bin/sh\nexec sleep 600\n");
            assertTrue(java.toFile().setExecutable(true));
            EngineLaunch slow =
                    new EngineLaunch(
                            runDir.resolve("home"),
                            "none",
                            TinyEngine.nativeDir(),
                            model,
                            runDir,
                            TinyEngine.settings().withLoadTimeout(Duration.ofSeconds(1)),
                            new AotCache.None());
            EngineStartException late =
                    assertThrows(EngineStartException.class, () -> EngineProcess.start(slow));
            assertEquals("timeout", late.code());
        }

        @Test
        void says_what_is_missing_when_the_libraries_are_not_there() {
            Path model = TinyModel.write(runDir.resolve("tiny.gguf"), endless());
            EngineLaunch good = TinyEngine.launch(runDir, model, TinyEngine.settings());
            EngineLaunch wrong =
                    new EngineLaunch(
                            good.javaHome(),
                            good.modulePath(),
                            runDir,
                            model,
                            runDir,
                            good.settings(),
                            new AotCache.None());
            EngineStartException refused =
                    assertThrows(EngineStartException.class, () -> EngineProcess.start(wrong));
            assertEquals("native_failed", refused.code(), refused.getMessage());
        }
    }

    @Nested
    class An_engine_whose_gateway_goes_away {
        @Test
        void ends_by_itself_in_the_middle_of_an_answer() throws Exception {
            Path model = TinyModel.write(runDir.resolve("tiny.gguf"), endless());
            EngineLaunch launch = TinyEngine.launch(runDir, model, TinyEngine.settings());
            Process process = EngineCommand.start(launch);
            var out = process.getOutputStream();
            out.write(redoubt.engine.protocol.Frames.encode(EngineCommand.open(launch)));
            out.flush();
            assertInstanceOf(
                    redoubt.engine.protocol.FromEngine.Ready.class,
                    redoubt.engine.protocol.Frames.readAtGateway(process.getInputStream())
                            .orElseThrow());
            out.write(
                    redoubt.engine.protocol.Frames.encode(
                            new redoubt.engine.protocol.ToEngine.Generate(
                                    1, TinyEngine.request("t", "go on", 0))));
            out.flush();
            redoubt.engine.protocol.Frames.readAtGateway(process.getInputStream()).orElseThrow();
            out.close();
            assertTrue(process.waitFor(300, TimeUnit.SECONDS), "it computes for nobody");
        }
    }
}
