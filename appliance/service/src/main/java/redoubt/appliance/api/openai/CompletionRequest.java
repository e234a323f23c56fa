package redoubt.appliance.api.openai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.TreeMap;
import redoubt.appliance.answers.AnswerRequest;
import redoubt.appliance.answers.Wanted;
import redoubt.appliance.http.Fields;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.http.StrictJson;
import redoubt.appliance.identity.Principal;
import redoubt.engine.client.Prompt;

/// A request to one of OpenAI's completion routes. Every parameter works or is refused by name.
///
/// @param stream whether it is answered by events
/// @param includeUsage whether an event with the usage comes at the end
record CompletionRequest(
        String model, AnswerRequest request, boolean stream, boolean includeUsage) {
    private static final int MODEL_CHARACTERS_MAX = 200;
    private static final int PROMPT_CHARACTERS_MAX = 4 * 1024 * 1024;
    private static final int TOKENS_MAX = 1_000_000;
    // OpenAI's own default for this route.
    private static final int COMPLETION_TOKENS_DEFAULT = 16;

    static CompletionRequest chat(Principal principal, ObjectNode body) {
        Fields fields = new Fields(body);
        JsonNode messages = fields.any("messages").orElseThrow(() -> fields.missing("messages"));
        String input = Messages.read(messages);
        fields.object("response_format")
                .ifPresent(format -> {
                    if (!format.requiredText("type", 100).equals("text"))
                        throw RefusedException.invalid(
                                "unsupported_parameter",
                                "response_format",
                                "Of 'response_format' only {\"type\": \"text\"} is supported here. It is not ignored, so that you do not rely on it; leave it out.");
                    format.end();
                });
        int maxTokens =
                fields.whole("max_completion_tokens", 1, TOKENS_MAX)
                        .or(() -> fields.whole("max_tokens", 1, TOKENS_MAX))
                        .map(Math::toIntExact)
                        .orElse(0);
        if (fields.any("max_tokens").isPresent() && fields.any("max_completion_tokens").isPresent())
            throw Fields.wrong(
                    "max_tokens", "is the old name of 'max_completion_tokens'; give one of them");
        return read(
                principal,
                "/v1/chat/completions",
                body,
                fields,
                input,
                new Prompt.Chat(input),
                maxTokens);
    }

    static CompletionRequest text(Principal principal, ObjectNode body) {
        Fields fields = new Fields(body);
        JsonNode prompt = fields.any("prompt").orElseThrow(() -> fields.missing("prompt"));
        if (prompt.isArray() && prompt.size() == 1) prompt = prompt.get(0);
        if (!prompt.isTextual())
            throw Fields.wrong(
                    "prompt",
                    "must be one text; several, and lists of tokens, are not supported here");
        String input = Fields.text(prompt, "prompt", PROMPT_CHARACTERS_MAX);
        refuseUnlessFalse(fields, "echo");
        int maxTokens =
                fields.whole("max_tokens", 1, TOKENS_MAX)
                        .map(Math::toIntExact)
                        .orElse(COMPLETION_TOKENS_DEFAULT);
        return read(
                principal,
                "/v1/completions",
                body,
                fields,
                input,
                new Prompt.Text(input),
                maxTokens);
    }

    private static CompletionRequest read(
            Principal principal,
            String route,
            ObjectNode body,
            Fields fields,
            String input,
            Prompt prompt,
            int maxTokens) {
        String model = fields.requiredText("model", MODEL_CHARACTERS_MAX);
        SamplingFields sampling = SamplingFields.read(fields);
        boolean stream = fields.flag("stream").orElse(false);
        boolean includeUsage = includeUsage(fields, stream);
        onlyOne(fields, "n");
        onlyOne(fields, "best_of");
        refuseUnlessFalse(fields, "logprobs");
        refuseUnlessFalse(fields, "store");
        // Kept with the request, encrypted; they name the program's own things.
        fields.text("user", 512);
        fields.object("metadata");
        fields.end();
        TreeMap<String, String> named = new TreeMap<>(sampling.named());
        named.put("max_tokens", String.valueOf(maxTokens));
        return new CompletionRequest(
                model,
                new AnswerRequest(
                        principal,
                        route,
                        model,
                        null,
                        StrictJson.text(body),
                        input,
                        Wanted.plain(
                                prompt,
                                sampling.sampling(),
                                maxTokens,
                                sampling.stops(),
                                sampling.seed()),
                        named),
                stream,
                includeUsage);
    }

    private static boolean includeUsage(Fields fields, boolean stream) {
        return fields.object("stream_options")
                .map(options -> {
                    if (!stream)
                        throw Fields.wrong("stream_options", "is for requests with stream: true");
                    boolean include = options.flag("include_usage").orElse(false);
                    options.flag("include_obfuscation")
                            .ifPresent(wanted -> {
                                if (wanted)
                                    throw Fields.wrong(
                                            "stream_options.include_obfuscation",
                                            "is not supported here");
                            });
                    options.end();
                    return include;
                })
                .orElse(false);
    }

    private static void onlyOne(Fields fields, String name) {
        fields.any(name)
                .ifPresent(value -> {
                    if (!value.isIntegralNumber()
                            || !value.canConvertToLong()
                            || value.longValue() != 1)
                        throw unsupported(
                                name, "Of '%s' only 1 is supported here.".formatted(name));
                });
    }

    private static void refuseUnlessFalse(Fields fields, String name) {
        fields.any(name)
                .ifPresent(value -> {
                    if (!value.isBoolean() || value.booleanValue())
                        throw unsupported(
                                name, "The parameter '%s' is not supported here.".formatted(name));
                });
    }

    private static RefusedException unsupported(String name, String sentence) {
        return RefusedException.invalid(
                "unsupported_parameter",
                name,
                sentence + " It is not ignored, so that you do not rely on it; leave it out.");
    }
}
