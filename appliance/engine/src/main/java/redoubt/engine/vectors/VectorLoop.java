package redoubt.engine.vectors;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import redoubt.engine.client.Timings;
import redoubt.engine.client.VectorEvent;
import redoubt.foreign.llama.NativeException;

/// The step loop of a model that makes vectors or scores: takes jobs in, computes inputs of several
/// people together, and bounds each step by time, so that nobody waits long for a single input. An
/// input is computed whole: that is how such models work. One platform thread calls [#run];
/// [#submit], [#wake] and [#stop] are for any thread.
public final class VectorLoop {
    /// Requests that may wait.
    public static final int WAITING_MAX = 256;

    /// Most of them that are one person's.
    static final int PERSON_MAX = 64;

    static final long STEP_NANOS = 150_000_000L;

    private static final int STEP_TOKENS_MIN = 64;
    private static final double LEARNING = 0.3;
    private static final double NANOS_PER_MS = 1e6;

    private final Pooler pooler;
    private final People people = new People();
    private final BlockingQueue<Signal> inbox = new LinkedBlockingQueue<>();
    private final Set<VectorJob> ended = new HashSet<>();
    // A guess until measured: small enough for a slow host.
    private double nanosPerToken = 1_000_000;
    private boolean stopped;

    private sealed interface Signal {
        record Arrived(VectorJob job) implements Signal {}

        record Woken() implements Signal {}

        record Stopped() implements Signal {}
    }

    private record Taken(VectorJob job, int index) {
        int[] tokens() {
            return job.input(index).tokens();
        }
    }

    public VectorLoop(Pooler pooler) {
        this.pooler = pooler;
    }

    /// Takes a job in. Its events say what becomes of it.
    public void submit(VectorJob job) {
        inbox.add(new Signal.Arrived(job));
    }

    /// Has the loop look at cancellations now, if it is idle.
    public void wake() {
        inbox.add(new Signal.Woken());
    }

    /// Ends the loop after the current step.
    public void stop() {
        inbox.add(new Signal.Stopped());
    }

    /// Steps until [#stop].
    public void run() throws InterruptedException {
        while (!stopped) {
            if (people.requests() == 0) {
                receive(inbox.take());
            }
            for (Signal signal = inbox.poll(); signal != null; signal = inbox.poll()) {
                receive(signal);
            }
            for (VectorJob job : people.remove(VectorJob::cancelled)) {
                end(job, cancelled());
            }
            List<Taken> step = fill();
            if (!step.isEmpty() && !stopped) {
                compute(step);
            }
            ended.clear();
        }
    }

    private void receive(Signal signal) {
        switch (signal) {
            case Signal.Arrived(VectorJob job) -> {
                if (people.requests() >= WAITING_MAX) {
                    job.tell(
                            new VectorEvent.Failed(
                                    "engine_busy",
                                    "%d requests are waiting for this model already, so this one was not taken. Try again in a while."
                                            .formatted(people.requests())));
                } else if (people.requests(job.owner().person()) >= PERSON_MAX) {
                    job.tell(
                            new VectorEvent.Failed(
                                    "engine_busy",
                                    "%d of your requests are waiting for this model already, which is the most for one person, so this one was not taken. Wait until some are answered."
                                            .formatted(PERSON_MAX)));
                } else {
                    people.add(job);
                }
            }
            case Signal.Woken _ -> {}
            case Signal.Stopped _ -> stopped = true;
        }
    }

    private List<Taken> fill() {
        List<Taken> step = new ArrayList<>();
        long now = System.nanoTime();
        int left =
                Math.clamp(
                        (long) (STEP_NANOS / nanosPerToken),
                        Math.min(STEP_TOKENS_MIN, pooler.tokensMax()),
                        pooler.tokensMax());
        for (Optional<VectorJob> next = people.next();
                next.isPresent() && step.size() < pooler.inputsMax();
                next = people.next()) {
            int tokens = next.get().nextTokens();
            if (tokens > left && !step.isEmpty()) {
                break;
            }
            step.add(new Taken(next.get(), people.take(now)));
            left -= tokens;
        }
        return step;
    }

    private void compute(List<Taken> step) {
        long before = System.nanoTime();
        List<float[]> vectors;
        try {
            vectors = pooler.compute(step.stream().map(Taken::tokens).toList());
        } catch (NativeException failure) {
            recover(step, failure);
            return;
        }
        int tokens = step.stream().mapToInt(taken -> taken.tokens().length).sum();
        long nanos = System.nanoTime() - before;
        nanosPerToken += LEARNING * ((double) nanos / tokens - nanosPerToken);
        for (int index = 0; index < step.size(); index++) {
            settle(step.get(index), vectors.get(index));
        }
    }

    // If it was of several, each is tried alone, so that only the one that fails alone is failed.
    private void recover(List<Taken> step, NativeException failure) {
        if (step.size() > 1) {
            step.forEach(taken -> compute(List.of(taken)));
            return;
        }
        VectorJob job = step.getFirst().job();
        boolean _ = people.remove(job::equals).isEmpty();
        end(job, new VectorEvent.Failed("engine_failed", String.valueOf(failure.getMessage())));
    }

    private void settle(Taken taken, float[] vector) {
        VectorJob job = taken.job();
        if (ended.contains(job)) {
            return;
        }
        for (float number : vector) {
            if (!Float.isFinite(number)) {
                boolean _ = people.remove(job::equals).isEmpty();
                end(
                        job,
                        new VectorEvent.Failed(
                                "engine_failed",
                                "What the model computed for input %d is no number, so nothing of it is used. Its weights may be damaged: measure the file, and load it again."
                                        .formatted(taken.index())));
                return;
            }
        }
        job.tell(
                new VectorEvent.Computed(
                        taken.index(),
                        bytes(job.normalised() ? normalised(vector) : vector),
                        taken.tokens().length,
                        job.input(taken.index()).truncated()));
        if (job.computedOne()) {
            long now = System.nanoTime();
            end(
                    job,
                    new VectorEvent.Done(
                            new Timings(
                                    (job.startedNanos() - job.arrivedNanos()) / NANOS_PER_MS,
                                    (now - job.startedNanos()) / NANOS_PER_MS,
                                    0)));
        }
    }

    private void end(VectorJob job, VectorEvent last) {
        if (ended.add(job)) {
            job.tell(last);
        }
    }

    private static VectorEvent cancelled() {
        return new VectorEvent.Failed("cancelled", "The request was cancelled by its caller.");
    }

    static float[] normalised(float[] vector) {
        double square = 0;
        for (float number : vector) {
            square += (double) number * number;
        }
        float[] unit = new float[vector.length];
        double length = Math.sqrt(square);
        for (int index = 0; index < vector.length; index++) {
            unit[index] = length == 0 ? 0 : (float) (vector[index] / length);
        }
        return unit;
    }

    private static byte[] bytes(float[] vector) {
        ByteBuffer bytes =
                ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return bytes.array();
    }
}
