package redoubt.appliance.conversations;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import redoubt.engine.client.GenerationRequest;

/// What one content file holds; written and read as a whole, never compared, so its bytes can be
/// arrays. Times are microseconds since 1970; binary is Base64 (Jackson's).
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Item.Conversation.class, name = "conversation"),
    @JsonSubTypes.Type(value = Item.Question.class, name = "question"),
    @JsonSubTypes.Type(value = Item.Answer.class, name = "answer"),
    @JsonSubTypes.Type(value = Item.Response.class, name = "response")
})
@SuppressWarnings("ArrayRecordComponent")
public sealed interface Item {
    String id();

    /// Who may read it: a [redoubt.appliance.identity.Principal]'s identifier.
    String owner();

    long createdAt();

    /// A conversation's own facts; its turns are items too.
    record Conversation(String id, String owner, long createdAt, String title, long updatedAt)
            implements Item {
        public Conversation withTitle(String other, long changedAt) {
            return new Conversation(id, owner, createdAt, other, changedAt);
        }
    }

    /// What was asked.
    ///
    /// @param conversation null for a request of a program
    /// @param text the question as the person wrote it; for a program the whole request
    /// @param commitmentKey key of the commitment in the INTENT entry
    /// @param asked null for a question that was kept before replays were possible
    record Question(
            String id,
            String owner,
            long createdAt,
            @Nullable String conversation,
            String text,
            byte[] commitmentKey,
            @Nullable Asked asked)
            implements Item {
        /// Without what a replay needs.
        public Question(
                String id,
                String owner,
                long createdAt,
                @Nullable String conversation,
                String text,
                byte[] commitmentKey) {
            this(id, owner, createdAt, conversation, text, commitmentKey, null);
        }

        /// Without what a replay needs, which holds earlier messages.
        Question withoutAsked() {
            return new Question(id, owner, createdAt, conversation, text, commitmentKey);
        }

        /// Whether its answer was asked for as one that is computed by itself.
        public boolean replayable() {
            return asked != null && asked.request().alone();
        }
    }

    /// Everything that it takes to generate the answer once more.
    ///
    /// @param model how requests name it
    /// @param request exactly as the engine was asked
    /// @param conditions what the engine was, by name; all must be the same for a replay
    /// @param earlier what is missing in the request's messages; null where nothing is
    record Asked(
            String model,
            GenerationRequest request,
            Map<String, String> conditions,
            @Nullable Earlier earlier) {
        public Asked {
            conditions = Map.copyOf(conditions);
        }
    }

    /// Messages of a conversation that are kept with an earlier response and nowhere else, so that
    /// they are gone when that one is deleted.
    ///
    /// @param response as clients name it
    /// @param at where they stand among the messages that the engine was given
    /// @param count how many they are
    record Earlier(String response, int at, int count) {}

    /// What was answered, with its credential. Written before the SEAL entry is.
    ///
    /// @param question the item that it answers
    /// @param text the exact text that was hashed and stamped
    /// @param commitmentKey key of the commitment in the OUTPUT entry
    /// @param manifest the detached manifest
    record Answer(
            String id,
            String owner,
            long createdAt,
            @Nullable String conversation,
            String question,
            String text,
            byte[] commitmentKey,
            ModelNamed model,
            String finishReason,
            int promptTokens,
            int completionTokens,
            Entry entry,
            String urn,
            byte[] manifest)
            implements Item {}

    /// A response of `/v1/responses`; its question and answer name it as their conversation.
    ///
    /// @param input messages that its request added, JSON
    /// @param body the response as it is told, JSON
    record Response(String id, String owner, long createdAt, String input, String body)
            implements Item {}

    /// The model of an answer.
    record ModelNamed(String name, String sha256, String architecture) {}

    /// Where the answer stands in the record, and on whose authority it was made.
    record Entry(
            String requestId,
            String logId,
            long intent,
            long output,
            String leafHash,
            String previousHash,
            String algorithm,
            String contentSha256,
            String actor,
            String method,
            String session,
            List<String> roles) {}
}
