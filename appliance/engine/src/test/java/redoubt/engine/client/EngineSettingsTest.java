package redoubt.engine.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class EngineSettingsTest {
    private static final EngineSettings USUAL = EngineSettings.of("haswell", 2);

    private static List<Object> all(EngineSettings settings) {
        return List.of(
                settings.cpuVariant(),
                settings.threads(),
                settings.contextTokens(),
                settings.sequencesMax(),
                settings.batchTokens(),
                settings.ubatchTokens(),
                settings.loadTimeout(),
                settings.memoryMaxBytes());
    }

    @Test
    void are_each_changed_alone_and_in_a_copy() {
        EngineSettings changed =
                USUAL.withContextTokens(4096)
                        .withSequencesMax(3)
                        .withBatchTokens(1024)
                        .withUbatchTokens(64)
                        .withLoadTimeout(Duration.ofSeconds(7))
                        .withMemoryMaxBytes(1L << 40);
        assertEquals(
                List.of("haswell", 2, 4096, 3, 1024, 64, Duration.ofSeconds(7), 1L << 40),
                all(changed));
        assertEquals(
                List.of("haswell", 2, 0, 16, 2048, 512, Duration.ofMinutes(5), 0L), all(USUAL));
    }

    @Test
    void compute_no_more_at_once_than_is_in_a_batch() {
        EngineSettings small = USUAL.withBatchTokens(100);
        assertEquals(List.of(100, 100), List.of(small.batchTokens(), small.ubatchTokens()));
        assertEquals(512, USUAL.withBatchTokens(4096).ubatchTokens());
    }

    @Test
    void that_make_no_sense_are_refused() {
        List<UnaryOperator<EngineSettings>> wrong =
                List.of(
                        usual -> usual.withContextTokens(-1),
                        usual -> usual.withSequencesMax(0),
                        usual -> usual.withSequencesMax(257),
                        usual -> usual.withBatchTokens(0),
                        usual -> usual.withUbatchTokens(0),
                        usual -> usual.withUbatchTokens(2049),
                        usual -> usual.withLoadTimeout(Duration.ZERO),
                        usual -> usual.withMemoryMaxBytes(-1));
        for (UnaryOperator<EngineSettings> change : wrong) {
            assertThrows(IllegalArgumentException.class, () -> change.apply(USUAL));
        }
        assertThrows(IllegalArgumentException.class, () -> EngineSettings.of(" ", 2));
        assertThrows(IllegalArgumentException.class, () -> EngineSettings.of("x64", 0));
        assertThrows(IllegalArgumentException.class, () -> EngineSettings.of("x64", 513));
    }
}
