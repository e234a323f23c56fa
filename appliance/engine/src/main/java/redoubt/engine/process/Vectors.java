package redoubt.engine.process;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import redoubt.engine.client.EmbedRequest;
import redoubt.engine.client.EngineFacts;
import redoubt.engine.client.Owner;
import redoubt.engine.client.Prompt;
import redoubt.engine.client.RerankRequest;
import redoubt.engine.client.VectorEvent;
import redoubt.engine.schedule.Job;
import redoubt.engine.vectors.VectorJob;
import redoubt.engine.vectors.VectorLoop;

/// Requests for vectors and scores on their way to the loop: refused when the model is not for
/// them, tokenised a little at a time so that a long request does not keep the preparing thread
/// from a short one, and bounded in what may wait. [#take] is for the reading thread.
final class Vectors {
    /// Tokens of all requests that may wait, 32 MiB of them.
    private static final long WAITING_TOKENS_MAX = 8L << 20;

    /// Characters of requests that may wait to be tokenised.
    private static final long WAITING_CHARACTERS_MAX = 48L << 20;

    private static final int TURN_CHARACTERS = 64 * 1024;

    private final EngineFacts facts;
    private final InputTokens tokens;
    private final VectorLoop loop;
    private final Executor preparing;
    private final AtomicLong waitingTokens = new AtomicLong();
    private final AtomicLong waitingCharacters = new AtomicLong();

    Vectors(LoadedModel loaded, VectorLoop loop, Executor preparing) {
        this.facts = loaded.facts();
        this.tokens = new InputTokens(loaded);
        this.loop = loop;
        this.preparing = preparing;
    }

    /// Why a model that generates, or another one, cannot do what is asked of it.
    static VectorEvent.Failed wrongPurpose(EngineFacts facts, EngineFacts.Purpose wanted) {
        return new VectorEvent.Failed("wrong_purpose", purpose(facts, wanted));
    }

    /// The same for a generation or anything else.
    static String purpose(EngineFacts facts, EngineFacts.Purpose wanted) {
        String can =
                switch (facts.purpose()) {
                    case GENERATION -> "generates text";
                    case EMBEDDING -> "makes vectors of texts";
                    case RERANKING -> "scores documents";
                };
        String need =
                switch (wanted) {
                    case GENERATION -> "generate";
                    case EMBEDDING -> "make vectors";
                    case RERANKING -> "score documents";
                };
        return "The model %s %s, and cannot %s. Nothing was computed. Name a model that is for that."
                .formatted(facts.modelName(), can, need);
    }

    void take(EmbedRequest request, Job.Cancellation cancellation, Consumer<VectorEvent> events) {
        if (facts.purpose() != EngineFacts.Purpose.EMBEDDING) {
            events.accept(wrongPurpose(facts, EngineFacts.Purpose.EMBEDDING));
            return;
        }
        List<Prompt> inputs = request.inputs();
        begin(
                new Preparing(
                        request.owner(),
                        inputs.size(),
                        inputs.stream().mapToLong(Vectors::characters).sum(),
                        true,
                        index -> tokens.of(inputs.get(index), index, request.truncate()),
                        cancellation,
                        events));
    }

    void take(RerankRequest request, Job.Cancellation cancellation, Consumer<VectorEvent> events) {
        if (facts.purpose() != EngineFacts.Purpose.RERANKING) {
            events.accept(wrongPurpose(facts, EngineFacts.Purpose.RERANKING));
            return;
        }
        List<String> documents = request.documents();
        begin(
                new Preparing(
                        request.owner(),
                        documents.size(),
                        documents.stream().mapToLong(String::length).sum()
                                + request.query().length(),
                        false,
                        new Tokenising() {
                            private InputTokens.Query query = new InputTokens.Query("", new int[0]);

                            @Override
                            public VectorJob.Input input(int index) throws InputTokens.Refused {
                                if (index == 0) {
                                    query = tokens.query(request.query());
                                }
                                return tokens.pair(
                                        query, documents.get(index), index, request.truncate());
                            }
                        },
                        cancellation,
                        events));
    }

    private static long characters(Prompt prompt) {
        return switch (prompt) {
            case Prompt.Text(String text) -> text.length();
            case Prompt.Tokens(List<Integer> listed) -> listed.size() * 8L;
            case Prompt.Chat chat -> chat.messagesJson().length();
        };
    }

    private void begin(Preparing request) {
        if (waitingCharacters.addAndGet(request.characters) > WAITING_CHARACTERS_MAX) {
            waitingCharacters.addAndGet(-request.characters);
            request.events.accept(busy());
            return;
        }
        preparing.execute(request::turn);
    }

    private static VectorEvent.Failed busy() {
        return new VectorEvent.Failed(
                "engine_busy",
                "More is waiting for this model than it keeps in memory, so this request was not taken. Try again in a while, or send it in parts.");
    }

    private interface Tokenising {
        VectorJob.Input input(int index) throws InputTokens.Refused;
    }

    /// A request that is being tokenised. Preparing thread, but for its making.
    private final class Preparing {
        private final Owner owner;
        private final int count;
        private final long characters;
        private final boolean normalised;
        private final Tokenising tokenising;
        private final Job.Cancellation cancellation;
        private final Consumer<VectorEvent> events;
        private final long arrivedNanos = System.nanoTime();
        private final List<VectorJob.Input> inputs = new ArrayList<>();
        private long counted;

        Preparing(
                Owner owner,
                int count,
                long characters,
                boolean normalised,
                Tokenising tokenising,
                Job.Cancellation cancellation,
                Consumer<VectorEvent> events) {
            this.owner = owner;
            this.count = count;
            this.characters = characters;
            this.normalised = normalised;
            this.tokenising = tokenising;
            this.cancellation = cancellation;
            this.events = events;
        }

        void turn() {
            try {
                long spent = 0;
                long each = characters / count;
                while (inputs.size() < count && spent <= TURN_CHARACTERS) {
                    if (cancellation.asked()) {
                        throw new InputTokens.Refused(
                                "cancelled", "The request was cancelled by its caller.");
                    }
                    VectorJob.Input input = tokenising.input(inputs.size());
                    inputs.add(input);
                    counted += input.tokens().length;
                    spent += each;
                    if (waitingTokens.addAndGet(input.tokens().length) > WAITING_TOKENS_MAX) {
                        throw new InputTokens.Refused("engine_busy", busy().sentence());
                    }
                }
                if (inputs.size() < count) {
                    preparing.execute(this::turn);
                } else {
                    waitingCharacters.addAndGet(-characters);
                    loop.submit(job());
                }
            } catch (InputTokens.Refused refused) {
                drop(refused.code(), refused.sentence());
            } catch (RuntimeException failure) {
                drop("invalid_request", String.valueOf(failure.getMessage()));
            }
        }

        private void drop(String code, String sentence) {
            waitingCharacters.addAndGet(-characters);
            waitingTokens.addAndGet(-counted);
            events.accept(new VectorEvent.Failed(code, sentence));
        }

        private VectorJob job() {
            return new VectorJob(
                    owner,
                    inputs,
                    normalised,
                    arrivedNanos,
                    cancellation,
                    event -> {
                        if (event.last()) {
                            waitingTokens.addAndGet(-counted);
                        }
                        events.accept(event);
                    });
        }
    }
}
