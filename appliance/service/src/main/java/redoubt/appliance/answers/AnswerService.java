package redoubt.appliance.answers;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import redoubt.appliance.conversations.Items;
import redoubt.appliance.conversations.Occupied;
import redoubt.appliance.engines.Engines;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.metrics.Metrics;
import redoubt.provenance.inference.Inference;

/// The one path on which answers are made, for the page and for programs: keep the question, INTENT
/// durable, engine, tokens, keep the answer, SEAL durable, final event.
///
/// Each answer has a virtual thread; the credential is made on one of two platform threads, because
/// native calls would pin a carrier.
public final class AnswerService implements AutoCloseable {
    private static final int ANSWERS_MAX = 256;
    private static final int STAMPING_THREADS = 2;
    private static final Duration LEAVE_TIME = Duration.ofSeconds(10);

    private final Engines engines;
    private final Work.Parts parts;
    private final Metrics metrics;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final ExecutorService stamping =
            Executors.newFixedThreadPool(
                    STAMPING_THREADS, Thread.ofPlatform().name("stamping-", 1).factory());
    private final Occupied occupied;
    private final Set<Answer> running = ConcurrentHashMap.newKeySet();

    public AnswerService(
            Engines engines,
            Inference inference,
            Items items,
            Metrics metrics,
            Traces traces,
            InstantSource clock) {
        this.occupied = items.occupied();
        this.engines = engines;
        this.metrics = metrics;
        this.parts = new Work.Parts(engines, inference, items, metrics, traces, clock, stamping);
    }

    /// Begins one answer; whatever becomes of it comes as its events.
    ///
    /// @throws RefusedException as for several
    public Answers start(AnswerRequest request) {
        return start(request, 1);
    }

    /// Begins so many answers to the same request, each with a seed and entries of its own.
    ///
    /// @throws RefusedException as for several
    public Answers start(AnswerRequest request, int choices) {
        return start(IntStream.range(0, choices).mapToObj(request::choice).toList());
    }

    /// Begins several answers that belong together, all of them or none.
    ///
    /// @param requests of one principal, to one model, in one conversation or in none
    /// @throws RefusedException when nothing is even begun: there is no such model, too many wait,
    ///   or the conversation is being erased
    public Answers start(List<AnswerRequest> requests) {
        engines.known(requests.getFirst().model());
        int choices = requests.size();
        if (metrics.answersRunning.addAndGet(choices) > ANSWERS_MAX) {
            metrics.answersRunning.addAndGet(-choices);
            throw RefusedException.tooMany(
                    "queue_full",
                    Duration.ofSeconds(5),
                    "%d answers are under way or wait already, the most that this appliance takes. Nothing was begun. Try again shortly."
                            .formatted(ANSWERS_MAX));
        }
        String conversation = requests.getFirst().conversation();
        int entered = 0;
        while (conversation != null && entered < choices && occupied.beginAnswer(conversation))
            entered++;
        if (conversation != null && entered < choices) {
            for (; entered > 0; entered--) occupied.endAnswer(conversation);
            metrics.answersRunning.addAndGet(-choices);
            throw conversationErased();
        }
        Answers begun = new Answers(choices);
        for (int i = 0; i < choices; i++) run(requests.get(i), begun.choice(i));
        return begun;
    }

    private void run(AnswerRequest request, Answer answer) {
        running.add(answer);
        String conversation = request.conversation();
        threads.execute(() -> {
            Work work = new Work(parts, request, answer);
            try {
                work.run();
            } finally {
                running.remove(answer);
                if (conversation != null) occupied.endAnswer(conversation);
                metrics.answersRunning.decrementAndGet();
                answer.tell(work.end());
            }
        });
    }

    /// Stops what is under way; what was said is sealed before this returns.
    @Override
    public void close() {
        running.forEach(Answer::cancel);
        threads.shutdown();
        try {
            if (!threads.awaitTermination(LEAVE_TIME.toMillis(), TimeUnit.MILLISECONDS))
                threads.shutdownNow();
        } catch (InterruptedException hurry) {
            threads.shutdownNow();
        }
        stamping.shutdown();
    }

    /// Nothing is asked beside an erasure.
    public static RefusedException conversationErased() {
        return RefusedException.conflict(
                "conversation_erased",
                "This conversation is being erased, so nothing can be asked in it. Begin a new one.");
    }

    static RefusedException bug() {
        return RefusedException.failed(
                "internal_error",
                "Something failed inside the appliance, and this answer is void. Ask again; if it happens again, tell the administrator, who finds it in the appliance's log.");
    }

    static RefusedException storageFailed(IOException failure) {
        return RefusedException.unavailable(
                "storage_unavailable",
                "The appliance's disk did not take the conversation (%s), so no answer is given that could be lost. Tell the administrator; nothing that was acknowledged before is lost."
                        .formatted(failure.getMessage()));
    }
}
