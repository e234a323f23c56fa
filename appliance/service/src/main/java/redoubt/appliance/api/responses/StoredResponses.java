package redoubt.appliance.api.responses;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import redoubt.appliance.answers.Said;
import redoubt.appliance.conversations.Item;
import redoubt.appliance.conversations.Items;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.http.StrictJson;
import redoubt.appliance.identity.Principal;

/// The responses that are kept, encrypted as all content is, and seen by their owner alone. Any
/// thread.
final class StoredResponses {
    private static final int CHAIN_MAX = 1000;
    private static final long CHAIN_CHARACTERS_MAX = 4L * 1024 * 1024;

    private final Items items;

    StoredResponses(Items items) {
        this.items = items;
    }

    void write(String id, Principal owner, long createdMicros, ArrayNode input, ObjectNode body)
            throws IOException {
        items.write(
                new Item.Response(
                        id,
                        owner.id(),
                        createdMicros,
                        StrictJson.text(input),
                        StrictJson.text(body)));
    }

    /// A response of this principal; one of somebody else looks like none.
    Item.Response own(String publicId, Principal principal) throws IOException {
        return find(publicId, principal.id())
                .orElseThrow(() ->
                        RefusedException.notFound(
                                "response_not_found",
                                "There is no response with this identifier of yours. It may have been deleted, or not been stored."));
    }

    private Optional<Item.Response> find(String publicId, String owner) throws IOException {
        if (!publicId.startsWith(ResponseJson.PREFIX)) return Optional.empty();
        return items.response(publicId.substring(ResponseJson.PREFIX.length()))
                .filter(response -> response.owner().equals(owner));
    }

    static ObjectNode body(Item.Response response) {
        return (ObjectNode) parse(response.body());
    }

    private static JsonNode parse(String json) {
        try {
            return StrictJson.MAPPER.readTree(json);
        } catch (JsonProcessingException bug) {
            throw new AssertionError("what was kept is JSON", bug);
        }
    }

    /// The conversation up to a response and with it, as templates are given it.
    ArrayNode before(@Nullable String previous, String owner) throws IOException {
        List<Item.Response> chain = new ArrayList<>();
        long characters = 0;
        for (String id = previous; id != null; ) {
            Item.Response response =
                    find(id, owner)
                            .orElseThrow(() ->
                                    RefusedException.invalid(
                                            "previous_response_not_found",
                                            "previous_response_id",
                                            "A response that this one would go on from is not there, or not yours. It may have been deleted, or not been stored; send the conversation in 'input' instead."));
            ObjectNode body = body(response);
            if (body.path("status").asText().equals("in_progress"))
                throw notUsable("The response that this one would go on from has not ended yet.");
            chain.add(response);
            characters += response.input().length() + response.body().length();
            if (chain.size() > CHAIN_MAX || characters > CHAIN_CHARACTERS_MAX)
                throw notUsable(
                        "The conversation is longer than what is read again. Begin a new one.");
            id = body.path("previous_response_id").textValue();
        }
        ArrayNode messages = StrictJson.MAPPER.createArrayNode();
        for (Item.Response response : chain.reversed()) {
            messages.addAll((ArrayNode) parse(response.input()));
            Said said = said(body(response));
            if (!said.equals(Said.content(""))) messages.add(ResponseInput.assistant(said));
        }
        return messages;
    }

    private static RefusedException notUsable(String sentence) {
        return RefusedException.invalid(
                "previous_response_not_usable", "previous_response_id", sentence);
    }

    private static Said said(ObjectNode body) {
        String content = "";
        String reasoning = "";
        List<Said.Call> calls = new ArrayList<>();
        for (JsonNode item : body.path("output"))
            switch (item.path("type").asText()) {
                case "message" -> content = item.at("/content/0/text").asText();
                case "reasoning" -> reasoning = item.at("/content/0/text").asText();
                default ->
                        calls.add(
                                new Said.Call(
                                        item.path("call_id").asText(),
                                        item.path("name").asText(),
                                        item.path("arguments").asText()));
            }
        return new Said(content, reasoning, calls);
    }
}
