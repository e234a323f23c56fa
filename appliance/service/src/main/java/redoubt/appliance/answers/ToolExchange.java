package redoubt.appliance.answers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import redoubt.appliance.record.SiteRecord;
import redoubt.provenance.inference.ToolCommitment;

/// What a model told a tool, or what a tool answered as far as its caller says so. Each has an
/// entry of its own, with a commitment under a key of its own, so that one can be shown to somebody
/// without the rest of the conversation. Immutable, any thread. Source: docs/audit-record.md
/// sections 4.1 and 4.2.
///
/// @param tool its name, empty where it is not known
/// @param content the exact arguments or result
public record ToolExchange(String callId, String tool, String content) {
    static final String CALL_DOMAIN = "redoubt/tool-call/v1";
    static final String RESULT_DOMAIN = "redoubt/tool-result/v1";

    private static final String KEY_DOMAIN = "redoubt/tool-key/v1";

    /// What tools answered since the model spoke last. What stands before had its entries when it
    /// was new, and is part of the input that the INTENT commits to.
    ///
    /// @param messages as templates are given them
    public static List<ToolExchange> answered(ArrayNode messages) {
        int last = messages.size() - 1;
        while (last >= 0 && !role(messages.get(last)).equals("assistant")) last--;
        JsonNode calls = messages.path(last).path("tool_calls");
        List<ToolExchange> answered = new ArrayList<>();
        for (int i = last + 1; i < messages.size(); i++) {
            JsonNode message = messages.get(i);
            if (!role(message).equals("tool")) continue;
            String id = message.path("tool_call_id").asText();
            String name = message.path("name").asText();
            for (JsonNode call : calls)
                if (name.isEmpty() && call.path("id").asText().equals(id))
                    name = call.at("/function/name").asText();
            answered.add(new ToolExchange(id, name, message.path("content").asText()));
        }
        return List.copyOf(answered);
    }

    /// How many results of tools the model is given in all.
    public static int results(ArrayNode messages) {
        int results = 0;
        for (JsonNode message : messages) if (role(message).equals("tool")) results++;
        return results;
    }

    private static String role(JsonNode message) {
        return message.path("role").asText();
    }

    static List<ToolExchange> called(Said said) {
        return said.calls().stream()
                .map(call -> new ToolExchange(call.id(), call.name(), call.arguments()))
                .toList();
    }

    /// As the record names them.
    ///
    /// @param itemKey key of the item of which they are a part
    static List<ToolCommitment> commitments(
            List<ToolExchange> exchanges, byte[] itemKey, String domain) {
        List<ToolCommitment> commitments = new ArrayList<>();
        for (ToolExchange exchange : exchanges)
            commitments.add(
                    new ToolCommitment(
                            exchange.callId(),
                            exchange.tool(),
                            SiteRecord.commitment(
                                    key(itemKey, commitments.size()), domain, exchange.bytes())));
        return commitments;
    }

    /// The key of one commitment. It says nothing of the item's key, nor of the other ones.
    ///
    /// @param index in the order of the entries, from 0
    static byte[] key(byte[] itemKey, int index) {
        byte[] number = ByteBuffer.allocate(Integer.BYTES).putInt(index).array();
        return SiteRecord.commitment(itemKey, KEY_DOMAIN, number).toArray();
    }

    byte[] bytes() {
        return content.getBytes(StandardCharsets.UTF_8);
    }
}
