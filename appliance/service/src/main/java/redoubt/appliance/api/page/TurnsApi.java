package redoubt.appliance.api.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import redoubt.appliance.answers.AnswerEvent;
import redoubt.appliance.answers.AnswerRequest;
import redoubt.appliance.answers.AnswerService;
import redoubt.appliance.answers.Answers;
import redoubt.appliance.answers.Said;
import redoubt.appliance.answers.Wanted;
import redoubt.appliance.api.openai.SamplingFields;
import redoubt.appliance.conversations.Item;
import redoubt.appliance.conversations.Items;
import redoubt.appliance.engines.Engines;
import redoubt.appliance.http.ErrorBody;
import redoubt.appliance.http.EventStream;
import redoubt.appliance.http.Exchange;
import redoubt.appliance.http.Fields;
import redoubt.appliance.http.StrictJson;
import redoubt.engine.client.Prompt;

/// A question in a conversation and its answer as events. Whoever goes away stops the answer; what
/// was said so far is sealed and kept.
public final class TurnsApi {
    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(5);
    private static final int TEXT_CHARACTERS_MAX = 1024 * 1024;
    private static final int TITLE_CHARACTERS = 60;
    private static final int TOKENS_DEFAULT = 1024;
    private static final int TOKENS_MAX = 1_000_000;

    private final ConversationsApi conversations;
    private final Items items;
    private final AnswerService answers;
    private final Engines engines;
    private final InstantSource clock;

    public TurnsApi(
            ConversationsApi conversations,
            Items items,
            AnswerService answers,
            Engines engines,
            InstantSource clock) {
        this.conversations = conversations;
        this.items = items;
        this.answers = answers;
        this.engines = engines;
        this.clock = clock;
    }

    public void ask(Exchange exchange)
            throws IOException, InterruptedException, EventStream.GoneException {
        Item.Conversation conversation =
                conversations.own(exchange.part("id"), exchange.principal());
        AnswerRequest request = request(exchange, conversation);
        Answers answer = answers.start(request);
        boolean over = false;
        try (Exchange.Presence _ = exchange.watch(answer::cancel)) {
            // Read again: while the answer runs, the conversation cannot be erased any more.
            touch(conversations.own(conversation.id(), exchange.principal()), request.question());
            stream(exchange, answer);
            over = true;
        } finally {
            if (!over) answer.cancel();
        }
    }

    private AnswerRequest request(Exchange exchange, Item.Conversation conversation)
            throws IOException {
        Fields fields = exchange.fields();
        String text = fields.requiredText("text", TEXT_CHARACTERS_MAX);
        if (text.isBlank()) throw Fields.wrong("text", "must not be empty");
        String model = fields.requiredText("model", 200);
        Fields parameters =
                fields.object("parameters")
                        .orElseGet(() -> new Fields(StrictJson.MAPPER.createObjectNode()));
        SamplingFields sampling = SamplingFields.read(parameters);
        int maxTokens =
                parameters
                        .whole("max_tokens", 1, TOKENS_MAX)
                        .map(Math::toIntExact)
                        .orElse(TOKENS_DEFAULT);
        parameters.end();
        fields.end();
        engines.known(model);
        String input = messages(conversation, text);
        TreeMap<String, String> named = new TreeMap<>(sampling.named());
        named.put("max_tokens", String.valueOf(maxTokens));
        return new AnswerRequest(
                exchange.principal(),
                "/api/conversations/turns",
                model,
                conversation.id(),
                text,
                input,
                Wanted.plain(
                        new Prompt.Chat(input),
                        sampling.sampling(),
                        maxTokens,
                        sampling.stops(),
                        sampling.seed()),
                named);
    }

    /// The conversation so far and the new question. A question that got no answer is left out:
    /// templates want the two to take turns.
    private String messages(Item.Conversation conversation, String text) throws IOException {
        ArrayNode messages = StrictJson.MAPPER.createArrayNode();
        Map<String, Item.Question> asked = new java.util.HashMap<>();
        List<Item> turns = items.turnsOf(conversation.id());
        for (Item turn : turns) if (turn instanceof Item.Question q) asked.put(q.id(), q);
        for (Item turn : turns) {
            if (!(turn instanceof Item.Answer answered)) continue;
            Item.Question question = asked.get(answered.question());
            if (question == null) continue;
            messages.addObject().put("role", "user").put("content", question.text());
            messages.addObject()
                    .put("role", "assistant")
                    .put("content", Said.read(answered.text()).content());
        }
        messages.addObject().put("role", "user").put("content", text);
        return StrictJson.text(messages);
    }

    private void touch(Item.Conversation conversation, String text) throws IOException {
        String title = conversation.title();
        if (title.isBlank()) {
            String line = text.strip().replaceAll("\\s+", " ");
            title = beginning(line);
        }
        items.write(
                new Item.Conversation(
                        conversation.id(),
                        conversation.owner(),
                        conversation.createdAt(),
                        title,
                        Items.micros(clock.instant())));
    }

    private static String beginning(String line) {
        if (line.codePointCount(0, line.length()) <= TITLE_CHARACTERS) return line;
        String cut = line.substring(0, line.offsetByCodePoints(0, TITLE_CHARACTERS));
        int word = cut.lastIndexOf(' ');
        return (word > TITLE_CHARACTERS / 2 ? cut.substring(0, word) : cut) + "…";
    }

    private static void stream(Exchange exchange, Answers answer)
            throws InterruptedException, EventStream.GoneException {
        AnswerEvent event = null;
        while (event == null) event = next(answer);
        if (event instanceof AnswerEvent.Failed failed) throw failed.why();
        try (EventStream events = exchange.events()) {
            while (true) {
                if (event == null) events.keepAlive();
                else {
                    send(events, event);
                    if (event.last()) return;
                }
                event = next(answer);
            }
        }
    }

    private static @Nullable AnswerEvent next(Answers answer) throws InterruptedException {
        return answer.next(SIGN_OF_LIFE).map(Answers.Told::event).orElse(null);
    }

    private static void send(EventStream events, AnswerEvent event)
            throws EventStream.GoneException {
        switch (event) {
            case AnswerEvent.Waiting waiting ->
                    events.event("waiting", Map.of("sentence", waiting.sentence()));
            case AnswerEvent.Queued queued ->
                    events.event(
                            "queued",
                            Map.of(
                                    "position",
                                    queued.position(),
                                    "expectedMs",
                                    queued.expectedMs()));
            case AnswerEvent.Started started ->
                    events.event("started", Map.of("promptTokens", started.promptTokens()));
            case AnswerEvent.Delta delta -> events.event("delta", Map.of("text", delta.text()));
            case AnswerEvent.Progress progress ->
                    events.event(
                            "progress",
                            Map.of(
                                    "computedTokens",
                                    progress.computedTokens(),
                                    "promptTokens",
                                    progress.promptTokens()));
            case AnswerEvent.Reasoning reasoning ->
                    events.event("reasoning", Map.of("text", reasoning.text()));
            // The page offers no tools.
            case AnswerEvent.ToolCall _ -> {}
            case AnswerEvent.Failed failed -> events.event("error", ErrorBody.of(failed.why()));
            case AnswerEvent.Done done -> events.event("done", done(done));
        }
    }

    private static ObjectNode done(AnswerEvent.Done done) {
        ObjectNode body =
                StrictJson.MAPPER
                        .createObjectNode()
                        .put("turnId", done.outputId())
                        .put("outputId", done.outputId())
                        .put("text", done.said().content())
                        .put("finishReason", done.finishReason());
        body.putObject("usage")
                .put("promptTokens", done.promptTokens())
                .put("completionTokens", done.completionTokens());
        body.set("receipt", StrictJson.MAPPER.valueToTree(done.receipt()));
        return body;
    }
}
