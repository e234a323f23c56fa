package redoubt.appliance.api.asking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import redoubt.appliance.answers.AnswerRequest;
import redoubt.appliance.answers.ToolExchange;
import redoubt.appliance.answers.Wanted;
import redoubt.appliance.http.Fields;
import redoubt.appliance.http.StrictJson;
import redoubt.appliance.identity.Principal;
import redoubt.engine.client.AdapterUse;
import redoubt.engine.client.ChatOptions;
import redoubt.engine.client.Constraint;
import redoubt.engine.client.Owner;
import redoubt.engine.client.Prompt;

/// What every API's request comes to: how tokens are chosen, what form the answer has, which
/// adapters are applied, and how urgent it is.
///
/// @param logprobs how many of the most likely tokens are told with each token; -1 tells nothing
/// @param replayable whether the answer is computed by itself, so that a replay computes the same
public record Generating(
        SamplingFields sampling,
        int maxTokens,
        Constraint constraint,
        int logprobs,
        List<AdapterUse> adapters,
        Owner.Priority priority,
        boolean replayable) {
    private static final int ADAPTERS_MAX = 16;
    // As many as one message can call.
    private static final int TOOL_RESULTS_MAX = 128;

    /// Reads what all APIs call by the same names besides how tokens are chosen: `lora`,
    /// `priority`, `replayable`.
    public static Generating read(
            Fields fields,
            SamplingFields sampling,
            int maxTokens,
            Constraint constraint,
            int logprobs) {
        return new Generating(
                sampling,
                maxTokens,
                constraint,
                logprobs,
                adapters(fields),
                priority(fields),
                fields.flag("replayable").orElse(false));
    }

    /// What no API but this appliance's and llama.cpp's server has a word for.
    private static List<AdapterUse> adapters(Fields fields) {
        List<AdapterUse> adapters = new ArrayList<>();
        fields.any("lora")
                .ifPresent(given -> {
                    if (!given.isArray() || given.size() > ADAPTERS_MAX)
                        throw Fields.wrong(
                                "lora", "must be a list of at most " + ADAPTERS_MAX + " adapters");
                    for (int i = 0; i < given.size(); i++) {
                        Fields one = Fields.of(given.get(i), "lora[" + i + "]");
                        String name = one.requiredText("name", 200);
                        if (name.isEmpty()) throw Fields.wrong("lora[" + i + "].name", "is empty");
                        if (adapters.stream().anyMatch(use -> use.name().equals(name)))
                            throw Fields.wrong("lora", "names the adapter '" + name + "' twice");
                        float scale = one.number("scale", -100, 100).orElse(1f);
                        one.end();
                        adapters.add(new AdapterUse(name, scale));
                    }
                });
        return adapters;
    }

    private static Owner.Priority priority(Fields fields) {
        return fields.text("priority", 20)
                .map(word ->
                        switch (word) {
                            case "interactive" -> Owner.Priority.INTERACTIVE;
                            case "batch" -> Owner.Priority.BATCH;
                            default ->
                                    throw Fields.wrong("priority", "must be interactive or batch");
                        })
                .orElse(Owner.Priority.INTERACTIVE);
    }

    /// As the engine is asked.
    public Wanted wanted(Prompt prompt) {
        return new Wanted(
                prompt,
                sampling.sampling(),
                maxTokens,
                sampling.stops(),
                sampling.seed(),
                constraint,
                logprobs,
                adapters,
                priority,
                replayable);
    }

    /// A conversation that is to be answered like this, as one thing to be answered.
    ///
    /// @param conversation the item that question and answer are erased with; null where there is
    ///   none
    /// @param question what is kept as the question
    public AnswerRequest of(
            Principal principal,
            String route,
            String model,
            @Nullable String conversation,
            String question,
            Chat chat) {
        TreeMap<String, String> named = named();
        named.putAll(chat.named());
        List<ToolExchange> toolResults = ToolExchange.answered(chat.messages());
        if (toolResults.size() > TOOL_RESULTS_MAX)
            throw Fields.wrong(
                    route.equals("/v1/responses") ? "input" : "messages",
                    "brings more than %d results of tools at once, behind the last message of the model"
                            .formatted(TOOL_RESULTS_MAX));
        return new AnswerRequest(
                principal,
                route,
                model,
                conversation,
                question,
                chat.input(constraint),
                wanted(chat.prompt()),
                named,
                toolResults,
                null);
    }

    /// As the record names it; never content.
    public TreeMap<String, String> named() {
        TreeMap<String, String> named = new TreeMap<>(sampling.named());
        named.put("max_tokens", String.valueOf(maxTokens));
        if (!(constraint instanceof Constraint.None)) named.put("form", Forms.word(constraint));
        if (!adapters.isEmpty())
            named.put(
                    "lora",
                    adapters.stream()
                            .map(use -> use.name() + "=" + use.scale())
                            .sorted()
                            .collect(Collectors.joining(",")));
        if (replayable) named.put("replayable", "true");
        if (priority != Owner.Priority.INTERACTIVE) named.put("priority", "batch");
        return named;
    }

    /// A conversation with all that its rendering depends on.
    ///
    /// @param tools null where none is offered
    /// @param templateArguments an object of extra variables of the template
    public record Chat(
            ArrayNode messages,
            @Nullable Tools tools,
            boolean parallelCalls,
            ObjectNode templateArguments) {
        private static final int ARGUMENTS_CHARACTERS_MAX = 64 * 1024;

        public static ObjectNode templateArguments(Fields fields) {
            JsonNode given =
                    fields.any("chat_template_kwargs")
                            .orElseGet(() -> StrictJson.MAPPER.createObjectNode());
            if (!(given instanceof ObjectNode object)
                    || StrictJson.text(object).length() > ARGUMENTS_CHARACTERS_MAX)
                throw Fields.wrong(
                        "chat_template_kwargs",
                        "must be an object of at most " + ARGUMENTS_CHARACTERS_MAX + " characters");
            return object;
        }

        public Prompt.Chat prompt() {
            Tools offered = tools;
            ChatOptions usual = ChatOptions.usual();
            return new Prompt.Chat(
                    StrictJson.text(messages),
                    offered == null ? null : StrictJson.text(offered.offered()),
                    new ChatOptions(
                            offered == null ? usual.toolChoice() : offered.choice(),
                            offered != null && parallelCalls,
                            StrictJson.text(templateArguments)));
        }

        /// What the INTENT commits to: the messages, and whatever else says what the model reads or
        /// may answer, where there is any.
        public String input(Constraint constraint) {
            Tools offered = tools;
            if (offered == null && templateArguments.isEmpty() && Forms.text(constraint).isEmpty())
                return StrictJson.text(messages);
            ObjectNode all = StrictJson.MAPPER.createObjectNode();
            all.set("messages", messages);
            if (offered != null)
                all.put("tool_choice", offered.choice().name())
                        .put("parallel_tool_calls", parallelCalls)
                        .set("tools", offered.offered());
            all.set("chat_template_kwargs", templateArguments);
            all.put("form", Forms.word(constraint)).put("form_text", Forms.text(constraint));
            return StrictJson.text(all);
        }

        /// For the record: how many tools were offered, whether one must be called, and how many
        /// results of tools the model is given, whenever they were new.
        public Map<String, String> named() {
            TreeMap<String, String> named = new TreeMap<>();
            Tools offered = tools;
            if (offered != null) {
                named.put("tools", String.valueOf(offered.offered().size()));
                named.put("tool_choice", offered.choice().name().toLowerCase(Locale.ROOT));
            }
            int results = ToolExchange.results(messages);
            if (results > 0) named.put("tool_results", String.valueOf(results));
            return named;
        }
    }
}
