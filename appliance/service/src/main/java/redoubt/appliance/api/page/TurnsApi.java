package redoubt.appliance.api.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import redoubt.appliance.answers.AnswerRequest;
import redoubt.appliance.answers.AnswerService;
import redoubt.appliance.answers.Answers;
import redoubt.appliance.answers.Said;
import redoubt.appliance.api.asking.Generating;
import redoubt.appliance.api.asking.SamplingFields;
import redoubt.appliance.api.telling.Replies;
import redoubt.appliance.conversations.Item;
import redoubt.appliance.conversations.Items;
import redoubt.appliance.conversations.Title;
import redoubt.appliance.engines.Engines;
import redoubt.appliance.http.EventStream;
import redoubt.appliance.http.Exchange;
import redoubt.appliance.http.Fields;
import redoubt.appliance.http.StrictJson;
import redoubt.engine.client.Constraint;
import redoubt.engine.client.Owner;
import redoubt.engine.client.Prompt;

/// A question in a conversation and its answer as events. Whoever goes away stops the answer; what
/// was said so far is sealed and kept.
public final class TurnsApi {
    private static final int TEXT_CHARACTERS_MAX = 1024 * 1024;
    private static final int TOKENS_DEFAULT = 1024;
    private static final int TOKENS_MAX = 1_000_000;

    private final ConversationsApi conversations;
    private final Items items;
    private final AnswerService answers;
    private final Engines engines;
    private final Replies replies;
    private final InstantSource clock;

    public TurnsApi(
            ConversationsApi conversations,
            Items items,
            AnswerService answers,
            Engines engines,
            Replies replies,
            InstantSource clock) {
        this.conversations = conversations;
        this.items = items;
        this.answers = answers;
        this.engines = engines;
        this.replies = replies;
        this.clock = clock;
    }

    public void ask(Exchange exchange)
            throws IOException, InterruptedException, EventStream.GoneException {
        Item.Conversation conversation =
                conversations.own(exchange.part("id"), exchange.principal());
        Asked asked = asked(exchange);
        Replies.Start start = () -> begin(exchange, conversation.id(), asked);
        if (asked.resumable())
            replies.resumable(exchange, start, new TurnTelling(), conversation.id());
        else replies.stream(exchange, start, TurnTelling::new);
    }

    private Answers begin(Exchange exchange, String id, Asked asked) throws IOException {
        // From here on nothing of the conversation can be erased, so that nothing that was erased
        // lives on in what this question keeps of earlier ones.
        if (!items.occupied().beginAnswer(id)) throw AnswerService.conversationErased();
        try {
            Item.Conversation conversation = conversations.own(id, exchange.principal());
            Answers begun = answers.start(request(exchange, conversation, asked));
            boolean touched = false;
            try {
                touch(conversation, asked.text());
                touched = true;
            } finally {
                if (!touched) begun.cancel();
            }
            return begun;
        } finally {
            // The answer itself occupies it until its end.
            items.occupied().endAnswer(id);
        }
    }

    private record Asked(String text, String model, Generating generating, boolean resumable) {}

    private Asked asked(Exchange exchange) {
        Fields fields = exchange.fields();
        String text = fields.requiredText("text", TEXT_CHARACTERS_MAX);
        if (text.isBlank()) throw Fields.wrong("text", "must not be empty");
        String model = fields.requiredText("model", 200);
        Fields parameters =
                fields.object("parameters")
                        .orElseGet(() -> new Fields(StrictJson.MAPPER.createObjectNode()));
        Generating generating =
                new Generating(
                        SamplingFields.read(parameters),
                        parameters
                                .whole("max_tokens", 1, TOKENS_MAX)
                                .map(Math::toIntExact)
                                .orElse(TOKENS_DEFAULT),
                        Constraint.none(),
                        -1,
                        List.of(),
                        Owner.Priority.INTERACTIVE,
                        parameters.flag("replayable").orElse(false));
        parameters.end();
        boolean resumable = fields.flag("resumable").orElse(false);
        fields.end();
        engines.known(model);
        return new Asked(text, model, generating, resumable);
    }

    private AnswerRequest request(Exchange exchange, Item.Conversation conversation, Asked asked)
            throws IOException {
        String input = messages(conversation, asked.text());
        return new AnswerRequest(
                exchange.principal(),
                "/api/conversations/turns",
                asked.model(),
                conversation.id(),
                asked.text(),
                input,
                asked.generating().wanted(new Prompt.Chat(input)),
                asked.generating().named());
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
        String given = conversation.title();
        String title = given.isBlank() ? Title.of(text) : given;
        items.write(
                new Item.Conversation(
                        conversation.id(),
                        conversation.owner(),
                        conversation.createdAt(),
                        title,
                        Items.micros(clock.instant())));
    }
}
