package redoubt.appliance.answers;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import redoubt.appliance.conversations.Item;
import redoubt.appliance.conversations.Items;
import redoubt.appliance.engines.EngineUse;
import redoubt.appliance.engines.Engines;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.identity.Principal;
import redoubt.appliance.record.SiteRecord;
import redoubt.appliance.site.Secrets;
import redoubt.engine.client.Generation;
import redoubt.engine.client.GenerationEvent;
import redoubt.engine.client.GenerationRequest;
import redoubt.engine.client.Owner;
import redoubt.provenance.record.Event;

/// Generates recorded answers once more and compares them with what was sealed. Nobody is shown any
/// of the text: what comes out is a verdict, which is an entry of the record. One at a time, behind
/// everybody who waits for an answer. Source: docs/models.md, Replay.
public final class Replays {
    private final Items items;
    private final Engines engines;
    private final SiteRecord record;
    private final Predecessors predecessors;
    private final Semaphore one = new Semaphore(1);

    /// The messages of responses that a later one goes on from.
    public interface Predecessors {
        /// @param response as clients name it
        /// @throws RefusedException when it, or one before it, is gone
        ArrayNode messages(String response, String owner) throws IOException;
    }

    /// What came out.
    public enum Verdict {
        IDENTICAL("identical"),
        DIFFERENT("different"),
        IMPOSSIBLE("cannot be replayed");

        private final String word;

        Verdict(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    /// @param difference empty where there is none
    /// @param differsAt the first character that is another, counted from 1 in code points
    /// @param entry sequence of its REPLAYED entry
    public record Report(Verdict verdict, String difference, OptionalInt differsAt, long entry) {}

    private record Outcome(Verdict verdict, String difference, OptionalInt differsAt) {
        static Outcome impossible(String why) {
            return new Outcome(Verdict.IMPOSSIBLE, why, OptionalInt.empty());
        }
    }

    /// A replay under way, for whoever may want to stop it.
    public static final class Running {
        private volatile boolean cancelled;
        private volatile @Nullable Generation generation;

        public void cancel() {
            cancelled = true;
            Generation running = generation;
            if (running != null) running.cancel();
        }

        private void runs(Generation started) {
            generation = started;
            if (cancelled) started.cancel();
        }
    }

    public Replays(Items items, Engines engines, SiteRecord record, Predecessors predecessors) {
        this.predecessors = predecessors;
        this.items = items;
        this.engines = engines;
        this.record = record;
    }

    /// @throws RefusedException when there is no such answer, or no verdict could be reached
    public Report replay(String outputId, Principal principal, Running running)
            throws IOException, InterruptedException {
        Item.Answer answer =
                items.answer(outputId)
                        .orElseThrow(() ->
                                RefusedException.notFound(
                                        "output_not_found",
                                        "There is no answer with this identifier. It may have been erased."));
        if (!one.tryAcquire())
            throw RefusedException.tooMany(
                    "replay_running",
                    Duration.ofSeconds(10),
                    "Another answer is being replayed, and one is done at a time. Try again when it is through.");
        try {
            Outcome outcome = outcome(answer, running);
            long entry =
                    record.note(
                                    new Event.Replayed(
                                            outputId,
                                            outcome.verdict().word(),
                                            outcome.difference()),
                                    principal,
                                    OptionalLong.of(answer.entry().output()))
                            .sequence();
            return new Report(outcome.verdict(), outcome.difference(), outcome.differsAt(), entry);
        } finally {
            one.release();
        }
    }

    private Outcome outcome(Item.Answer answer, Running running)
            throws IOException, InterruptedException {
        Optional<Item> kept = items.read(answer.question());
        Item.@Nullable Asked asked =
                kept.isPresent() && kept.get() instanceof Item.Question question
                        ? question.asked()
                        : null;
        if (asked == null)
            return Outcome.impossible(
                    "its question was erased, or was kept by a version that did not store what a replay needs");
        if (engines.all().stream().noneMatch(model -> model.id().equals(asked.model())))
            return Outcome.impossible(
                    "there is no model %s here any more".formatted(asked.model()));
        GenerationRequest request;
        try {
            request = Earlier.with(asked.request(), asked.earlier(), answer.owner(), predecessors);
        } catch (RefusedException gone) {
            return Outcome.impossible("a response that it went on from was deleted");
        }
        try (EngineUse use = engines.use(asked.model(), "replay")) {
            Map<String, String> adapters;
            try {
                adapters = use.demand(asked.request().adapters());
            } catch (RefusedException missing) {
                return Outcome.impossible(String.valueOf(missing.getMessage()));
            }
            List<String> differences =
                    Conditions.differences(
                            asked.conditions(), Conditions.of(use.model(), adapters));
            if (!differences.isEmpty()) return Outcome.impossible(String.join("; ", differences));
            try (EngineUse.Memory _ = use.memory(true)) {
                return compared(answer, again(use, pinned(request, adapters), answer, running));
            }
        }
    }

    /// With those adapters, and no others that may have their names by then.
    private static GenerationRequest pinned(GenerationRequest asked, Map<String, String> adapters) {
        return asked.withAdapters(
                asked.adapters().stream()
                        .map(adapter -> adapter.only(adapters.getOrDefault(adapter.name(), "")))
                        .toList());
    }

    private static Said again(
            EngineUse use, GenerationRequest asked, Item.Answer answer, Running running)
            throws InterruptedException {
        // What was stopped by its reader is only compared as far as it went. What was computed by
        // itself had a cache of this size, and gets the same again.
        boolean shorter = cut(answer) && !asked.alone();
        int maxTokens = shorter ? answer.completionTokens() : asked.maxTokens();
        String id = "replay-" + Secrets.id();
        Generation generation =
                use.engine()
                        .generate(
                                new GenerationRequest(
                                        id,
                                        new Owner("replays", id, Owner.Priority.SYSTEM),
                                        asked.prompt(),
                                        asked.sampling(),
                                        maxTokens,
                                        asked.stops(),
                                        asked.seed(),
                                        asked.constraint(),
                                        asked.logprobs(),
                                        asked.adapters(),
                                        true));
        running.runs(generation);
        Saying saying = new Saying();
        while (true) {
            switch (generation.next()) {
                case GenerationEvent.Text text -> saying.add(text);
                case GenerationEvent.Reasoning reasoning -> saying.add(reasoning);
                case GenerationEvent.ToolCall call -> saying.add(call);
                case GenerationEvent.Queued _,
                        GenerationEvent.Started _,
                        GenerationEvent.Progress _ -> {}
                case GenerationEvent.Finished _ -> {
                    if (running.cancelled)
                        throw RefusedException.conflict(
                                "cancelled", "The replay was stopped, so there is no verdict.");
                    return saying.said();
                }
                case GenerationEvent.Failed failed ->
                        throw RefusedException.unavailable(
                                failed.code(),
                                "There is no verdict, because the replay was not finished. "
                                        + failed.sentence());
            }
        }
    }

    private static boolean cut(Item.Answer answer) {
        return answer.finishReason().equals("cancelled");
    }

    private static Outcome compared(Item.Answer answer, Said again) {
        String then = answer.text();
        String now = again.sealed().text();
        boolean identical = then.equals(now) || (cut(answer) && begins(Said.read(then), again));
        if (identical) return new Outcome(Verdict.IDENTICAL, "", OptionalInt.empty());
        int at = firstDifference(then, now);
        return new Outcome(
                Verdict.DIFFERENT,
                "the first difference is at character %d of %d"
                        .formatted(at, then.codePointCount(0, then.length())),
                OptionalInt.of(at));
    }

    private static boolean begins(Said then, Said now) {
        return now.reasoning().startsWith(then.reasoning())
                && now.content().startsWith(then.content())
                && then.calls().isEmpty();
    }

    /// Counted from 1, in code points; one more than the shorter text has where it is a beginning
    /// of the other.
    static int firstDifference(String one, String other) {
        int[] left = one.codePoints().toArray();
        int[] right = other.codePoints().toArray();
        int at = java.util.Arrays.mismatch(left, right);
        return at + 1;
    }
}
