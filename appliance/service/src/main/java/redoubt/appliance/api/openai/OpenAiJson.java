package redoubt.appliance.api.openai;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import redoubt.appliance.answers.AnswerEvent;
import redoubt.appliance.answers.Said;
import redoubt.appliance.http.EventSink;
import redoubt.appliance.http.StrictJson;
import redoubt.engine.client.TokenChance;

/// Parts of answers that OpenAI's routes have in common. Source: OpenAI's API reference.
public final class OpenAiJson {
    private static final byte[] DONE = "data: [DONE]\n\n".getBytes(StandardCharsets.US_ASCII);

    private OpenAiJson() {}

    /// The last frame of a stream.
    public static byte[] done() {
        return DONE;
    }

    /// Where a request stands, as a comment, which every reader of events skips.
    public static byte[] queued(AnswerEvent.Queued queued) {
        return EventSink.comment(
                "queued position=%d expected_ms=%d"
                        .formatted(queued.position(), queued.expectedMs()));
    }

    /// Why a request waits, as a comment.
    public static byte[] waiting(AnswerEvent.Waiting waiting) {
        return EventSink.comment("waiting " + waiting.sentence().replace('\n', ' '));
    }

    /// How much of the prompt is computed, as llama.cpp's server says it.
    public static ObjectNode progress(
            AnswerEvent.Progress progress, int cachedTokens, long startedNanos) {
        return StrictJson.MAPPER
                .createObjectNode()
                .put("total", progress.promptTokens())
                .put("cache", cachedTokens)
                .put("processed", progress.computedTokens())
                .put("time_ms", (System.nanoTime() - startedNanos) / 1_000_000);
    }

    /// The tokens of all choices; the prompt was read once.
    public static ObjectNode usage(List<AnswerEvent.Done> choices) {
        int prompt = choices.getFirst().promptTokens();
        int completion = choices.stream().mapToInt(AnswerEvent.Done::completionTokens).sum();
        ObjectNode usage =
                StrictJson.MAPPER
                        .createObjectNode()
                        .put("prompt_tokens", prompt)
                        .put("completion_tokens", completion)
                        .put("total_tokens", prompt + completion);
        usage.putObject("prompt_tokens_details")
                .put("cached_tokens", choices.getFirst().cachedTokens());
        return usage;
    }

    public static ObjectNode receipt(AnswerEvent.Done done) {
        return StrictJson.MAPPER.valueToTree(done.receipt());
    }

    /// Why it ended, in a word that the SDKs know.
    public static String reason(AnswerEvent.Done done) {
        return switch (done.finishReason()) {
            case "length", "tool_calls" -> done.finishReason();
            default -> "stop";
        };
    }

    public static ArrayNode calls(Said said) {
        ArrayNode calls = StrictJson.MAPPER.createArrayNode();
        for (Said.Call call : said.calls())
            calls.addObject()
                    .put("id", call.id())
                    .put("type", "function")
                    .putObject("function")
                    .put("name", call.name())
                    .put("arguments", call.arguments());
        return calls;
    }

    /// The chances of tokens, as a chat tells them.
    public static ObjectNode chances(List<TokenChance> chances) {
        ObjectNode logprobs = StrictJson.MAPPER.createObjectNode();
        logprobs.set("content", list(chances));
        logprobs.putNull("refusal");
        return logprobs;
    }

    /// The same without what is around it.
    public static ArrayNode list(List<TokenChance> chances) {
        ArrayNode list = StrictJson.MAPPER.createArrayNode();
        for (TokenChance chance : chances)
            list.add(one(chance).<ObjectNode>set("top_logprobs", top(chance)));
        return list;
    }

    private static ArrayNode top(TokenChance chance) {
        ArrayNode top = StrictJson.MAPPER.createArrayNode();
        chance.top().forEach(other -> top.add(one(other)));
        return top;
    }

    private static ObjectNode one(TokenChance chance) {
        ObjectNode one =
                StrictJson.MAPPER
                        .createObjectNode()
                        .put("token", text(chance))
                        .put("logprob", finite(chance.logprob()));
        ArrayNode bytes = one.putArray("bytes");
        chance.bytes().forEach(value -> bytes.add(Byte.toUnsignedInt(value)));
        return one;
    }

    /// A token's text; U+FFFD where its bytes are a part of a character.
    public static String text(TokenChance chance) {
        byte[] bytes = new byte[chance.bytes().size()];
        for (int i = 0; i < bytes.length; i++) bytes[i] = chance.bytes().get(i);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /// OpenAI's number for a token that was as good as impossible; infinity is no JSON.
    public static float finite(float logprob) {
        return Math.max(-9999f, logprob);
    }
}
