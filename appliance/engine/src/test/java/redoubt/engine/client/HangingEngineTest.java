package redoubt.engine.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import redoubt.engine.protocol.Frames;
import redoubt.engine.protocol.FromEngine;

/// An engine that hangs: it was ready once, and from then on it neither reads nor answers nor ends.
/// A process of its own, that needs no native library.
@Timeout(value = 600, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HangingEngineTest {
    @TempDir Path home;

    private EngineProcess hanging() throws Exception {
        return hanging(":");
    }

    /// @param before what it does before it hangs
    private EngineProcess hanging(String before) throws Exception {
        Path ready = home.resolve("ready");
        Files.write(ready, Frames.encode(new FromEngine.Ready(facts())));
        Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
        Files.writeString(
                java,
                "#!/bin/sh\ntrap '' TERM INT HUP\ncat '%s'\n%s\nexec sleep 600\n"
                        .formatted(ready, before));
        assertTrue(java.toFile().setExecutable(true));
        return EngineProcess.start(
                new EngineLaunch(
                        home,
                        "none",
                        home,
                        home.resolve("none.gguf"),
                        home,
                        TinyEngine.settings()
                                .withLoadTimeout(Duration.ofSeconds(60))
                                .withEndGrace(Duration.ofSeconds(1)),
                        new AotCache.None()));
    }

    private static EngineFacts facts() {
        return new EngineFacts(
                "hangs",
                "none",
                "none",
                0,
                0,
                0,
                0,
                0,
                "none",
                0,
                0,
                "none",
                "none",
                "none",
                "none",
                List.of(),
                "none",
                0,
                0,
                0,
                EngineFacts.Purpose.GENERATION,
                0,
                0,
                null,
                0);
    }

    @Nested
    class That_is_looked_after {
        @Test
        void gives_no_sign_of_life_and_is_ended_with_the_cause() throws Exception {
            EngineProcess engine = hanging();
            assertThrows(TimeoutException.class, () -> engine.pulse(Duration.ofSeconds(1)));
            CompletableFuture<EngineExit> exit = new CompletableFuture<>();
            engine.onExit(exit::complete);
            Generation generation = engine.generate(TinyEngine.request("t", "anybody?", 5));
            engine.endBecause("it gave no sign of life");
            EngineExit told = exit.get(300, TimeUnit.SECONDS);
            assertFalse(told.expected());
            assertEquals("it gave no sign of life", told.cause());
            GenerationEvent.Failed failed = TinyEngine.all(generation).failed();
            assertEquals("engine_died", failed.code());
            assertTrue(failed.sentence().contains("no sign of life"), failed.sentence());
            assertThrows(IOException.class, () -> engine.pulse(Duration.ofSeconds(60)));
        }
    }

    @Nested
    class That_talks_nonsense {
        @Test
        void is_ended_and_says_so_to_who_waits() throws Exception {
            Path nonsense = home.resolve("nonsense");
            Path go = home.resolve("go");
            VectorEvent beyond = new VectorEvent.Computed(7, new byte[4], 1, false);
            Files.write(nonsense, Frames.encode(new FromEngine.VectorHappened(1, beyond)));
            EngineProcess engine =
                    hanging(
                            "while [ ! -e '%s' ]; do sleep 0.1; done; cat '%s'"
                                    .formatted(go, nonsense));
            PendingVectors pending =
                    engine.embed(
                            new EmbedRequest(
                                    "t",
                                    Owner.interactive("anna"),
                                    List.of(new Prompt.Text("x")),
                                    false));
            Files.createFile(go);
            VectorResult told = pending.await(Duration.ofSeconds(300)).orElseThrow();
            assertEquals("engine_died", assertInstanceOf(VectorResult.Refused.class, told).code());
            assertFalse(engine.alive());
        }
    }

    @Nested
    class That_is_closed {
        @Test
        void is_ended_by_force_and_says_so_to_who_waits() throws Exception {
            EngineProcess engine = hanging();
            CompletableFuture<EngineExit> exit = new CompletableFuture<>();
            engine.onExit(exit::complete);
            Generation generation = engine.generate(TinyEngine.request("t", "anybody?", 5));
            engine.close();
            assertFalse(engine.alive());
            assertTrue(exit.get(300, TimeUnit.SECONDS).expected());
            assertEquals("engine_died", TinyEngine.all(generation).failed().code());
        }

        @Test
        void lets_go_of_a_writer_that_waits_in_its_full_pipe() throws Exception {
            closeWithAWriter(hanging(), _ -> {});
        }

        @Test
        void holds_up_nobody_who_looks_after_it() throws Exception {
            EngineProcess engine = hanging();
            engine.parking().keepIn(ParkedStore.none());
            Generation first = engine.generate(TinyEngine.request("t", "anybody?", 5));
            closeWithAWriter(
                    engine,
                    full -> {
                        full.computeWith(2);
                        first.cancel();
                    });
        }

        private void closeWithAWriter(EngineProcess engine, Consumer<EngineProcess> meanwhile)
                throws Exception {
            // Longer than any pipe holds.
            String question = "x".repeat(4 << 20);
            CountDownLatch begun = new CountDownLatch(1);
            CompletableFuture<Generation> asked = new CompletableFuture<>();
            Thread writer =
                    Thread.ofPlatform()
                            .daemon()
                            .start(() -> {
                                begun.countDown();
                                asked.complete(
                                        engine.generate(TinyEngine.request("t", question, 5)));
                            });
            begun.await();
            awaitBlocked(writer);
            assertFalse(asked.isDone(), "the pipe took it all: it is not full");
            meanwhile.accept(engine);
            engine.close();
            assertFalse(engine.alive());
            Generation generation = asked.get(300, TimeUnit.SECONDS);
            assertEquals("engine_died", TinyEngine.all(generation).failed().code());
        }

        @Test
        void lets_go_of_who_waits_for_a_reply() throws Exception {
            EngineProcess engine = hanging();
            List<CompletableFuture<ConversionResult>> waiting = new ArrayList<>();
            // One that the pipe takes, and one that stays in it with its writer.
            for (String text : List.of("x", "x".repeat(4 << 20))) {
                CompletableFuture<ConversionResult> asked = new CompletableFuture<>();
                Thread.ofPlatform()
                        .daemon()
                        .start(() -> {
                            try {
                                asked.complete(
                                        engine.convert(
                                                new Conversion.Tokenize(
                                                        text, false, false, false)));
                            } catch (InterruptedException stopped) {
                                asked.completeExceptionally(stopped);
                            }
                        });
                waiting.add(asked);
            }
            assertFalse(waiting.getFirst().isDone());
            engine.close();
            for (CompletableFuture<ConversionResult> asked : waiting) {
                ConversionResult.Refused refused =
                        assertInstanceOf(
                                ConversionResult.Refused.class, asked.get(300, TimeUnit.SECONDS));
                assertEquals("engine_died", refused.code());
            }
        }

        @Test
        void is_not_waited_for_by_who_asks_afterwards() throws Exception {
            EngineProcess engine = hanging();
            engine.close();
            ConversionResult.Refused refused =
                    assertInstanceOf(
                            ConversionResult.Refused.class,
                            engine.convert(new Conversion.Detokenize(List.of(1))));
            assertEquals("engine_died", refused.code());
        }

        private static void awaitBlocked(Thread writer) throws InterruptedException {
            // Seen there once, it may still be on its way to the end of the pipe.
            for (int seen = 0; seen < 100; seen = inWrite(writer) ? seen + 1 : 0) Thread.sleep(5);
        }

        private static boolean inWrite(Thread thread) {
            for (StackTraceElement frame : thread.getStackTrace())
                if (frame.getMethodName().equals("writeBytes")) return true;
            return false;
        }
    }
}
