package redoubt.engine.schedule;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import redoubt.engine.client.FinishReason;
import redoubt.engine.client.GenerationEvent;
import redoubt.engine.client.Guessed;
import redoubt.engine.client.SamplingParameters;
import redoubt.engine.client.Timings;
import redoubt.engine.client.Usage;

/// One generation from its arrival to its end: all its tokens, how many of them are in the cache,
/// and its answer so far. Prompt and answer are one list, so a generation that lost its place in
/// the cache goes on by computing the list again. Step thread only.
final class Sequence {
    private static final double NANOS_PER_MS = 1e6;

    /// Between two tellings of a position in the queue, and of progress with a prompt.
    private static final long NEWS_NANOS = 200_000_000L;

    private final Job job;
    private final TokenList tokens;
    private final Answer answer;
    private final Pieces pieces;
    private final Speculation speculation = new Speculation();
    private final PrefixTree.Key key;
    private final Shares.Account account;
    private Decoder.@Nullable Choice choice;
    private @Nullable Place place;
    private @Nullable Sequence leader;
    private ParkedStates.@Nullable State awaited;
    private int computed;
    private int cached;
    private int generated;
    private Guessed guessed = Guessed.none();
    private int positionTold;
    private boolean started;
    private boolean progressTold;
    private long positionNanos;
    private long progressNanos;
    private long startedNanos;
    private long firstTokenNanos;
    private long lastTokenNanos;
    private long runsSinceNanos;
    private long ranNanos;
    private long promptTurn;
    private long given;
    private long charged;

    Sequence(Job job) {
        this.job = job;
        this.tokens = new TokenList(job.prompt());
        this.answer = new Answer(job.stops(), job.dropsLeadingSpace());
        this.pieces = new Pieces(job);
        this.key = PrefixTree.Key.of(job);
        this.account = Shares.Account.of(job.owner());
    }

    Job job() {
        return job;
    }

    TokenList tokens() {
        return tokens;
    }

    PrefixTree.Key key() {
        return key;
    }

    Shares.Account account() {
        return account;
    }

    Place place() {
        return Objects.requireNonNull(place, "this sequence has no place in the cache");
    }

    boolean hasPlace() {
        return place != null;
    }

    /// The one that is computing the same beginning, for whom this one waits.
    @Nullable Sequence leader() {
        return leader;
    }

    void follow(@Nullable Sequence other) {
        leader = other;
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

    /// The parked state for which this one waits.
    ParkedStates.@Nullable State awaited() {
        return awaited;
    }

    void await(ParkedStates.@Nullable State state) {
        awaited = state;
    }

    /// Whether it still computes its prompt.
    boolean prefilling() {
        return generated == 0;
    }

    /// Makes what chooses its tokens.
    ///
    /// @throws IllegalArgumentException when its sampling parameters are out of range
    void open(Decoder decoder) {
        if (choice == null) {
            choice = choice(decoder);
        }
    }

    /// It is one of those that run, from now on.
    void run(long now) {
        runsSinceNanos = now;
        if (startedNanos == 0) {
            startedNanos = now;
        }
    }

    long runsSinceNanos() {
        return runsSinceNanos;
    }

    /// It no longer is.
    void rest(long now) {
        pieces.flush(generated);
        ranNanos += now - runsSinceNanos;
        leader = null;
        awaited = null;
    }

    long ranNanos() {
        return ranNanos;
    }

    int generated() {
        return generated;
    }

    /// Takes a place in the cache in which `common` of its tokens are already.
    void enter(Place taken, int common) {
        place = taken;
        computed = common;
        if (!started) {
            started = true;
            cached = common;
            job.tell(new GenerationEvent.Started(job.prompt().length, common));
        }
    }

    /// Gives its place back; what has been answered stays.
    void leave() {
        place = null;
        computed = 0;
    }

    void computed(int more) {
        given += decoding() ? Shares.ANSWER_WEIGHT : more;
        computed += more;
    }

    void computedAgainFrom(int tokensKept) {
        computed = tokensKept;
    }

    /// When it last had a turn with its prompt, in steps.
    long promptTurn() {
        return promptTurn;
    }

    void promptTurn(long step) {
        promptTurn = step;
    }

    /// What it will cost, as far as that can be known.
    long expectedCost(long answerTokens) {
        long most = job.maxTokens() > 0 ? Math.min(job.maxTokens(), answerTokens) : answerTokens;
        return Math.max(0, Shares.cost(job.prompt().length, most) - given);
    }

    /// Charges what it is expected to cost.
    void charge(Shares shares, long expected) {
        shares.charge(account, expected);
        charged += expected;
    }

    /// Charges what it cost beyond what was expected; at its end, also takes back what was not
    /// needed.
    void settle(Shares shares, boolean ended) {
        if (ended || given > charged) {
            shares.charge(account, given - charged);
            charged = given;
        }
    }

    /// Says where it stands in the queue, if that is news.
    void tellPosition(int position, long expectedMs, long now) {
        boolean news =
                position != positionTold
                        && (positionTold == 0 || now - positionNanos >= NEWS_NANOS);
        if (!started && news) {
            positionTold = position;
            positionNanos = now;
            job.tell(new GenerationEvent.Queued(position, expectedMs));
        }
    }

    /// Says how far its prompt is, where that takes more than a moment.
    void tellProgress(long now) {
        int length = job.prompt().length;
        boolean through = computed >= length;
        boolean news = through ? progressTold : now - progressNanos >= NEWS_NANOS;
        if (prefilling() && news) {
            progressTold = true;
            progressNanos = now;
            job.tell(new GenerationEvent.Progress(Math.min(computed, length), length));
        }
    }

    /// What may follow, to be computed in the same step.
    List<Integer> guess(int most, int decoding, StepBudget budget) {
        return speculation.guess(tokens, Math.min(most, mayStillSay()), decoding, budget);
    }

    /// Tokens that it may still answer with, beyond the next.
    int mayStillSay() {
        return job.maxTokens() > 0 ? job.maxTokens() - generated - 1 : Integer.MAX_VALUE;
    }

    void guessed(int guesses, int accepted) {
        if (guesses > 0) {
            guessed = guessed.with(speculation.guessed(), guesses, accepted);
            speculation.learned(guesses, accepted);
        }
    }

    /// What chooses its tokens.
    Decoder.Choice choice() {
        return Objects.requireNonNull(choice, "not opened");
    }

    /// How many are answered beside it, itself included.
    void pace(int answers) {
        pieces.pace(answers);
    }

    /// Takes the token that was chosen, and tells its text.
    ///
    /// @return why the generation has ended, or null when it goes on
    @Nullable FinishReason next(Chosen chosen, Decoder decoder, long now) {
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
        long begun = startedNanos != 0 ? startedNanos : now;
        long first = generated > 0 ? firstTokenNanos : now;
        long last = generated > 0 ? lastTokenNanos : now;
        job.tell(
                new GenerationEvent.Finished(
                        told,
                        answer.stop(),
                        new Usage(job.prompt().length, cached, generated, guessed),
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

    /// What a person is told about a failure.
    static String sentence(RuntimeException failure) {
        String message = failure.getMessage();
        return message != null && !message.isBlank()
                ? message
                : "The engine could not go on with this request (%s). Other requests go on; try it again, and report it if it happens twice."
                        .formatted(failure.getClass().getSimpleName());
    }
}
