package redoubt.engine.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import redoubt.engine.client.FinishReason;
import redoubt.foreign.llama.NativeException;

/// The step loop: takes jobs in, computes everyone's next tokens together, and lets nobody's
/// trouble become everybody's. One platform thread calls [#run]; [#submit], [#wake], [#forget] and
/// [#stop] are for any thread.
public final class Scheduler {
    /// Generations that may wait for a sequence.
    public static final int WAITING_MAX = FairQueue.WAITING_MAX;

    private final Decoder decoder;
    private final Places places;
    private final ParkedStates parked;
    private final StepBudget budget;
    private final Guesses guesses;
    private final Choices choices;
    private final BlockingQueue<Signal> inbox = new LinkedBlockingQueue<>();
    private final Shares shares = new Shares();
    private final FairQueue waiting = new FairQueue(shares);
    private final Expectations expectations = new Expectations();
    private final QueueNews news = new QueueNews();
    private final Turns turns = new Turns();
    private final Coalescing coalescing;
    private final Alone alone;
    private final List<Sequence> running = new ArrayList<>();
    // Whose batch it is that is being decoded, when it is one job's alone.
    private volatile @Nullable Job decoding;
    private int stepsAlone;
    private boolean stopped;

    /// Parks nothing, and chooses on the step thread.
    public Scheduler(Decoder decoder) {
        this(decoder, null, 0, Depot.none(), 1);
    }

    /// @param draft guesses what the decoder will say, where there is one
    /// @param parkedBytesMax memory for states of sequences that had to leave the cache
    /// @param depot where those go that this has no room for
    /// @param choosingThreads threads that choose tokens, the step thread included
    public Scheduler(
            Decoder decoder,
            @Nullable Draft draft,
            long parkedBytesMax,
            Depot depot,
            int choosingThreads) {
        if (decoder.batchTokens() < decoder.sequencesMax()) {
            throw new IllegalArgumentException("a batch must hold a token of every sequence");
        }
        this.decoder = decoder;
        this.parked = new ParkedStates(Reach.leaves(decoder, parkedBytesMax), depot);
        this.places = new Places(decoder, parked, Reach.with(decoder, parkedBytesMax));
        this.budget = new StepBudget(Math.min(decoder.ubatchTokens(), decoder.batchTokens()));
        Drafts drafts = draft == null ? null : new Drafts(draft, budget, expectations);
        this.guesses = new Guesses(decoder, budget, drafts);
        this.choices = new Choices(choosingThreads);
        this.coalescing = new Coalescing(places);
        this.alone = new Alone(decoder, shares);
    }

    /// Takes a job in. Its events say what becomes of it.
    public void submit(Job job) {
        inbox.add(new Signal.Arrived(job));
    }

    /// Has the loop look at cancellations now: if it is idle, or computes for nobody else.
    public void wake() {
        inbox.add(new Signal.Woken());
        Job only = decoding;
        if (only != null && only.cancelled()) {
            decoder.abort();
        }
    }

    /// Drops all that was computed of a tenant's texts and is not in use.
    public void forget(String tenant) {
        inbox.add(new Signal.Forgotten(tenant));
    }

    /// Memory that parked states take. From any thread.
    public long parkedBytes() {
        return parked.bytes();
    }

    /// For the depot's answers.
    public Returns returns() {
        return new Returns(inbox);
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
            if (running.isEmpty() && waiting.isEmpty() && alone.isIdle()) {
                receive(inbox.take());
            }
            for (Signal signal = inbox.poll(); signal != null; signal = inbox.poll()) {
                receive(signal);
            }
            dropCancelled();
            admit();
            coalescing.settle(running);
            if (!running.isEmpty() && !stopped) {
                step();
            }
            if (!stopped) {
                alone.step();
            }
            news.tell(waiting, expectations, decoder.sequencesMax(), System.nanoTime());
        }
        choices.close();
    }

    private void receive(Signal signal) {
        switch (signal) {
            case Signal.Arrived arrived -> arrive(arrived.job());
            case Signal.Woken _ -> {}
            case Signal.Between(Runnable task) -> task.run();
            case Signal.Forgotten(String tenant) -> {
                places.forget(tenant);
                guesses.forget(tenant);
            }
            case Signal.Returned(Consumer<ParkedStates> what) -> what.accept(parked);
            case Signal.Resting(Runnable done) -> places.rest(done);
            case Signal.Stopped _ -> stopped = true;
        }
    }

    private void arrive(Job job) {
        Sequence sequence = new Sequence(job);
        Optional<String> refused = job.alone() ? alone.add(sequence) : waiting.add(sequence);
        if (refused.isPresent()) {
            sequence.fail("engine_busy", refused.get());
        } else if (!job.alone()) {
            shares.join(sequence.account());
            news.changed();
        }
    }

    private void dropCancelled() {
        long now = System.nanoTime();
        waiting.dropCancelled(sequence -> {
            sequence.finish(FinishReason.CANCELLED, now);
            news.changed();
        });
        for (Sequence sequence : List.copyOf(running)) {
            if (sequence.job().cancelled()) {
                finish(sequence, FinishReason.CANCELLED, now);
            }
        }
    }

    private void admit() {
        for (Optional<Sequence> next = waiting.first();
                next.isPresent() && admit(next.get());
                next = waiting.first()) {}
    }

    /// @return whether the next may be looked at
    private boolean admit(Sequence next) {
        long now = System.nanoTime();
        if (Rotation.fits(next, running, places, decoder)) {
            let(waiting.take(), now);
            return true;
        }
        Optional<Sequence> gives = Rotation.givesWay(next, running, now);
        if (gives.isEmpty()) {
            return false;
        }
        Sequence taken = waiting.take();
        // What it computed stays in the cache while there is room.
        pause(gives.get(), now, places::release);
        if (Rotation.fits(taken, running, places, decoder)) {
            let(taken, now);
            return true;
        }
        waiting.putBack(taken);
        return false;
    }

    private void let(Sequence sequence, long now) {
        try {
            sequence.open(decoder);
        } catch (IllegalArgumentException | NativeException refused) {
            sequence.fail("invalid_request", Sequence.sentence(refused));
            return;
        }
        sequence.run(now);
        sequence.charge(shares, sequence.expectedCost(expectations.answerTokens()));
        turns.join(sequence);
        if (!coalescing.awaits(sequence) && !coalescing.follows(sequence, running)) {
            places.enter(sequence);
        }
        running.add(sequence);
        news.changed();
    }

    private void pause(Sequence sequence, long now, Consumer<Sequence> leave) {
        leave(sequence, now, leave);
        waiting.putBack(sequence);
    }

    private void leave(Sequence sequence, long now, Consumer<Sequence> leave) {
        running.remove(sequence);
        guesses.leave(sequence);
        sequence.rest(now);
        if (sequence.hasPlace()) {
            leave.accept(sequence);
        }
        sequence.settle(shares, true);
        news.changed();
    }

    private void step() throws InterruptedException {
        Turns.Next next = turns.next(running);
        if (next.sequences().isEmpty()) {
            // All wait for what is on its way back.
            Signal signal = inbox.poll(20, TimeUnit.MILLISECONDS);
            if (signal != null) {
                receive(signal);
            }
            return;
        }
        if (stepsAlone > 0) {
            stepsAlone--;
            next = next.one(stepsAlone);
        }
        try {
            decoder.use(next.adapters());
        } catch (IllegalArgumentException | NativeException refused) {
            next.sequences().forEach(sequence -> fail(sequence, "invalid_request", refused));
            return;
        }
        if (!makeRoom(next.sequences())) {
            return;
        }
        int cells = places.freeCells();
        Step step = Step.fill(next, budget, guesses, decoder, cells);
        if (step.entries().isEmpty()) {
            throw new IllegalStateException("a step with nothing in it");
        }
        decode(step);
        turns.retain(running);
    }

    private void decode(Step step) throws InterruptedException {
        long before = decoder.nanoTime();
        try {
            decoding =
                    step.entries().size() == 1 ? step.entries().getFirst().sequence().job() : null;
            switch (decoder.decode()) {
                case DONE -> {
                    long took = decoder.nanoTime() - before;
                    step.teach(budget, took);
                    turns.had(step, took);
                    settle(step);
                }
                case NO_ROOM -> outOfRoom(step);
                case ABORTED -> step.entries().forEach(entry -> places.cutBack(entry.sequence()));
            }
        } catch (NativeException failure) {
            recover(step, failure);
        } finally {
            decoding = null;
        }
    }

    private void settle(Step step) throws InterruptedException {
        List<Step.Entry> choosing = new ArrayList<>();
        long now = System.nanoTime();
        for (Step.Entry entry : step.entries()) {
            Sequence sequence = entry.sequence();
            places.grow(sequence, entry.tokens());
            sequence.tellProgress(now);
            if (entry.chooses()) {
                choosing.add(entry);
            } else {
                places.advanced(sequence);
            }
        }
        List<Choices.Outcome> outcomes = choices.choose(choosing);
        for (int index = 0; index < choosing.size(); index++) {
            take(choosing.get(index), outcomes.get(index));
        }
    }

    private void take(Step.Entry entry, Choices.Outcome outcome) {
        Sequence sequence = entry.sequence();
        try {
            if (outcome.failure() != null) {
                throw outcome.failure();
            }
            long now = System.nanoTime();
            @Nullable FinishReason reason = null;
            sequence.pace(running.size());
            for (Chosen chosen : outcome.chosen()) {
                reason = reason == null ? sequence.next(chosen, decoder, now) : reason;
            }
            places.chosen(entry, outcome.chosen().size() - 1);
            sequence.settle(shares, false);
            if (reason != null) {
                finish(sequence, reason, now);
            }
        } catch (RuntimeException failure) {
            fail(sequence, "engine_failed", failure);
        }
    }

    private void finish(Sequence sequence, FinishReason reason, long now) {
        leave(sequence, now, places::release);
        expectations.ended(sequence.generated(), sequence.ranNanos());
        sequence.finish(reason, now);
    }

    private void fail(Sequence sequence, String code, RuntimeException failure) {
        leave(sequence, System.nanoTime(), places::evict);
        sequence.fail(code, Sequence.sentence(failure));
    }

    /// Sees to it that a step has room: what is idle leaves the cache first, then those who run,
    /// who go on later.
    ///
    /// @return false when somebody who was to be in the step had to leave
    private boolean makeRoom(List<Sequence> taking) {
        int decoding = (int) taking.stream().filter(Sequence::decoding).count();
        int prompts = taking.stream().mapToInt(Sequence::pending).sum();
        int wanted = Math.min(prompts, decoder.ubatchTokens() + decoding);
        while (places.freeCells() < wanted && places.parkOldest(null)) {}
        int needed = decoding + Math.min(prompts - decoding, Rotation.HEADROOM_TOKENS);
        if (places.freeCells() >= Math.min(needed, prompts)) {
            return true;
        }
        if (running.stream().filter(Sequence::hasPlace).count() > 1) {
            parkOneOf(running);
            return false;
        }
        return places.freeCells() > 0 || endForWantOfRoom(taking.getFirst());
    }

    private void outOfRoom(Step step) {
        step.entries().forEach(entry -> places.cutBack(entry.sequence()));
        if (places.parkOldest(null)) {
            return;
        }
        if (running.stream().filter(Sequence::hasPlace).count() > 1) {
            parkOneOf(running);
        } else {
            boolean _ = endForWantOfRoom(step.entries().getFirst().sequence());
        }
    }

    private void parkOneOf(List<Sequence> all) {
        pause(Rotation.parks(all), System.nanoTime(), places::park);
    }

    private boolean endForWantOfRoom(Sequence only) {
        if (only.decoding()) {
            finish(only, FinishReason.LENGTH, System.nanoTime());
        } else {
            fail(
                    only,
                    "engine_failed",
                    new NativeException(
                            "The cache has no room for this prompt of %d tokens, so it was not computed. Shorten it, or load the model with a larger context."
                                    .formatted(only.tokens().size())));
        }
        return false;
    }

    /// A batch could not be computed. Everyone is put back to before it; if it was of several, each
    /// is tried alone, so that only the one that fails alone is failed.
    private void recover(Step step, NativeException failure) {
        List<Step.Entry> entries = step.entries();
        if (entries.size() == 1) {
            fail(entries.getFirst().sequence(), "engine_failed", failure);
            return;
        }
        entries.forEach(entry -> places.cutBack(entry.sequence()));
        stepsAlone = running.size();
    }
}
