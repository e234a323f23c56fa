package redoubt.appliance.api.openai.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.InstantSource;
import java.util.List;
import redoubt.appliance.answers.AnswerEvent;
import redoubt.appliance.answers.Said;
import redoubt.appliance.api.openai.OpenAiJson;
import redoubt.appliance.api.telling.Gathered;
import redoubt.appliance.http.StrictJson;
import redoubt.appliance.site.Secrets;

/// The JSON of one chat completion, whole and in chunks. Source: OpenAI's API reference, chat
/// completions; llama.cpp's server for `reasoning_content` and `prompt_progress`.
record ChatJson(String model, String id, long created, boolean logprobs) {
    ChatJson(String model, boolean logprobs, InstantSource clock) {
        this(model, "chatcmpl-" + Secrets.id(), clock.instant().getEpochSecond(), logprobs);
    }

    private ObjectNode base(String object) {
        return StrictJson.MAPPER
                .createObjectNode()
                .put("id", id)
                .put("object", object)
                .put("created", created)
                .put("model", model);
    }

    ObjectNode whole(List<Gathered> choices) {
        ObjectNode body = base("chat.completion");
        ArrayNode list = body.putArray("choices");
        for (int i = 0; i < choices.size(); i++) {
            Gathered one = choices.get(i);
            ObjectNode choice = list.addObject().put("index", i);
            choice.set("message", message(one.done().said()));
            if (logprobs) choice.set("logprobs", OpenAiJson.chances(one.chances()));
            else choice.putNull("logprobs");
            choice.put("finish_reason", OpenAiJson.reason(one.done()));
            if (choices.size() > 1) choice.set("redoubt", OpenAiJson.receipt(one.done()));
        }
        body.set("usage", OpenAiJson.usage(choices.stream().map(Gathered::done).toList()));
        if (choices.size() == 1) body.set("redoubt", OpenAiJson.receipt(choices.getFirst().done()));
        return body;
    }

    private static ObjectNode message(Said said) {
        ObjectNode message = StrictJson.MAPPER.createObjectNode().put("role", "assistant");
        if (said.content().isEmpty() && !said.calls().isEmpty()) message.putNull("content");
        else message.put("content", said.content());
        message.putNull("refusal");
        if (!said.reasoning().isEmpty()) message.put("reasoning_content", said.reasoning());
        if (!said.calls().isEmpty()) message.set("tool_calls", OpenAiJson.calls(said));
        return message;
    }

    /// A chunk about one choice.
    ObjectNode chunk(int index, ObjectNode delta, JsonNode logprobs, boolean usage) {
        ObjectNode chunk = base("chat.completion.chunk");
        ObjectNode choice = chunk.putArray("choices").addObject().put("index", index);
        choice.set("delta", delta);
        choice.set("logprobs", logprobs);
        choice.putNull("finish_reason");
        if (usage) chunk.putNull("usage");
        return chunk;
    }

    ObjectNode finish(int index, AnswerEvent.Done done, boolean usage) {
        ObjectNode chunk =
                chunk(
                        index,
                        StrictJson.MAPPER.createObjectNode(),
                        StrictJson.MAPPER.nullNode(),
                        usage);
        ((ObjectNode) chunk.at("/choices/0")).put("finish_reason", OpenAiJson.reason(done));
        return chunk;
    }

    ObjectNode usage(List<AnswerEvent.Done> done) {
        ObjectNode chunk = base("chat.completion.chunk");
        chunk.putArray("choices");
        chunk.set("usage", OpenAiJson.usage(done));
        return chunk;
    }
}
