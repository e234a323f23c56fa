package redoubt.appliance.api.anthropic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import redoubt.appliance.answers.AnswerRequest;
import redoubt.appliance.api.asking.Forms;
import redoubt.appliance.api.asking.Generating;
import redoubt.appliance.api.asking.SamplingFields;
import redoubt.appliance.api.asking.Tools;
import redoubt.appliance.api.openai.StreamFields;
import redoubt.appliance.api.telling.Replies;
import redoubt.appliance.http.Fields;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.http.StrictJson;
import redoubt.appliance.identity.Principal;
import redoubt.engine.client.ChatOptions.ToolChoice;
import redoubt.engine.client.Constraint;

/// A request to `/v1/messages`. Every parameter works or is refused by name. Source: Anthropic's
/// API reference, messages.
public record MessagesRequest(AnswerRequest request, Replies.Manner manner) {
    public static final String ROUTE = "/v1/messages";

    private static final int MODEL_CHARACTERS_MAX = 200;
    private static final int TOKENS_MAX = 1_000_000;

    public static MessagesRequest read(Principal principal, ObjectNode body) {
        Fields fields = new Fields(body);
        if (fields.any("thread").isPresent())
            throw RefusedException.invalid(
                    "thread_unsupported_request",
                    "thread",
                    "The parameter 'thread' is not supported here: conversations of this route are not kept. Send the whole conversation each time.");
        String model = fields.requiredText("model", MODEL_CHARACTERS_MAX);
        int maxTokens =
                fields.whole("max_tokens", 1, TOKENS_MAX)
                        .map(Math::toIntExact)
                        .orElseThrow(() -> fields.missing("max_tokens"));
        Generating.Chat chat = chat(fields);
        Generating generating =
                Generating.read(
                        fields,
                        SamplingFields.read(fields, "stop_sequences"),
                        maxTokens,
                        form(fields),
                        -1);
        boolean stream = fields.flag("stream").orElse(false);
        boolean resumable = StreamFields.resumable(fields, stream);
        // Kept with the request, encrypted.
        fields.object("metadata");
        fields.end();
        return new MessagesRequest(
                generating.of(principal, ROUTE, model, null, StrictJson.text(body), chat),
                new Replies.Manner(stream, resumable));
    }

    /// What the model reads of it.
    public static Generating.Chat chat(Fields fields) {
        Choice choice = choice(fields);
        ObjectNode templateArguments = Generating.Chat.templateArguments(fields);
        thinking(fields, templateArguments);
        AnthropicMessages.cacheControl(fields);
        return new Generating.Chat(
                AnthropicMessages.read(fields),
                Tools.of(tools(fields), choice.choice()),
                choice.parallel(),
                templateArguments);
    }

    private record Choice(Tools.Choice choice, boolean parallel) {}

    private static Choice choice(Fields fields) {
        Optional<Fields> given = fields.object("tool_choice");
        if (given.isEmpty()) return new Choice(Tools.Choice.of(ToolChoice.AUTO), true);
        Fields choice = given.get();
        Tools.Choice read =
                switch (choice.requiredText("type", 100)) {
                    case "auto" -> Tools.Choice.of(ToolChoice.AUTO);
                    case "any" -> Tools.Choice.of(ToolChoice.REQUIRED);
                    case "none" -> Tools.Choice.of(ToolChoice.NONE);
                    case "tool" ->
                            new Tools.Choice(
                                    ToolChoice.REQUIRED, choice.requiredText("name", 1000));
                    default ->
                            throw Fields.wrong(
                                    "tool_choice.type", "must be auto, any, tool or none");
                };
        boolean parallel = !choice.flag("disable_parallel_tool_use").orElse(false);
        choice.end();
        return new Choice(read, parallel);
    }

    private static List<ObjectNode> tools(Fields fields) {
        List<ObjectNode> tools = new ArrayList<>();
        JsonNode given = Tools.list(fields);
        for (int i = 0; i < given.size(); i++) {
            String where = "tools[" + i + "]";
            Fields tool = Fields.of(given.get(i), where);
            if (!tool.text("type", 100).orElse("custom").equals("custom"))
                throw RefusedException.invalid(
                        "unsupported_tool",
                        where + ".type",
                        "The tool '%s' is one that Anthropic runs. This appliance runs no tools of its own: describe yours with an input_schema, and run them yourself."
                                .formatted(where));
            tools.add(
                    Tools.function(
                            where,
                            tool.requiredText("name", 1000),
                            Tools.description(tool),
                            Optional.of(
                                    tool.any("input_schema")
                                            .orElseThrow(() -> tool.missing("input_schema")))));
            tool.flag("strict");
            AnthropicMessages.cacheControl(tool);
            tool.end();
        }
        return tools;
    }

    /// Whether a model thinks first is a variable of its template; how much, nobody can tell it.
    private static void thinking(Fields fields, ObjectNode templateArguments) {
        fields.object("thinking")
                .ifPresent(thinking -> {
                    if (!thinking.requiredText("type", 100).equals("disabled"))
                        throw RefusedException.invalid(
                                "unsupported_parameter",
                                "thinking",
                                "Of 'thinking' only {\"type\": \"disabled\"} is supported here: a budget could not be kept. A model that thinks does so without it, and its blocks of type thinking come with the answer. Leave it out.");
                    thinking.end();
                    templateArguments.put("enable_thinking", false);
                });
    }

    private static Constraint form(Fields fields) {
        return fields.object("output_config")
                .map(config -> {
                    Constraint form =
                            config.object("format")
                                    .map(Forms::textFormat)
                                    .orElseGet(Constraint::none);
                    config.end();
                    return form;
                })
                .orElseGet(() -> Forms.read(fields));
    }
}
