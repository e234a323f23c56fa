package redoubt.appliance.api.openai.text;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import redoubt.appliance.answers.AnswerEvent;
import redoubt.appliance.api.openai.OpenAiJson;
import redoubt.appliance.api.telling.Gathered;
import redoubt.appliance.http.StrictJson;
import redoubt.appliance.site.Secrets;
import redoubt.engine.client.TokenChance;

/// The JSON of one completion of the text route. Source: OpenAI's API reference, completions.
record TextJson(TextRequest asked, String model, String id, long created) {
    TextJson(TextRequest asked, InstantSource clock) {
        this(
                asked,
                asked.requests().getFirst().model(),
                "cmpl-" + Secrets.id(),
                clock.instant().getEpochSecond());
    }

    private ObjectNode base() {
        return StrictJson.MAPPER
                .createObjectNode()
                .put("id", id)
                .put("object", "text_completion")
                .put("created", created)
                .put("model", model);
    }

    ObjectNode whole(List<Gathered> candidates) {
        ObjectNode body = base();
        ArrayNode list = body.putArray("choices");
        boolean several = asked.echo().size() * asked.choices() > 1;
        for (int prompt = 0; prompt < asked.echo().size(); prompt++) {
            List<Gathered> best = best(candidates, prompt);
            for (Gathered one : best) {
                ObjectNode choice =
                        list.addObject()
                                .put("index", list.size() - 1)
                                .put(
                                        "text",
                                        asked.echo().get(prompt) + one.done().said().content());
                if (asked.logprobs() >= 0) choice.set("logprobs", chances(one.chances(), 0));
                else choice.putNull("logprobs");
                choice.put("finish_reason", OpenAiJson.reason(one.done()));
                if (several) choice.set("redoubt", OpenAiJson.receipt(one.done()));
                else body.set("redoubt", OpenAiJson.receipt(one.done()));
            }
        }
        body.set("usage", usage(candidates.stream().map(Gathered::done).toList()));
        return body;
    }

    private List<Gathered> best(List<Gathered> candidates, int prompt) {
        List<Gathered> own =
                new ArrayList<>(
                        candidates.subList(prompt * asked.best(), (prompt + 1) * asked.best()));
        if (asked.chosen()) own.sort(Comparator.comparingDouble(TextJson::unlikeliness));
        return own.subList(0, asked.choices());
    }

    private static double unlikeliness(Gathered one) {
        return -one.chances().stream().mapToDouble(TokenChance::logprob).average().orElse(0);
    }

    /// Each prompt was read once, whatever was made of it.
    ObjectNode usage(List<AnswerEvent.Done> done) {
        int prompt = 0;
        for (int i = 0; i < done.size(); i += asked.best()) prompt += done.get(i).promptTokens();
        int completion = done.stream().mapToInt(AnswerEvent.Done::completionTokens).sum();
        ObjectNode usage = OpenAiJson.usage(done);
        return usage.put("prompt_tokens", prompt).put("total_tokens", prompt + completion);
    }

    /// OpenAI's old shape, in columns.
    ///
    /// @param from where the text stands in the answer
    static ObjectNode chances(List<TokenChance> chances, int from) {
        ObjectNode logprobs = StrictJson.MAPPER.createObjectNode();
        ArrayNode tokens = logprobs.putArray("tokens");
        ArrayNode values = logprobs.putArray("token_logprobs");
        ArrayNode tops = logprobs.putArray("top_logprobs");
        ArrayNode offsets = logprobs.putArray("text_offset");
        int offset = from;
        for (TokenChance chance : chances) {
            String text = OpenAiJson.text(chance);
            tokens.add(text);
            values.add(OpenAiJson.finite(chance.logprob()));
            ObjectNode top = tops.addObject();
            for (TokenChance other : chance.top())
                top.put(OpenAiJson.text(other), OpenAiJson.finite(other.logprob()));
            offsets.add(offset);
            offset += text.length();
        }
        return logprobs;
    }

    ObjectNode chunk(int index, String text, List<TokenChance> chances, int from) {
        ObjectNode chunk = base();
        ObjectNode choice =
                chunk.putArray("choices").addObject().put("index", index).put("text", text);
        if (chances.isEmpty()) choice.putNull("logprobs");
        else choice.set("logprobs", chances(chances, from));
        choice.putNull("finish_reason");
        if (asked.stream().includeUsage()) chunk.putNull("usage");
        return chunk;
    }

    ObjectNode finish(int index, AnswerEvent.Done done) {
        ObjectNode chunk = chunk(index, "", List.of(), 0);
        ((ObjectNode) chunk.at("/choices/0")).put("finish_reason", OpenAiJson.reason(done));
        return chunk;
    }

    ObjectNode usageChunk(List<AnswerEvent.Done> done) {
        ObjectNode chunk = base();
        chunk.putArray("choices");
        chunk.set("usage", usage(done));
        return chunk;
    }
}
