package redoubt.appliance.api.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import redoubt.appliance.answers.AnswerEvent;
import redoubt.appliance.answers.AnswerService;
import redoubt.appliance.answers.Answers;
import redoubt.appliance.engines.EngineState;
import redoubt.appliance.engines.Engines;
import redoubt.appliance.engines.ModelStatus;
import redoubt.appliance.http.ErrorBody;
import redoubt.appliance.http.EventStream;
import redoubt.appliance.http.Exchange;
import redoubt.appliance.http.StrictJson;
import redoubt.appliance.site.Secrets;

/// OpenAI's routes: models, chat completions, completions; whole and streamed. Source: OpenAI's API
/// reference; docs/api.md says what is supported.
public final class OpenAiApi {
    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(5);

    private final Engines engines;
    private final AnswerService answers;
    private final InstantSource clock;

    public OpenAiApi(Engines engines, AnswerService answers, InstantSource clock) {
        this.engines = engines;
        this.answers = answers;
        this.clock = clock;
    }

    public void models(Exchange exchange) {
        ArrayNode data = StrictJson.MAPPER.createArrayNode();
        engines.all().forEach(model -> data.add(model(model)));
        ObjectNode list = StrictJson.MAPPER.createObjectNode().put("object", "list");
        list.set("data", data);
        exchange.json(200, list);
    }

    public void model(Exchange exchange) {
        exchange.json(200, model(engines.known(exchange.part("id"))));
    }

    public void chat(Exchange exchange) throws InterruptedException, EventStream.GoneException {
        CompletionRequest asked = CompletionRequest.chat(exchange.principal(), exchange.object());
        answer(exchange, asked, new Shape(true, asked.model(), clock));
    }

    public void completions(Exchange exchange)
            throws InterruptedException, EventStream.GoneException {
        CompletionRequest asked = CompletionRequest.text(exchange.principal(), exchange.object());
        answer(exchange, asked, new Shape(false, asked.model(), clock));
    }

    private void answer(Exchange exchange, CompletionRequest asked, Shape shape)
            throws InterruptedException, EventStream.GoneException {
        Answers answer = answers.start(asked.request());
        boolean over = false;
        try (Exchange.Presence client = exchange.watch(answer::cancel)) {
            if (asked.stream()) stream(exchange, asked, shape, answer);
            else whole(exchange, client, shape, answer);
            over = true;
        } finally {
            if (!over) answer.cancel();
        }
    }

    private static void whole(
            Exchange exchange, Exchange.Presence client, Shape shape, Answers answer)
            throws InterruptedException, EventStream.GoneException {
        while (true) {
            Optional<AnswerEvent> event = answer.next(SIGN_OF_LIFE).map(Answers.Told::event);
            client.require();
            if (event.isEmpty()) continue;
            switch (event.get()) {
                case AnswerEvent.Failed failed -> throw failed.why();
                case AnswerEvent.Done done -> {
                    exchange.json(200, shape.whole(done));
                    return;
                }
                case AnswerEvent.Waiting _,
                        AnswerEvent.Queued _,
                        AnswerEvent.Started _,
                        AnswerEvent.Progress _,
                        AnswerEvent.Reasoning _,
                        AnswerEvent.ToolCall _,
                        AnswerEvent.Delta _ -> {}
            }
        }
    }

    private static void stream(
            Exchange exchange, CompletionRequest asked, Shape shape, Answers answer)
            throws InterruptedException, EventStream.GoneException {
        AnswerEvent first = firstEvent(answer);
        if (first instanceof AnswerEvent.Failed failed) throw failed.why();
        try (EventStream events = exchange.events()) {
            if (shape.chat()) events.data(shape.role(asked.includeUsage()));
            for (AnswerEvent event = first; ; ) {
                if (event != null && send(events, asked, shape, event)) return;
                Optional<AnswerEvent> next = answer.next(SIGN_OF_LIFE).map(Answers.Told::event);
                if (next.isEmpty()) events.keepAlive();
                event = next.orElse(null);
            }
        }
    }

    private static AnswerEvent firstEvent(Answers answer) throws InterruptedException {
        while (true) {
            Optional<AnswerEvent> event = answer.next(SIGN_OF_LIFE).map(Answers.Told::event);
            if (event.isPresent()) return event.get();
        }
    }

    private static boolean send(
            EventStream events, CompletionRequest asked, Shape shape, AnswerEvent event)
            throws EventStream.GoneException {
        switch (event) {
            case AnswerEvent.Waiting _,
                    AnswerEvent.Queued _,
                    AnswerEvent.Started _,
                    AnswerEvent.Progress _,
                    AnswerEvent.Reasoning _,
                    AnswerEvent.ToolCall _ -> {}
            case AnswerEvent.Delta delta ->
                    events.data(shape.delta(delta.text(), asked.includeUsage()));
            case AnswerEvent.Done done -> {
                events.data(shape.finish(done, asked.includeUsage()));
                if (asked.includeUsage()) events.data(shape.usage(done));
                events.data("[DONE]");
            }
            case AnswerEvent.Failed failed -> events.data(ErrorBody.of(failed.why()));
        }
        return event.last();
    }

    private static ObjectNode model(ModelStatus known) {
        ObjectNode model =
                StrictJson.MAPPER
                        .createObjectNode()
                        .put("id", known.id())
                        .put("object", "model")
                        .put("created", 0)
                        .put("owned_by", "site");
        ObjectNode facts =
                model.putObject("redoubt")
                        .put("state", known.state().word())
                        .put("standard", known.standard());
        if (known.state() instanceof EngineState.Ready ready)
            facts.put("name", ready.model().name())
                    .put("sha256", ready.model().sha256())
                    .put("context_tokens", ready.model().facts().contextTokens())
                    .put("quantisation", ready.model().facts().quantisation());
        return model;
    }

    /// The JSON of answers, in the shape of one of the two routes.
    private record Shape(boolean chat, String model, String id, long created) {
        Shape(boolean chat, String model, InstantSource clock) {
            this(
                    chat,
                    model,
                    (chat ? "chatcmpl-" : "cmpl-") + Secrets.id(),
                    clock.instant().getEpochSecond());
        }

        private ObjectNode base(boolean chunk) {
            return StrictJson.MAPPER
                    .createObjectNode()
                    .put("id", id)
                    .put(
                            "object",
                            chat
                                    ? chunk ? "chat.completion.chunk" : "chat.completion"
                                    : "text_completion")
                    .put("created", created)
                    .put("model", model);
        }

        ObjectNode whole(AnswerEvent.Done done) {
            ObjectNode choice = StrictJson.MAPPER.createObjectNode().put("index", 0);
            if (chat) {
                choice.putObject("message")
                        .put("role", "assistant")
                        .put("content", done.said().content())
                        .putNull("refusal");
            } else choice.put("text", done.said().content());
            choice.putNull("logprobs").put("finish_reason", reason(done));
            ObjectNode body = base(false);
            body.putArray("choices").add(choice);
            body.set("usage", counts(done));
            body.set("redoubt", receipt(done));
            return body;
        }

        ObjectNode role(boolean includeUsage) {
            ObjectNode choice = StrictJson.MAPPER.createObjectNode().put("index", 0);
            choice.putObject("delta").put("role", "assistant").put("content", "");
            choice.putNull("logprobs").putNull("finish_reason");
            return chunk(choice, includeUsage);
        }

        ObjectNode delta(String text, boolean includeUsage) {
            ObjectNode choice = StrictJson.MAPPER.createObjectNode().put("index", 0);
            if (chat) choice.putObject("delta").put("content", text);
            else choice.put("text", text);
            choice.putNull("logprobs").putNull("finish_reason");
            return chunk(choice, includeUsage);
        }

        ObjectNode finish(AnswerEvent.Done done, boolean includeUsage) {
            ObjectNode choice = StrictJson.MAPPER.createObjectNode().put("index", 0);
            if (chat) choice.putObject("delta");
            else choice.put("text", "");
            choice.putNull("logprobs").put("finish_reason", reason(done));
            ObjectNode chunk = chunk(choice, includeUsage);
            if (!includeUsage) chunk.set("redoubt", receipt(done));
            return chunk;
        }

        ObjectNode usage(AnswerEvent.Done done) {
            ObjectNode chunk = base(true);
            chunk.putArray("choices");
            chunk.set("usage", counts(done));
            chunk.set("redoubt", receipt(done));
            return chunk;
        }

        private ObjectNode chunk(ObjectNode choice, boolean includeUsage) {
            ObjectNode chunk = base(true);
            chunk.putArray("choices").add(choice);
            if (includeUsage) chunk.putNull("usage");
            return chunk;
        }

        private static ObjectNode counts(AnswerEvent.Done done) {
            ObjectNode usage =
                    StrictJson.MAPPER
                            .createObjectNode()
                            .put("prompt_tokens", done.promptTokens())
                            .put("completion_tokens", done.completionTokens())
                            .put("total_tokens", done.promptTokens() + done.completionTokens());
            usage.putObject("prompt_tokens_details").put("cached_tokens", done.cachedTokens());
            return usage;
        }

        private static ObjectNode receipt(AnswerEvent.Done done) {
            return StrictJson.MAPPER.valueToTree(done.receipt());
        }

        private static String reason(AnswerEvent.Done done) {
            return List.of("stop", "length").contains(done.finishReason())
                    ? done.finishReason()
                    : "stop";
        }
    }
}
