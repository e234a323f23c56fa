package redoubt.appliance.api.openai.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import redoubt.appliance.answers.AnswerRequest;
import redoubt.appliance.api.asking.Forms;
import redoubt.appliance.api.asking.Generating;
import redoubt.appliance.api.asking.Messages;
import redoubt.appliance.api.asking.SamplingFields;
import redoubt.appliance.api.asking.Tools;
import redoubt.appliance.api.openai.StreamFields;
import redoubt.appliance.http.Fields;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.http.StrictJson;
import redoubt.appliance.identity.Principal;
import redoubt.engine.client.Constraint;

/// A request to `/v1/chat/completions`. Every parameter works or is refused by name.
///
/// @param choices how many answers are asked for
public record ChatRequest(AnswerRequest request, int choices, StreamFields stream) {
    public static final String ROUTE = "/v1/chat/completions";

    private static final int MODEL_CHARACTERS_MAX = 200;
    private static final int TOKENS_MAX = 1_000_000;
    private static final int CHOICES_MAX = 8;

    public static ChatRequest read(Principal principal, ObjectNode body) {
        Fields fields = new Fields(body);
        Generating.Chat chat = chat(fields);
        String model = fields.requiredText("model", MODEL_CHARACTERS_MAX);
        Generating generating =
                Generating.read(
                        fields,
                        SamplingFields.read(fields),
                        maxTokens(fields),
                        Forms.read(fields),
                        logprobs(fields));
        if (chat.tools() != null && generating.constraint() instanceof Constraint.Grammar)
            throw Fields.wrong(
                    "grammar",
                    "says what form the answer has, and so do 'tools'; give one of them");
        int choices = fields.whole("n", 1, CHOICES_MAX).map(Math::toIntExact).orElse(1);
        StreamFields stream = StreamFields.read(fields);
        refuseUnlessFalse(fields, "store");
        // Kept with the request, encrypted; they name the program's own things.
        fields.text("user", 512);
        fields.object("metadata");
        fields.end();
        AnswerRequest request =
                generating.of(principal, ROUTE, model, null, StrictJson.text(body), chat);
        return new ChatRequest(request.of(choices), choices, stream);
    }

    /// What the model reads of it.
    public static Generating.Chat chat(Fields fields) {
        JsonNode messages = fields.any("messages").orElseThrow(() -> fields.missing("messages"));
        return new Generating.Chat(
                Messages.read(messages),
                Tools.of(Tools.nested(fields), Tools.choice(fields, true)),
                fields.flag("parallel_tool_calls").orElse(true),
                Generating.Chat.templateArguments(fields));
    }

    private static int maxTokens(Fields fields) {
        Optional<Long> now = fields.whole("max_completion_tokens", 1, TOKENS_MAX);
        Optional<Long> before = fields.whole("max_tokens", 1, TOKENS_MAX);
        if (now.isPresent() && before.isPresent())
            throw Fields.wrong(
                    "max_tokens", "is the old name of 'max_completion_tokens'; give one of them");
        return now.or(() -> before).map(Math::toIntExact).orElse(0);
    }

    private static int logprobs(Fields fields) {
        boolean wanted = fields.flag("logprobs").orElse(false);
        Optional<Long> top = fields.whole("top_logprobs", 0, 20);
        if (top.isPresent() && !wanted)
            throw Fields.wrong("top_logprobs", "is for requests with logprobs: true");
        return wanted ? top.map(Math::toIntExact).orElse(0) : -1;
    }

    private static void refuseUnlessFalse(Fields fields, String name) {
        fields.any(name)
                .ifPresent(value -> {
                    if (!value.isBoolean() || value.booleanValue())
                        throw RefusedException.invalid(
                                "unsupported_parameter",
                                name,
                                "The parameter '%s' is not supported here. It is not ignored, so that you do not rely on it; leave it out."
                                        .formatted(name));
                });
    }
}
