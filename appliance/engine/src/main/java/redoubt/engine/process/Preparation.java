package redoubt.engine.process;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import redoubt.engine.client.Constraint;
import redoubt.engine.client.GenerationEvent;
import redoubt.engine.client.GenerationRequest;
import redoubt.engine.client.Prompt;
import redoubt.engine.schedule.Choosing;
import redoubt.engine.schedule.Form;
import redoubt.engine.schedule.Job;
import redoubt.engine.schedule.Stopwatch;
import redoubt.foreign.llama.AnswerForm;
import redoubt.foreign.llama.ChatTemplate;
import redoubt.foreign.llama.LlamaModel;
import redoubt.foreign.llama.NativeException;
import redoubt.foreign.llama.RenderedPrompt;

/// Turns a request into a job: renders, tokenises, and refuses what cannot be computed before
/// anything is. Runs on its own thread, so that a long prompt holds up neither the steps nor the
/// reading of cancellations.
final class Preparation {
    private final LlamaModel model;
    private final ChatTemplate template;
    private final int contextTokens;
    private final PromptBound bound;
    private final Rendering rendering;
    private final Executor answers;

    /// @param answers reads answers that are more than text, one thing at a time
    Preparation(LoadedModel loaded, Executor answers) {
        this.rendering = new Rendering(loaded.model(), loaded.template());
        this.answers = answers;
        this.model = loaded.model();
        this.template = loaded.template();
        this.contextTokens = loaded.context().contextTokens();
        this.bound = loaded.promptBound();
    }

    /// @return empty when it was refused; then the reason went to `events`
    Optional<Job> prepare(
            long id,
            GenerationRequest request,
            long arrivedNanos,
            Job.Cancellation cancellation,
            Consumer<GenerationEvent> events) {
        Stopwatch stopwatch = new Stopwatch(arrivedNanos);
        Optional<GenerationEvent.Failed> cannot = tooLong(request.prompt());
        if (cannot.isPresent()) {
            events.accept(cannot.get());
            return Optional.empty();
        }
        int[] tokens;
        Form form;
        Consumer<GenerationEvent> told = events;
        List<String> stops = new ArrayList<>(request.stops());
        try {
            switch (request.prompt()) {
                case Prompt.Chat chat -> {
                    RenderedPrompt rendered = rendering.render(chat, request.constraint());
                    tokens = rendered.tokens();
                    stops.addAll(rendered.stops());
                    form = rendering.form(rendered, request.constraint());
                    AnswerForm reads = reads(rendered, request.constraint());
                    if (reads != null) {
                        told = reading(id, reads, events);
                    }
                }
                case Prompt.Text text -> {
                    tokens = model.tokenize(text.text(), true, false);
                    form = rendering.form(request.constraint());
                }
                case Prompt.Tokens listed -> {
                    tokens = checked(listed.tokens());
                    form = rendering.form(request.constraint());
                }
            }
        } catch (RuntimeException refused) {
            if (refused instanceof NativeException failure) {
                EngineMemory.unlessExhausted(failure);
            }
            events.accept(
                    new GenerationEvent.Failed(
                            "invalid_request", String.valueOf(refused.getMessage())));
            return Optional.empty();
        }
        Optional<GenerationEvent.Failed> wrong = wrong(tokens.length);
        if (wrong.isPresent()) {
            told.accept(wrong.get());
            return Optional.empty();
        }
        stopwatch.prepared();
        return Optional.of(
                new Job(
                        id,
                        request.owner(),
                        tokens,
                        new Choosing(
                                request.sampling(),
                                request.seed(),
                                form,
                                request.logprobs(),
                                stopwatch),
                        request.adapters(),
                        request.alone(),
                        request.maxTokens(),
                        stops,
                        // The plain transcript ends at a colon, after which models write a space.
                        request.prompt() instanceof Prompt.Chat
                                && template.origin() == ChatTemplate.Origin.FALLBACK,
                        arrivedNanos,
                        cancellation,
                        stopwatch.into(told)));
    }

    private static @Nullable AnswerForm reads(RenderedPrompt rendered, Constraint constraint) {
        boolean plain = constraint instanceof Constraint.Grammar || !rendered.form().reads();
        return plain ? null : rendered.form();
    }

    private Consumer<GenerationEvent> reading(
            long id, AnswerForm form, Consumer<GenerationEvent> events) {
        // Names of calls are compared by clients over days and over the engines of all models.
        String prefix =
                "call_%s_%s_%s_"
                        .formatted(
                                Long.toString(System.currentTimeMillis(), Character.MAX_RADIX),
                                Long.toString(ProcessHandle.current().pid(), Character.MAX_RADIX),
                                Long.toString(id, Character.MAX_RADIX));
        return new AnswerReading(model.newReader(form, prefix), answers, events);
    }

    private int[] checked(List<Integer> tokens) {
        int[] made = new int[tokens.size()];
        for (int at = 0; at < made.length; at++) {
            int token = tokens.get(at);
            if (token < 0 || token >= model.vocabularySize()) {
                throw new IllegalArgumentException(
                        "The prompt's token %d is %d, and this model's tokens are 0 to %d. Nothing was computed. Send tokens of this model; those of another model mean something else here."
                                .formatted(at, token, model.vocabularySize() - 1));
            }
            boolean begins = at == 0 && model.beginToken().equals(OptionalInt.of(token));
            if (!begins && (model.isControl(token) || model.endsGeneration(token))) {
                throw new IllegalArgumentException(
                        "The prompt's token %d is %d, which steers the model and is no text. Nothing was computed. Leave such tokens out, or send messages, of which the chat template makes them."
                                .formatted(at, token));
            }
            made[at] = token;
        }
        return made;
    }

    private Optional<GenerationEvent.Failed> tooLong(Prompt prompt) {
        long bytes =
                switch (prompt) {
                    case Prompt.Text text -> TextLength.utf8(text.text());
                    case Prompt.Chat chat -> TextLength.utf8OfJson(chat.messagesJson());
                    // Counted exactly in a moment.
                    case Prompt.Tokens _ -> 0;
                };
        OptionalLong tooMany = bound.tooMany(bytes);
        return tooMany.isPresent()
                ? Optional.of(contextExceeded("at least " + tooMany.getAsLong()))
                : Optional.empty();
    }

    private GenerationEvent.Failed contextExceeded(String tokens) {
        return new GenerationEvent.Failed(
                "context_length_exceeded",
                ("The prompt has %s tokens, and this model is loaded with a context of %d, of which an"
                                + " answer needs at least 1. Nothing was computed. Shorten the prompt or the"
                                + " conversation, or ask for a model with a larger context.")
                        .formatted(tokens, contextTokens));
    }

    private Optional<GenerationEvent.Failed> wrong(int tokens) {
        if (tokens == 0) {
            return Optional.of(
                    new GenerationEvent.Failed(
                            "invalid_request",
                            "The prompt is empty, so there is nothing to answer. Send some text."));
        }
        return tokens < contextTokens
                ? Optional.empty()
                : Optional.of(contextExceeded(String.valueOf(tokens)));
    }
}
