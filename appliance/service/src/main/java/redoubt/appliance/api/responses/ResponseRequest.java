package redoubt.appliance.api.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import redoubt.appliance.answers.AnswerRequest;
import redoubt.appliance.api.asking.Forms;
import redoubt.appliance.api.asking.Generating;
import redoubt.appliance.api.asking.SamplingFields;
import redoubt.appliance.api.asking.Tools;
import redoubt.appliance.api.openai.StreamFields;
import redoubt.appliance.conversations.Item;
import redoubt.appliance.http.Fields;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.http.StrictJson;
import redoubt.appliance.identity.Principal;
import redoubt.engine.client.Constraint;

/// A request to `/v1/responses`. Every parameter works or is refused by name. Source: OpenAI's API
/// reference, responses.
///
/// @param input what this request adds to the conversation, as templates are given it
/// @param previous the identifier of the response that it goes on from, as it was given
/// @param facts what the response repeats of its request
record ResponseRequest(
        String model,
        ArrayNode input,
        Optional<String> instructions,
        @Nullable String previous,
        Generating generating,
        @Nullable Tools tools,
        boolean parallelCalls,
        ObjectNode templateArguments,
        boolean store,
        boolean stream,
        boolean background,
        boolean resumable,
        ObjectNode facts,
        String question) {
    static final String ROUTE = "/v1/responses";

    private static final int MODEL_CHARACTERS_MAX = 200;
    private static final int TOKENS_MAX = 1_000_000;
    private static final int INSTRUCTIONS_CHARACTERS_MAX = 1024 * 1024;
    private static final int METADATA_MAX = 16;

    static ResponseRequest read(ObjectNode body) {
        Fields fields = new Fields(body);
        String model = fields.requiredText("model", MODEL_CHARACTERS_MAX);
        ArrayNode input =
                ResponseInput.read(fields.any("input").orElseThrow(() -> fields.missing("input")));
        Tools tools = Tools.of(tools(fields), Tools.choice(fields, false));
        boolean parallel = fields.flag("parallel_tool_calls").orElse(true);
        Generating generating =
                Generating.read(
                        fields,
                        SamplingFields.read(fields),
                        fields.whole("max_output_tokens", 1, TOKENS_MAX)
                                .map(Math::toIntExact)
                                .orElse(0),
                        form(fields),
                        -1);
        boolean store = fields.flag("store").orElse(true);
        boolean stream = fields.flag("stream").orElse(false);
        boolean background = fields.flag("background").orElse(false);
        if (background && !store)
            throw Fields.wrong("background", "needs 'store': it is asked for later");
        onlyUsual(fields);
        ResponseRequest request =
                new ResponseRequest(
                        model,
                        input,
                        fields.text("instructions", INSTRUCTIONS_CHARACTERS_MAX),
                        fields.text("previous_response_id", 100).orElse(null),
                        generating,
                        tools,
                        parallel,
                        Generating.Chat.templateArguments(fields),
                        store,
                        stream,
                        background,
                        StreamFields.resumable(fields, stream),
                        facts(fields, body, parallel),
                        StrictJson.text(body));
        fields.end();
        return request;
    }

    private static List<ObjectNode> tools(Fields fields) {
        List<ObjectNode> tools = new ArrayList<>();
        JsonNode given = Tools.list(fields);
        for (int i = 0; i < given.size(); i++) {
            String where = "tools[" + i + "]";
            Fields tool = Fields.of(given.get(i), where);
            Tools.requireFunction(tool, where);
            tools.add(
                    Tools.function(
                            where,
                            tool.requiredText("name", 1000),
                            Tools.description(tool),
                            tool.any("parameters")));
            tool.flag("strict");
            tool.end();
        }
        return tools;
    }

    private static Constraint form(Fields fields) {
        Constraint own = Forms.read(fields);
        return fields.object("text")
                .map(text -> {
                    Constraint form =
                            text.object("format").map(Forms::textFormat).orElse(Constraint.none());
                    text.end();
                    return form;
                })
                .filter(form -> !(form instanceof Constraint.None))
                .orElse(own);
    }

    /// Parameters of which there is one value here.
    private static void onlyUsual(Fields fields) {
        fields.text("truncation", 20)
                .ifPresent(word -> {
                    if (!word.equals("disabled"))
                        throw RefusedException.invalid(
                                "unsupported_parameter",
                                "truncation",
                                "Of 'truncation' only disabled is supported here: nothing that was said is left out unseen.");
                });
        fields.any("include")
                .ifPresent(list -> {
                    if (!list.isArray() || !list.isEmpty())
                        throw RefusedException.invalid(
                                "unsupported_parameter",
                                "include",
                                "Nothing further can be included here. Leave 'include' out, or empty.");
                });
        fields.object("stream_options")
                .ifPresent(options -> {
                    if (options.flag("include_obfuscation").orElse(false))
                        throw Fields.wrong(
                                "stream_options.include_obfuscation", "is not supported here");
                    options.end();
                });
        fields.text("user", 512);
    }

    private static ObjectNode facts(Fields fields, ObjectNode body, boolean parallel) {
        ObjectNode facts = StrictJson.MAPPER.createObjectNode();
        for (String name : List.of("instructions", "max_output_tokens", "user"))
            facts.set(name, body.path(name).isMissingNode() ? facts.nullNode() : body.get(name));
        JsonNode metadata = fields.any("metadata").orElseGet(facts::objectNode);
        if (!metadata.isObject() || metadata.size() > METADATA_MAX)
            throw Fields.wrong("metadata", "must be an object of at most 16 texts");
        metadata.properties()
                .forEach(entry -> Fields.text(entry.getValue(), "metadata." + entry.getKey(), 512));
        facts.set("metadata", metadata);
        facts.put("parallel_tool_calls", parallel);
        facts.put("temperature", body.path("temperature").asDouble(0.8));
        facts.put("top_p", body.path("top_p").asDouble(0.95));
        facts.set(
                "tool_choice",
                body.path("tool_choice").isMissingNode()
                        ? facts.textNode("auto")
                        : body.get("tool_choice"));
        ArrayNode tools = facts.putArray("tools");
        for (JsonNode tool : body.path("tools")) {
            ObjectNode told = tool.deepCopy();
            if (!told.has("strict")) told.put("strict", true);
            if (!told.has("parameters")) told.putObject("parameters");
            tools.add(told);
        }
        JsonNode format = body.at("/text/format");
        facts.putObject("text")
                .set("format", format.isObject() ? format : facts.objectNode().put("type", "text"));
        return facts;
    }

    /// As it is answered.
    ///
    /// @param before the conversation so far
    /// @param id of the response that is kept; null where none is
    AnswerRequest answer(Principal principal, ArrayNode before, @Nullable String id) {
        ArrayNode messages = StrictJson.MAPPER.createArrayNode();
        instructions.ifPresent(
                text -> messages.addObject().put("role", "system").put("content", text));
        messages.addAll(before);
        messages.addAll(input);
        Generating.Chat chat =
                new Generating.Chat(messages, tools, parallelCalls, templateArguments);
        AnswerRequest request = generating.of(principal, ROUTE, model, id, question, chat);
        return previous == null
                ? request
                : request.after(
                        new Item.Earlier(
                                previous, instructions.isPresent() ? 1 : 0, before.size()));
    }
}
