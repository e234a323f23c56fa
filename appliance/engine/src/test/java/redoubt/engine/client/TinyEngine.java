package redoubt.engine.client;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import redoubt.fixtures.TinyModel;
import redoubt.foreign.llama.Llama;

/// Real engine processes with tiny models, for tests. Skipped where the native libraries were not
/// built.
final class TinyEngine {
    /// All that a generation said.
    record Told(List<GenerationEvent> events) {
        String text() {
            StringBuilder text = new StringBuilder();
            for (GenerationEvent event : events) {
                if (event
                        instanceof GenerationEvent.Text(String more, int _, List<TokenChance> _)) {
                    text.append(more);
                }
            }
            return text.toString();
        }

        GenerationEvent.Finished finished() {
            return assertInstanceOf(GenerationEvent.Finished.class, events.getLast());
        }

        GenerationEvent.Failed failed() {
            return assertInstanceOf(GenerationEvent.Failed.class, events.getLast());
        }

        GenerationEvent.Started started() {
            return events.stream()
                    .filter(GenerationEvent.Started.class::isInstance)
                    .map(GenerationEvent.Started.class::cast)
                    .findFirst()
                    .orElseThrow();
        }
    }

    /// Of a model whose answers take the better part of a minute when nobody ends them, so that
    /// what is to happen while one is made does.
    static TinyModel.Options endless() {
        return TinyModel.Options.base().withContextTokens(32_768).withSize(8, 256);
    }

    private TinyEngine() {}

    static Path nativeDir() {
        String dir = System.getProperty("redoubt.native", "");
        assumeTrue(
                !dir.isEmpty() && Files.isDirectory(Path.of(dir)),
                "no native libraries: -Dredoubt.native is not set");
        return Path.of(dir);
    }

    /// The plainest CPU variant, which every host has, unless `-Dredoubt.variant` names another:
    /// the tests must hold with any.
    static EngineSettings settings() {
        String variant = System.getProperty("redoubt.variant", "x64");
        return EngineSettings.of(variant, 1)
                .withSequencesMax(4)
                .withBatchTokens(256)
                .withUbatchTokens(128)
                .withLoadTimeout(Duration.ofSeconds(300));
    }

    static EngineLaunch launch(Path runDir, Path model, EngineSettings settings) {
        String modulePath = System.getProperty("jdk.module.path", "");
        assumeTrue(!modulePath.isEmpty(), "the tests run without a module path");
        return new EngineLaunch(
                Path.of(System.getProperty("java.home")),
                modulePath,
                nativeDir(),
                model,
                runDir,
                settings,
                new AotCache.None());
    }

    static EngineProcess start(Path runDir, TinyModel.Options options) throws Exception {
        return start(runDir, options, settings());
    }

    static EngineProcess start(Path runDir, TinyModel.Options options, EngineSettings settings)
            throws Exception {
        nativeDir();
        Path model = TinyModel.write(runDir.resolve("tiny.gguf"), options);
        return EngineProcess.start(launch(runDir, model, settings));
    }

    static GenerationRequest request(String tenant, String prompt, int maxTokens, String... stops) {
        return request(tenant, prompt, maxTokens, SamplingParameters.greedy(), 1, stops);
    }

    /// Tells how likely its tokens were, so that it can be compared ([SameAnswer]).
    static GenerationRequest request(
            String tenant,
            String prompt,
            int maxTokens,
            SamplingParameters sampling,
            long seed,
            String... stops) {
        return request(tenant, prompt, maxTokens, sampling, seed, false, stops);
    }

    /// Computed by itself, in steps of always the same size: the same each time, to the letter.
    static GenerationRequest alone(
            String prompt, int maxTokens, SamplingParameters sampling, long seed, String... stops) {
        return request("alone", prompt, maxTokens, sampling, seed, true, stops);
    }

    private static GenerationRequest request(
            String tenant,
            String prompt,
            int maxTokens,
            SamplingParameters sampling,
            long seed,
            boolean alone,
            String... stops) {
        return new GenerationRequest(
                "test",
                Owner.interactive(tenant),
                new Prompt.Text(prompt),
                sampling,
                maxTokens,
                List.of(stops),
                seed,
                Constraint.none(),
                SameAnswer.TOLD,
                List.of(),
                alone);
    }

    static Told all(Generation generation) throws InterruptedException {
        List<GenerationEvent> events = new ArrayList<>();
        do {
            events.add(
                    generation
                            .next(Duration.ofSeconds(300))
                            .orElseThrow(() -> new AssertionError("silence after " + events)));
        } while (!events.getLast().last());
        return new Told(events);
    }

    static Told ask(EngineProcess engine, String tenant, String prompt, int maxTokens)
            throws InterruptedException {
        return all(engine.generate(request(tenant, prompt, maxTokens)));
    }

    static String variant(Path nativeDir) {
        return Llama.cpuVariants(nativeDir).getLast();
    }
}
