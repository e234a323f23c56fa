package redoubt.engine.schedule;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import redoubt.engine.client.AdapterUse;
import redoubt.engine.client.FinishReason;
import redoubt.engine.client.GenerationEvent;
import redoubt.foreign.llama.NativeException;

/// The step loop: takes jobs in, computes everyone's next tokens together, and lets nobody's
/// trouble become everybody's. One platform thread calls [#run]; [#submit], [#wake] and [#stop] are
/// for any thread.
public final class Scheduler {
    /// Generations that may wait for a sequence.
    public static final int WAITING_MAX = 256;

    // Room that each running generation gets ahead of its tokens before another is let in.
    private static final int HEADROOM_TOKENS = 32;

    private final Decoder decoder;
    private final Slots slots;
    private final StepBudget budget;
    private final BlockingQueue<Signal> inbox = new LinkedBlockingQueue<>();
    private final Deque<Sequence> waiting = new ArrayDeque<>();
    private final List<Sequence> running = new ArrayList<>();
    private int stepsAlone;
    private boolean stopped;

    private sealed interface Signal {
        record Arrived(Job job) implements Signal {}

        record Woken() implements Signal {}

        record Between(Runnable task) implements Signal {}

        record Stopped() implements Signal {}
    }

    public Scheduler(Decoder decoder) {
        if (decoder.batchTokens() < decoder.sequencesMax()) {
            throw new IllegalArgumentException("a batch must hold a token of every sequence");
        }
        this.decoder = decoder;
        this.slots = new Slots(decoder);
        this.budget = new StepBudget(Math.min(decoder.ubatchTokens(), decoder.batchTokens()));
    }

    /// Takes a job in. Its events say what becomes of it.
    public void submit(Job job) {
        inbox.add(new Signal.Arrived(job));
    }

    /// Has the loop look at cancellations now, if it is idle.
    public void wake() {
        inbox.add(new Signal.Woken());
    }

    /// Runs a task between two steps, on the step thread; also when there is nothing to step.
    public void between(Runnable task) {
        inbox.add(new Signal.Between(task));
    }

    /// Ends the loop after the current step. Nothing is said to those in flight: the process ends.
    public void stop() {
        inbox.add(new Signal.Stopped());
    }

    /// Steps until [#stop].
    public void run() throws InterruptedException {
        while (!stopped) {
            if (running.isEmpty() && waiting.isEmpty()) {
                receive(inbox.take());
            }
            for (Signal signal = inbox.poll(); signal != null; signal = inbox.poll()) {
                receive(signal);
            }
            dropCancelled();
            admit();
            if (!running.isEmpty() && !stopped) {
                step();
            }
        }
    }

    private void receive(Signal signal) {
        switch (signal) {
            case Signal.Arrived arrived -> arrive(arrived.job());
            case Signal.Woken _ -> {}
            case Signal.Between(Runnable task) -> task.run();
            case Signal.Stopped _ -> stopped = true;
        }
    }

    private void arrive(Job job) {
        if (waiting.size() >= WAITING_MAX) {
            job.tell(
                    new GenerationEvent.Failed(
                            "engine_busy",
                            "%d requests are waiting for this model already, so this one was not taken. Try again in a while."
                                    .formatted(waiting.size())));
        } else {
            waiting.addLast(new Sequence(job));
        }
    }

    private void dropCancelled() {
        long now = System.nanoTime();
        for (Iterator<Sequence> all = waiting.iterator(); all.hasNext(); ) {
            Sequence sequence = all.next();
            if (sequence.job().cancelled()) {
                all.remove();
                sequence.finish(FinishReason.CANCELLED, now);
            }
        }
        for (Sequence sequence : List.copyOf(running)) {
            if (sequence.job().cancelled()) {
                finish(sequence, FinishReason.CANCELLED, now);
            }
        }
    }

    private void admit() {
        while (!waiting.isEmpty() && slots.anyIdle() && hasRoomFor(waiting.getFirst())) {
            Sequence sequence = waiting.removeFirst();
            try {
                slots.enter(sequence, System.nanoTime());
                running.add(sequence);
            } catch (IllegalArgumentException | NativeException refused) {
                sequence.fail("invalid_request", sentence(refused));
            }
        }
        int position = 0;
        for (Sequence sequence : waiting) {
            sequence.tellPosition(++position);
        }
    }

    /// Whether it can be computed beside the others. Without this, two that do not fit together
    /// would take turns in throwing each other out.
    private boolean hasRoomFor(Sequence next) {
        long tokens = next.tokens().size();
        for (Sequence sequence : running) {
            tokens += sequence.tokens().size() + HEADROOM_TOKENS;
        }
        return running.isEmpty() || tokens + HEADROOM_TOKENS <= decoder.contextTokens();
    }

    private void step() {
        List<Sequence> taking = stepsAlone > 0 ? List.of(running.getFirst()) : together();
        stepsAlone = Math.max(0, stepsAlone - 1);
        Step step = Step.fill(taking, budget, decoder);
        long before = System.nanoTime();
        try {
            decoder.use(taking.getFirst().job().adapters());
            switch (decoder.decode()) {
                case DONE -> {
                    budget.measured(
                            step.promptTokens(), step.decoding(), System.nanoTime() - before);
                    settle(step);
                }
                case NO_ROOM -> makeRoom(step);
                case ABORTED -> step.entries().forEach(entry -> cutBack(entry.sequence()));
            }
        } catch (NativeException failure) {
            recover(step, failure);
        }
        if (running.size() > 1) {
            // The next prompt in line goes first in the next step.
            running.addLast(running.removeFirst());
        }
    }

    // One step is computed with one set of adapters; the others' turn comes as the line moves.
    private List<Sequence> together() {
        List<AdapterUse> adapters = running.getFirst().job().adapters();
        return running.stream()
                .filter(sequence -> sequence.job().adapters().equals(adapters))
                .toList();
    }

    private void settle(Step step) {
        for (Step.Entry entry : step.entries()) {
            Sequence sequence = entry.sequence();
            sequence.computed(entry.tokens());
            if (entry.chooses()) {
                choose(sequence, entry.logitsIndex());
            }
        }
    }

    private void choose(Sequence sequence, int batchIndex) {
        try {
            long now = System.nanoTime();
            @Nullable FinishReason reason = sequence.next(batchIndex, decoder, now);
            if (reason != null) {
                finish(sequence, reason, now);
            }
        } catch (RuntimeException failure) {
            fail(sequence, failure);
        }
    }

    private void finish(Sequence sequence, FinishReason reason, long now) {
        running.remove(sequence);
        slots.release(sequence);
        sequence.finish(reason, now);
    }

    private void fail(Sequence sequence, RuntimeException failure) {
        running.remove(sequence);
        slots.evict(sequence);
        sequence.fail("engine_failed", sentence(failure));
    }

    private void makeRoom(Step step) {
        if (slots.forgetOldest()) {
            return;
        }
        if (running.size() > 1) {
            Sequence youngest = running.getFirst();
            for (Sequence sequence : running) {
                if (sequence.job().id() > youngest.job().id()) {
                    youngest = sequence;
                }
            }
            running.remove(youngest);
            slots.evict(youngest);
            waiting.addFirst(youngest);
            return;
        }
        Sequence only = step.entries().getFirst().sequence();
        if (only.decoding()) {
            finish(only, FinishReason.LENGTH, System.nanoTime());
        } else {
            fail(
                    only,
                    new NativeException(
                            "The cache has no room for this prompt of %d tokens, so it was not computed. Shorten it, or load the model with a larger context."
                                    .formatted(only.tokens().size())));
        }
    }

    /// A batch could not be computed. Everyone is put back to before it; if it was of several, each
    /// is tried alone, so that only the one that fails alone is failed.
    private void recover(Step step, NativeException failure) {
        List<Step.Entry> entries = step.entries();
        if (entries.size() == 1) {
            fail(entries.getFirst().sequence(), failure);
            return;
        }
        entries.forEach(entry -> cutBack(entry.sequence()));
        stepsAlone = running.size();
    }

    private void cutBack(Sequence sequence) {
        int number = sequence.slot().number();
        if (sequence.computed() > 0 && decoder.keep(number, sequence.computed())) {
            return;
        }
        decoder.forget(number);
        sequence.computedAgainFrom(0);
    }

    private static String sentence(RuntimeException failure) {
        String message = failure.getMessage();
        return message != null && !message.isBlank()
                ? message
                : "The engine could not go on with this request (%s). Other requests go on; try it again, and report it if it happens twice."
                        .formatted(failure.getClass().getSimpleName());
    }
}
