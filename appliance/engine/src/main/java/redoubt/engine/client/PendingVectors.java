package redoubt.engine.client;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Vectors or scores that are being computed. Filled by the thread that reads the engine's frames;
/// any thread (virtual is fine) may wait or cancel.
public final class PendingVectors {
    private final Runnable cancellation;
    private final float[] @Nullable [] vectors;
    private final int[] tokens;
    private final List<Integer> truncated = new ArrayList<>();
    private final CompletableFuture<VectorResult> result = new CompletableFuture<>();

    PendingVectors(int inputs, Runnable cancellation) {
        this.cancellation = cancellation;
        this.vectors = new float[inputs][];
        this.tokens = new int[inputs];
    }

    /// Waits for all of them.
    public VectorResult await() throws InterruptedException {
        try {
            return result.get();
        } catch (ExecutionException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /// Waits at most so long; empty when it is not there yet.
    public Optional<VectorResult> await(Duration wait) throws InterruptedException {
        try {
            return Optional.of(result.get(wait.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException notYet) {
            return Optional.empty();
        } catch (ExecutionException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /// Asks the engine to stop; the result is then a refusal with the code `cancelled`, or what was
    /// already on its way. Asking twice does no harm.
    public void cancel() {
        cancellation.run();
    }

    void deliver(VectorEvent event) {
        switch (event) {
            case VectorEvent.Computed computed -> {
                int index = Objects.checkIndex(computed.index(), vectors.length);
                vectors[index] = numbers(computed.numbers());
                tokens[index] = computed.tokens();
                if (computed.truncated()) {
                    truncated.add(index);
                }
            }
            case VectorEvent.Done(Timings timings) -> result.complete(whole(timings));
            case VectorEvent.Failed(String code, String sentence) ->
                    result.complete(new VectorResult.Refused(code, sentence));
        }
    }

    private VectorResult whole(Timings timings) {
        List<float[]> all = new ArrayList<>();
        for (float @Nullable [] vector : vectors) {
            if (vector == null) {
                return new VectorResult.Refused(
                        "engine_failed",
                        "The engine said that it was done before it was, so nothing of it is used. Try again, and report it if it happens twice.");
            }
            all.add(vector);
        }
        truncated.sort(null);
        return new VectorResult.Vectors(
                all, Arrays.stream(tokens).boxed().toList(), truncated, timings);
    }

    private static float[] numbers(byte[] bytes) {
        float[] numbers = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(numbers);
        return numbers;
    }
}
