package redoubt.appliance.answers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import redoubt.appliance.conversations.Item;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.http.StrictJson;
import redoubt.engine.client.GenerationRequest;
import redoubt.engine.client.Prompt;

/// A conversation that goes on from earlier responses is kept without their messages, and gets them
/// back for a replay: what was said once is held in one place, and erased there.
final class Earlier {
    private Earlier() {}

    /// As it is kept.
    static GenerationRequest without(GenerationRequest asked, Item.@Nullable Earlier earlier) {
        if (earlier == null || !(asked.prompt() instanceof Prompt.Chat chat)) return asked;
        ArrayNode messages = messages(chat);
        for (int i = 0; i < earlier.count(); i++) messages.remove(earlier.at());
        return asked.withPrompt(chat.withMessages(StrictJson.text(messages)));
    }

    /// As it was asked.
    ///
    /// @throws RefusedException when an earlier response is gone
    static GenerationRequest with(
            GenerationRequest kept,
            Item.@Nullable Earlier earlier,
            String owner,
            Replays.Predecessors predecessors)
            throws IOException {
        if (earlier == null || !(kept.prompt() instanceof Prompt.Chat chat)) return kept;
        ArrayNode messages = messages(chat);
        int at = earlier.at();
        for (var message : predecessors.messages(earlier.response(), owner))
            messages.insert(at++, message);
        return kept.withPrompt(chat.withMessages(StrictJson.text(messages)));
    }

    static ArrayNode messages(Prompt.Chat chat) {
        try {
            return (ArrayNode) StrictJson.MAPPER.readTree(chat.messagesJson());
        } catch (JsonProcessingException bug) {
            throw new AssertionError("what was asked is JSON", bug);
        }
    }
}
