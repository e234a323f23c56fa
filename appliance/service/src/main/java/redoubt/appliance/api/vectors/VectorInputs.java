package redoubt.appliance.api.vectors;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import redoubt.appliance.http.Fields;
import redoubt.engine.client.EmbedRequest;
import redoubt.engine.client.Prompt;
import redoubt.engine.client.RerankRequest;

/// Reads what is to become vectors or scores: a text, a list of texts, a list of tokens or a list
/// of such lists. Source: OpenAI's API reference, embeddings; Jina's, reranker.
final class VectorInputs {
    private static final int TEXT_CHARACTERS_MAX = 4 * 1024 * 1024;
    private static final int TOKENS_MAX = 128 * 1024;

    private VectorInputs() {}

    static List<Prompt> read(JsonNode input) {
        if (input.isTextual())
            return List.of(new Prompt.Text(Fields.text(input, "input", TEXT_CHARACTERS_MAX)));
        if (!input.isArray() || input.isEmpty())
            throw Fields.wrong(
                    "input",
                    "must be a text, a list of texts, a list of tokens, or a list of those");
        if (input.get(0).isNumber()) return List.of(tokens(input, "input"));
        if (input.size() > EmbedRequest.INPUTS_MAX)
            throw Fields.wrong(
                    "input", "must have at most " + EmbedRequest.INPUTS_MAX + " entries");
        List<Prompt> prompts = new ArrayList<>(input.size());
        for (int index = 0; index < input.size(); index++) {
            String where = "input[" + index + "]";
            JsonNode each = input.get(index);
            prompts.add(
                    each.isArray()
                            ? tokens(each, where)
                            : new Prompt.Text(Fields.text(each, where, TEXT_CHARACTERS_MAX)));
        }
        return prompts;
    }

    private static Prompt.Tokens tokens(JsonNode list, String where) {
        if (list.size() > TOKENS_MAX)
            throw Fields.wrong(where, "must be a list of at most " + TOKENS_MAX + " tokens");
        List<Integer> tokens = new ArrayList<>(list.size());
        for (int index = 0; index < list.size(); index++) {
            JsonNode token = list.get(index);
            if (!token.isIntegralNumber() || !token.canConvertToInt())
                throw Fields.wrong(
                        where + "[" + index + "]",
                        "must be a token's number, a whole one from 0 on");
            tokens.add(token.intValue());
        }
        return new Prompt.Tokens(tokens);
    }

    /// Texts, or objects with a `text`.
    static List<String> documents(JsonNode documents) {
        if (!documents.isArray()
                || documents.isEmpty()
                || documents.size() > RerankRequest.DOCUMENTS_MAX)
            throw Fields.wrong(
                    "documents",
                    "must be a list of 1 to " + RerankRequest.DOCUMENTS_MAX + " texts");
        List<String> texts = new ArrayList<>(documents.size());
        for (int index = 0; index < documents.size(); index++) {
            String where = "documents[" + index + "]";
            JsonNode each = documents.get(index);
            if (each.isObject()) {
                Fields fields = Fields.of(each, where);
                texts.add(fields.requiredText("text", TEXT_CHARACTERS_MAX));
                fields.end();
            } else {
                texts.add(Fields.text(each, where, TEXT_CHARACTERS_MAX));
            }
        }
        return texts;
    }
}
