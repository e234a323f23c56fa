package redoubt.engine.process;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import redoubt.engine.client.Constraint;
import redoubt.engine.client.GenerationEvent;
import redoubt.engine.client.GenerationRequest;
import redoubt.engine.client.Prompt;
import redoubt.engine.schedule.Choosing;
import redoubt.engine.schedule.Form;
import redoubt.engine.schedule.Job;
import redoubt.foreign.llama.ChatTemplate;
import redoubt.foreign.llama.LlamaModel;
import redoubt.foreign.llama.RenderedPrompt;

/// Turns a request into a job: renders, tokenises, and refuses what cannot be computed before
/// anything is. Runs on its own thread, so that a long prompt holds up neither the steps nor the
/// reading of cancellations.
final class Preparation {
    private final LlamaModel model;
    private final ChatTemplate template;
    private final int contextTokens;
    private final PromptBound bound;

    Preparation(LoadedModel loaded) {
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
        Optional<GenerationEvent.Failed> cannot = tooLong(request.prompt());
        if (cannot.isPresent()) {
            events.accept(cannot.get());
            return Optional.empty();
        }
        int[] tokens;
        Form form;
        List<String> stops = new ArrayList<>(request.stops());
        try {
            switch (request.prompt()) {
                case Prompt.Chat chat -> {
                    RenderedPrompt rendered =
                            template.render(chat.messagesJson(), chat.toolsJson());
                    tokens = rendered.tokens();
                    stops.addAll(rendered.stops());
                }
                case Prompt.Text text -> tokens = model.tokenize(text.text(), true, false);
                case Prompt.Tokens listed -> tokens = checked(listed.tokens());
            }
            form = form(request.constraint());
        } catch (RuntimeException refused) {
            events.accept(
                    new GenerationEvent.Failed(
                            "invalid_request", String.valueOf(refused.getMessage())));
            return Optional.empty();
        }
        Optional<GenerationEvent.Failed> wrong = wrong(tokens.length);
        if (wrong.isPresent()) {
            events.accept(wrong.get());
            return Optional.empty();
        }
        return Optional.of(
                new Job(
                        id,
                        request.owner(),
                        tokens,
                        new Choosing(request.sampling(), request.seed(), form, request.logprobs()),
                        request.adapters(),
                        request.alone(),
                        request.maxTokens(),
                        stops,
                        // The plain transcript ends at a colon, after which models write a space.
                        request.prompt() instanceof Prompt.Chat
                                && template.origin() == ChatTemplate.Origin.FALLBACK,
                        arrivedNanos,
                        cancellation,
                        events));
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

    private Form form(Constraint constraint) {
        return switch (constraint) {
            case Constraint.None _ -> Form.free();
            case Constraint.Grammar(String gbnf) -> new Form(model.grammar(gbnf), Set.of());
            case Constraint.JsonObject _, Constraint.JsonSchema _ ->
                    throw new IllegalArgumentException(
                            "JSON objects and schemas are not supported by this engine. Leave the response format out.");
        };
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
