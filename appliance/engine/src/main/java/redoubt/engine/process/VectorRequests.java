package redoubt.engine.process;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import redoubt.engine.client.AdapterResult;
import redoubt.engine.client.Conversion;
import redoubt.engine.client.EngineFacts;
import redoubt.engine.client.GenerationEvent;
import redoubt.engine.client.VectorEvent;
import redoubt.engine.protocol.FromEngine;
import redoubt.engine.protocol.ToEngine;
import redoubt.engine.schedule.Job;
import redoubt.engine.vectors.VectorLoop;

/// What an engine does with each message whose model makes vectors or scores. Reading thread.
final class VectorRequests {
    private final EngineFacts facts;
    private final Outbox outbox;
    private final Executor preparing;
    private final VectorLoop loop;
    private final Pulse pulse;
    private final Consumer<ToEngine.ProbeSeal> probeSeal;
    private final Vectors vectors;
    private final Conversions conversions;
    private final Map<Long, Job.Cancellation> cancellations = new ConcurrentHashMap<>();

    VectorRequests(
            LoadedModel loaded,
            VectorLoop loop,
            Pulse pulse,
            Outbox outbox,
            Executor preparing,
            Consumer<ToEngine.ProbeSeal> probeSeal) {
        this.facts = loaded.facts();
        this.loop = loop;
        this.pulse = pulse;
        this.outbox = outbox;
        this.preparing = preparing;
        this.probeSeal = probeSeal;
        this.vectors = new Vectors(loaded, loop, preparing);
        this.conversions = new Conversions(loaded);
    }

    void take(ToEngine message) {
        switch (message) {
            case ToEngine.Open _ ->
                    throw new IllegalStateException("an engine opens one model, once");
            case ToEngine.Embed embed ->
                    vectors.take(embed.request(), begun(embed.id()), events(embed.id()));
            case ToEngine.Rerank rerank ->
                    vectors.take(rerank.request(), begun(rerank.id()), events(rerank.id()));
            case ToEngine.Cancel cancel -> {
                Job.Cancellation cancellation = cancellations.get(cancel.id());
                if (cancellation != null) {
                    cancellation.ask();
                    loop.wake();
                }
            }
            case ToEngine.Generate generate ->
                    outbox.say(
                            new FromEngine.Happened(
                                    generate.id(),
                                    new GenerationEvent.Failed(
                                            "invalid_request",
                                            Vectors.purpose(
                                                    facts, EngineFacts.Purpose.GENERATION))));
            case ToEngine.LoadAdapter load -> noAdapters(load.id());
            case ToEngine.UnloadAdapter unload -> noAdapters(unload.id());
            case ToEngine.Convert(long id, Conversion conversion) ->
                    preparing.execute(() ->
                            outbox.say(
                                    new FromEngine.Converted(id, conversions.convert(conversion))));
            case ToEngine.Look look ->
                    outbox.say(new FromEngine.Pulse(look.id(), pulse.computingMs(), 0));
            case ToEngine.ComputeWith(int threads) -> pulse.threads(threads);
            // Nothing is kept of what is pooled.
            case ToEngine.Park _ -> {}
            case ToEngine.ProbeSeal probe -> preparing.execute(() -> probeSeal.accept(probe));
        }
    }

    private void noAdapters(long id) {
        outbox.say(
                new FromEngine.AdapterChanged(
                        id,
                        new AdapterResult.Refused(
                                "adapter_refused",
                                "The model %s makes vectors or scores, and adapters are for models that generate. Nothing was changed. Merge the adapter into the model before its conversion."
                                        .formatted(facts.modelName()))));
    }

    private Job.Cancellation begun(long id) {
        Job.Cancellation cancellation = new Job.Cancellation();
        if (cancellations.putIfAbsent(id, cancellation) != null) {
            throw new IllegalStateException("a request's number was used twice");
        }
        return cancellation;
    }

    private Consumer<VectorEvent> events(long id) {
        return event -> {
            outbox.say(new FromEngine.VectorHappened(id, event));
            if (event.last()) {
                cancellations.remove(id);
            }
        };
    }
}
