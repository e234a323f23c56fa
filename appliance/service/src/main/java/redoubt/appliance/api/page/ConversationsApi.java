package redoubt.appliance.api.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Set;
import redoubt.appliance.answers.Said;
import redoubt.appliance.conversations.Erasures;
import redoubt.appliance.conversations.Item;
import redoubt.appliance.conversations.Items;
import redoubt.appliance.http.Exchange;
import redoubt.appliance.http.Fields;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.http.StrictJson;
import redoubt.appliance.identity.Principal;
import redoubt.appliance.record.SiteRecord;
import redoubt.appliance.site.Secrets;

/// A person's conversations, as the page lists, shows, names and erases them. Nobody sees another
/// person's.
public final class ConversationsApi {
    private static final int TITLE_CHARACTERS_MAX = 200;

    private final Items items;
    private final Erasures erasures;
    private final SiteRecord record;
    private final InstantSource clock;

    public ConversationsApi(
            Items items, Erasures erasures, SiteRecord record, InstantSource clock) {
        this.items = items;
        this.erasures = erasures;
        this.record = record;
        this.clock = clock;
    }

    public void list(Exchange exchange) throws IOException {
        ObjectNode body = StrictJson.MAPPER.createObjectNode();
        ArrayNode list = body.putArray("conversations");
        for (Item.Conversation conversation : items.conversationsOf(exchange.principal().id()))
            list.addObject()
                    .put("id", conversation.id())
                    .put("title", conversation.title())
                    .put("updatedAt", Items.instant(conversation.updatedAt()).toString());
        exchange.json(200, body);
    }

    public void create(Exchange exchange) throws IOException {
        exchange.fields().end();
        long now = Items.micros(clock.instant());
        Item.Conversation conversation =
                new Item.Conversation(Secrets.id(), exchange.principal().id(), now, "", now);
        items.write(conversation);
        exchange.json(201, StrictJson.MAPPER.createObjectNode().put("id", conversation.id()));
    }

    public void show(Exchange exchange) throws IOException {
        Item.Conversation conversation = own(exchange.part("id"), exchange.principal());
        ObjectNode body =
                StrictJson.MAPPER
                        .createObjectNode()
                        .put("id", conversation.id())
                        .put("title", conversation.title());
        ArrayNode turns = body.putArray("turns");
        Set<String> replayable = new HashSet<>();
        for (Item turn : items.turnsOf(conversation.id())) {
            switch (turn) {
                case Item.Question question -> {
                    if (question.replayable()) replayable.add(question.id());
                    turns.addObject()
                            .put("id", question.id())
                            .put("role", "user")
                            .put("text", question.text())
                            .put("createdAt", Items.instant(question.createdAt()).toString());
                }
                case Item.Answer answer ->
                        addAnswer(turns, answer, replayable.contains(answer.question()));
                case Item.Conversation _, Item.Response _ -> {}
            }
        }
        exchange.json(200, body);
    }

    private void addAnswer(ArrayNode turns, Item.Answer answer, boolean replayable) {
        var seals = record.reader().sealsOf(answer.entry().output());
        // An answer that was stored and never sealed was never acknowledged either.
        if (seals.isEmpty()) return;
        ObjectNode turn =
                turns.addObject()
                        .put("id", answer.id())
                        .put("role", "assistant")
                        .put("text", Said.read(answer.text()).content())
                        .put("createdAt", Items.instant(answer.createdAt()).toString())
                        .put("outputId", answer.id())
                        .put("model", answer.model().name())
                        .put("finishReason", answer.finishReason())
                        .put("replayable", replayable);
        turn.putObject("receipt")
                .put("output_id", answer.id())
                .put("log_id", answer.entry().logId())
                .put("intent", answer.entry().intent())
                .put("output", answer.entry().output())
                .put("seal", seals.getFirst())
                .put("leaf_hash", answer.entry().leafHash())
                .put("credential_url", "/v1/outputs/" + answer.id() + "/credential")
                .put("proof_url", "/v1/outputs/" + answer.id() + "/proof");
    }

    public void rename(Exchange exchange) throws IOException {
        Item.Conversation conversation = own(exchange.part("id"), exchange.principal());
        Fields fields = exchange.fields();
        String title = fields.requiredText("title", TITLE_CHARACTERS_MAX);
        fields.end();
        // Like an answer, a new title must not come back into what is erased meanwhile.
        if (!items.occupied().beginAnswer(conversation.id())) throw gone();
        try {
            write(own(conversation.id(), exchange.principal()), title.strip());
        } finally {
            items.occupied().endAnswer(conversation.id());
        }
        exchange.noContent();
    }

    private void write(Item.Conversation conversation, String title) throws IOException {
        items.write(
                new Item.Conversation(
                        conversation.id(),
                        conversation.owner(),
                        conversation.createdAt(),
                        title,
                        Items.micros(clock.instant())));
    }

    /// Removes content and keys; the record keeps that it was, and that it was erased.
    public void erase(Exchange exchange) throws IOException {
        Item.Conversation conversation = own(exchange.part("id"), exchange.principal());
        erasures.erase(conversation.id(), SiteRecord.actor(exchange.principal()));
        exchange.noContent();
    }

    Item.Conversation own(String id, Principal principal) throws IOException {
        return items.conversation(id)
                .filter(conversation -> conversation.owner().equals(principal.id()))
                .orElseThrow(ConversationsApi::gone);
    }

    private static RefusedException gone() {
        return RefusedException.notFound(
                "conversation_not_found",
                "There is no conversation with this identifier of yours. It may have been erased.");
    }
}
