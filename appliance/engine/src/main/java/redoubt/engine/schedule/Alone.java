package redoubt.engine.schedule;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import redoubt.engine.client.FinishReason;
import redoubt.foreign.llama.DecodeResult;
import redoubt.foreign.llama.NativeException;

/// Generations that are computed by themselves, for replays and for what is to be replayed: each in
/// an empty cache of its own, with steps of always the same size and always the same threads, so
/// that nothing that others do, and no clock, has a say in what comes out. One at a time, a step
/// after each step of the others; who is next is decided as for everybody. Step thread only.
final class Alone {
    /// Tokens of a prompt in one step; also bounds how long others wait.
    static final int STEP_TOKENS = 64;

    private final Decoder shared;
    private final Shares shares;
    private final FairQueue waiting;
    private boolean news;
    private @Nullable Decoder own;
    private @Nullable Sequence running;

    /// @param shares what everybody was given, here and by the steps of all
    Alone(Decoder shared, Shares shares) {
        this.shared = shared;
        this.shares = shares;
        this.waiting = new FairQueue(shares);
    }

    boolean isIdle() {
        return waiting.isEmpty() && running == null;
    }

    /// Takes it in, unless too many wait.
    ///
    /// @return why it was not taken
    Optional<String> add(Sequence sequence) {
        Optional<String> refused = waiting.add(sequence);
        if (refused.isEmpty()) {
            shares.join(sequence.account());
            news = true;
        }
        return refused;
    }

    /// Computes one step, if there is anything to compute.
    void step() {
        long now = System.nanoTime();
        waiting.dropCancelled(sequence -> {
            sequence.finish(FinishReason.CANCELLED, now);
            news = true;
        });
        if (running == null && !waiting.isEmpty()) {
            begin(waiting.take(), now);
            news = true;
        }
        tellPositions(now);
        Sequence sequence = running;
        Decoder decoder = own;
        if (sequence == null || decoder == null) {
            return;
        }
        if (sequence.job().cancelled()) {
            sequence.finish(FinishReason.CANCELLED, now);
            end();
            return;
        }
        try {
            compute(sequence, decoder);
        } catch (RuntimeException failure) {
            sequence.fail("engine_failed", Sequence.sentence(failure));
            end();
        }
    }

    /// When it starts depends on how long the answers before it get, which nobody knows.
    private void tellPositions(long now) {
        if (!news) {
            return;
        }
        news = false;
        List<Sequence> order = waiting.order(0);
        for (int index = 0; index < order.size(); index++) {
            order.get(index).tellPosition(index + 1, -1, now);
        }
    }

    private void begin(Sequence sequence, long now) {
        long tokens =
                sequence.job().maxTokens() == 0
                        ? shared.contextTokens()
                        : (long) sequence.job().prompt().length + sequence.job().maxTokens();
        try {
            Decoder decoder = shared.alone((int) Math.min(tokens, shared.contextTokens()));
            own = decoder;
            running = sequence;
            decoder.use(sequence.job().adapters());
            sequence.open(decoder);
            sequence.run(now);
            Place place = new Place(0);
            sequence.enter(place, 0);
        } catch (IllegalArgumentException refused) {
            sequence.fail("invalid_request", Sequence.sentence(refused));
            end();
        } catch (NativeException without) {
            sequence.fail("engine_failed", Sequence.sentence(without));
            end();
        }
    }

    private void compute(Sequence sequence, Decoder decoder) {
        decoder.clear();
        int tokens = Math.min(sequence.pending(), STEP_TOKENS);
        int first = sequence.computed();
        int index = -1;
        for (int at = first; at < first + tokens; at++) {
            boolean last = at == sequence.tokens().size() - 1;
            int entry = decoder.add(sequence.tokens().at(at), at, 0, last);
            index = last ? entry : index;
        }
        if (decoder.decode() != DecodeResult.DONE) {
            sequence.finish(FinishReason.LENGTH, System.nanoTime());
            end();
            return;
        }
        sequence.computed(tokens);
        long now = System.nanoTime();
        sequence.tellProgress(now);
        if (index >= 0) {
            Chosen chosen = sequence.choice().choose(index);
            FinishReason reason = sequence.next(chosen, decoder, now);
            if (reason != null) {
                sequence.finish(reason, now);
                end();
            }
        }
    }

    private void end() {
        if (running != null) {
            running.settle(shares, true);
        }
        if (own != null) {
            own.close();
        }
        own = null;
        running = null;
    }
}
