package redoubt.engine.schedule;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import redoubt.engine.client.FinishReason;
import redoubt.engine.client.GenerationEvent;
import redoubt.engine.client.SamplingParameters;
import redoubt.engine.client.Timings;
import redoubt.engine.client.Usage;

/// One generation from its arrival to its end: all its tokens, how many of them are in the cache,
/// and its answer so far. Prompt and answer are one list, so a generation that lost its place in
/// the cache goes on by computing the list again. Step thread only.
final class Sequence {
    private static final double NANOS_PER_MS = 1e6;

    private final Job job;
    private final TokenList tokens;
    private final Answer answer;
    private final Pieces pieces;
    private Decoder.@Nullable Choice choice;
    private @Nullable Slot slot;
    private int computed;
    private int cached;
    private int generated;
    private int positionTold;
    private boolean started;
    private long startedNanos;
    private long firstTokenNanos;
    private long lastTokenNanos;

    Sequence(Job job) {
        this.job = job;
        this.tokens = new TokenList(job.prompt());
        this.answer = new Answer(job.stops(), job.dropsLeadingSpace());
        this.pieces = new Pieces(job);
    }

    Job job() {
        return job;
    }

    TokenList tokens() {
        return tokens;
    }

    Slot slot() {
        return Objects.requireNonNull(slot, "this sequence is not running");
    }

    /// Tokens that are in the cache.
    int computed() {
        return computed;
    }

    /// Tokens that are still to be computed before the next one can be chosen.
    int pending() {
        return tokens.size() - computed;
    }

    /// Whether only the newest token is to be computed, and the answer has begun.
    boolean decoding() {
        return generated > 0 && pending() == 1;
    }

    /// Takes a place in the cache of which `common` tokens are already there.
    void enter(Slot place, int common, Decoder decoder, long now) {
        if (choice == null) {
            choice = choice(decoder);
        }
        slot = place;
        computed = common;
        if (!started) {
            started = true;
            startedNanos = now;
            cached = common;
            job.tell(new GenerationEvent.Started(job.prompt().length, common));
        }
    }

    /// Gives its place back; what has been answered stays.
    void leave() {
        pieces.flush(generated);
        slot = null;
        computed = 0;
    }

    void computed(int more) {
        computed += more;
    }

    void computedAgainFrom(int tokensKept) {
        computed = tokensKept;
    }

    /// Says where it stands in the queue, if that is news.
    void tellPosition(int position) {
        if (!started && position != positionTold) {
            positionTold = position;
            job.tell(new GenerationEvent.Queued(position, -1));
        }
    }

    /// Chooses the next token from the logits of a batch entry, and tells its text.
    ///
    /// @return why the generation has ended, or null when it goes on
    @Nullable FinishReason next(int batchIndex, Decoder decoder, long now) {
        Chosen chosen = Objects.requireNonNull(choice, "not entered").choose(batchIndex);
        int token = chosen.token();
        generated++;
        lastTokenNanos = now;
        if (generated == 1) {
            firstTokenNanos = now;
        }
        if (decoder.endsGeneration(token)) {
            return FinishReason.STOP;
        }
        tokens.add(token);
        boolean shown = job.choosing().form().shown().contains(token);
        String text = answer.add(shown ? decoder.shown(token) : decoder.piece(token));
        pieces.add(chosen.chance(), answer.length());
        pieces.add(text, generated, now);
        if (answer.stopped()) {
            return FinishReason.STOP_SEQUENCE;
        }
        boolean full = tokens.size() >= decoder.contextTokens();
        boolean enough = job.maxTokens() > 0 && generated >= job.maxTokens();
        return full || enough ? FinishReason.LENGTH : null;
    }

    void finish(FinishReason reason, long now) {
        pieces.add(answer.end(), generated, now);
        pieces.flush(generated);
        // A text that was held back may complete a stop text only with the last character.
        FinishReason told = answer.stopped() ? FinishReason.STOP_SEQUENCE : reason;
        long begun = started ? startedNanos : now;
        long first = generated > 0 ? firstTokenNanos : now;
        long last = generated > 0 ? lastTokenNanos : now;
        job.tell(
                new GenerationEvent.Finished(
                        told,
                        new Usage(job.prompt().length, cached, generated),
                        new Timings(
                                (begun - job.arrivedNanos()) / NANOS_PER_MS,
                                (first - begun) / NANOS_PER_MS,
                                (last - first) / NANOS_PER_MS)));
        close();
    }

    void fail(String code, String sentence) {
        pieces.flush(generated);
        job.tell(new GenerationEvent.Failed(code, sentence));
        close();
    }

    private void close() {
        if (choice != null) {
            choice.close();
            choice = null;
        }
    }

    private Decoder.Choice choice(Decoder decoder) {
        SamplingParameters sampling = job.choosing().sampling();
        Decoder.Choice made = decoder.choice(job.choosing());
        SamplingParameters.Penalties penalties = sampling.penalties();
        boolean penalised =
                penalties.repeat() != 1f
                        || penalties.frequency() != 0f
                        || penalties.presence() != 0f
                        || sampling.dry().multiplier() != 0f;
        if (penalised) {
            for (int token : job.prompt()) {
                made.accept(token);
            }
        }
        return made;
    }
}
