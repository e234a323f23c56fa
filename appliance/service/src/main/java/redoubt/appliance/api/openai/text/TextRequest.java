package redoubt.appliance.api.openai.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import redoubt.appliance.answers.AnswerRequest;
import redoubt.appliance.api.asking.Forms;
import redoubt.appliance.api.asking.Generating;
import redoubt.appliance.api.asking.SamplingFields;
import redoubt.appliance.api.openai.StreamFields;
import redoubt.appliance.http.Fields;
import redoubt.appliance.http.StrictJson;
import redoubt.appliance.identity.Principal;
import redoubt.engine.client.Prompt;

/// A request to `/v1/completions`. Every parameter works or is refused by name.
///
/// @param requests one for each candidate: those of the first prompt, then those of the next
/// @param best how many candidates are made for each prompt
/// @param choices how many of them are told, the most likely first
/// @param echo what each candidate's text begins with; empty without `echo`
public record TextRequest(
        List<AnswerRequest> requests,
        int best,
        int choices,
        int logprobs,
        List<String> echo,
        StreamFields stream) {
    public static final String ROUTE = "/v1/completions";

    private static final int MODEL_CHARACTERS_MAX = 200;
    private static final int PROMPT_CHARACTERS_MAX = 4 * 1024 * 1024;
    private static final int PROMPTS_MAX = 32;
    private static final int PROMPT_TOKENS_MAX = 131_072;
    private static final int TOKENS_MAX = 1_000_000;
    private static final int CHOICES_MAX = 8;
    private static final int ALL_MAX = 32;
    // OpenAI's own default for this route.
    private static final int TOKENS_DEFAULT = 16;

    /// Whether candidates are compared by how likely they are.
    boolean chosen() {
        return best > choices;
    }

    public static TextRequest read(Principal principal, ObjectNode body) {
        Fields fields = new Fields(body);
        List<Prompt> prompts =
                prompts(fields.any("prompt").orElseThrow(() -> fields.missing("prompt")));
        String model = fields.requiredText("model", MODEL_CHARACTERS_MAX);
        int choices = fields.whole("n", 1, CHOICES_MAX).map(Math::toIntExact).orElse(1);
        int best = fields.whole("best_of", 1, CHOICES_MAX).map(Math::toIntExact).orElse(choices);
        StreamFields stream = StreamFields.read(fields);
        // OpenAI's old shape: a number, and not a flag.
        int logprobs = fields.whole("logprobs", 0, 20).map(Math::toIntExact).orElse(-1);
        boolean echo = fields.flag("echo").orElse(false);
        refuse(prompts, best, choices, stream, logprobs, echo);
        Generating generating =
                Generating.read(
                        fields,
                        SamplingFields.read(fields),
                        fields.whole("max_tokens", 1, TOKENS_MAX)
                                .map(Math::toIntExact)
                                .orElse(TOKENS_DEFAULT),
                        Forms.read(fields),
                        best > choices ? Math.max(0, logprobs) : logprobs);
        fields.text("user", 512);
        fields.object("metadata");
        fields.end();
        List<AnswerRequest> requests = new ArrayList<>();
        String question = StrictJson.text(body);
        for (Prompt prompt : prompts) {
            AnswerRequest request =
                    new AnswerRequest(
                                    principal,
                                    ROUTE,
                                    model,
                                    null,
                                    question,
                                    input(prompt),
                                    generating.wanted(prompt),
                                    generating.named())
                            .of(best);
            for (int i = 0; i < best; i++) requests.add(request.choice(i));
        }
        return new TextRequest(
                requests,
                best,
                choices,
                logprobs,
                prompts.stream().map(prompt -> echo ? input(prompt) : "").toList(),
                stream);
    }

    private static void refuse(
            List<Prompt> prompts,
            int best,
            int choices,
            StreamFields stream,
            int logprobs,
            boolean echo) {
        if (best < choices) throw Fields.wrong("best_of", "must not be less than 'n'");
        if (best > choices && stream.stream())
            throw Fields.wrong("best_of", "must be 'n' in a stream, which cannot take back");
        if (prompts.size() * best > ALL_MAX)
            throw Fields.wrong(
                    "prompt",
                    "times 'n' or 'best_of' makes %d answers; one request has at most %d"
                            .formatted(prompts.size() * best, ALL_MAX));
        if (echo && logprobs >= 0)
            throw Fields.wrong(
                    "echo",
                    "with 'logprobs' would need the chances of the prompt, which are not told");
        if (echo && prompts.stream().anyMatch(Prompt.Tokens.class::isInstance))
            throw Fields.wrong("echo", "is for prompts that are texts");
    }

    /// One text, several, the tokens of one, or those of several.
    private static List<Prompt> prompts(JsonNode given) {
        if (given.isTextual()) return List.of(text(given, "prompt"));
        if (!given.isArray() || given.isEmpty())
            throw Fields.wrong("prompt", "must be a text, a list of texts, or lists of tokens");
        if (given.get(0).isIntegralNumber()) return List.of(tokens(given, "prompt"));
        if (given.size() > PROMPTS_MAX)
            throw Fields.wrong("prompt", "has at most " + PROMPTS_MAX + " texts");
        List<Prompt> prompts = new ArrayList<>();
        for (int i = 0; i < given.size(); i++) {
            JsonNode one = given.get(i);
            String where = "prompt[" + i + "]";
            prompts.add(one.isArray() ? tokens(one, where) : text(one, where));
        }
        return prompts;
    }

    private static Prompt text(JsonNode given, String where) {
        return new Prompt.Text(Fields.text(given, where, PROMPT_CHARACTERS_MAX));
    }

    private static Prompt tokens(JsonNode given, String where) {
        if (given.isEmpty() || given.size() > PROMPT_TOKENS_MAX)
            throw Fields.wrong(where, "must have 1 to " + PROMPT_TOKENS_MAX + " tokens");
        List<Integer> tokens = new ArrayList<>(given.size());
        for (JsonNode token : given) {
            if (!token.isIntegralNumber() || !token.canConvertToInt() || token.intValue() < 0)
                throw Fields.wrong(where, "must be a list of token numbers, and nothing else");
            tokens.add(token.intValue());
        }
        return new Prompt.Tokens(tokens);
    }

    private static String input(Prompt prompt) {
        return switch (prompt) {
            case Prompt.Text text -> text.text();
            case Prompt.Tokens tokens -> StrictJson.text(tokens.tokens());
            case Prompt.Chat _ -> throw new AssertionError("this route reads no chat");
        };
    }
}
