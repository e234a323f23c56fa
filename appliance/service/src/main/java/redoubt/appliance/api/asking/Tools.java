package redoubt.appliance.api.asking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import redoubt.appliance.http.Fields;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.http.StrictJson;
import redoubt.engine.client.ChatOptions.ToolChoice;

/// The tools that a model is offered, brought from an API's own form to the one that templates are
/// given, which is OpenAI's. Tools are offered, never run: the appliance only passes calls on.
///
/// @param offered in OpenAI's form
public record Tools(ArrayNode offered, ToolChoice choice) {
    static final int CALL_CHARACTERS_MAX = 1024 * 1024;

    private static final int TOOLS_MAX = 128;
    private static final int NAME_CHARACTERS_MAX = 64;
    private static final int DESCRIPTION_CHARACTERS_MAX = 16 * 1024;
    private static final int ALL_CHARACTERS_MAX = 512 * 1024;

    /// What a request says about calling tools.
    ///
    /// @param name the only tool that may be called, if it is one
    public record Choice(ToolChoice choice, @Nullable String name) {
        public static Choice of(ToolChoice choice) {
            return new Choice(choice, null);
        }
    }

    /// One tool as it is offered.
    public static ObjectNode function(
            String where, String name, Optional<String> description, Optional<JsonNode> schema) {
        requireName(name, where);
        ObjectNode tool = StrictJson.MAPPER.createObjectNode().put("type", "function");
        ObjectNode function = tool.putObject("function").put("name", name);
        function.put("description", description.orElse(""));
        JsonNode parameters =
                schema.orElseGet(() -> {
                    ObjectNode none = StrictJson.MAPPER.createObjectNode().put("type", "object");
                    none.putObject("properties");
                    return none;
                });
        if (!(parameters instanceof ObjectNode object)
                || !object.path("type").asText("object").equals("object"))
            throw Fields.wrong(
                    where, "has parameters that are no JSON schema of an object (type: object)");
        if (object.has("properties") && !object.get("properties").isObject())
            throw Fields.wrong(where, "has a schema whose 'properties' is no object");
        function.set("parameters", parameters);
        return tool;
    }

    /// The description of a tool, bounded.
    public static Optional<String> description(Fields tool) {
        return tool.text("description", DESCRIPTION_CHARACTERS_MAX);
    }

    static void requireName(String name, String where) {
        if (!name.matches("[A-Za-z0-9_.-]{1," + NAME_CHARACTERS_MAX + "}"))
            throw Fields.wrong(
                    where,
                    "needs a name of 1 to 64 letters, digits, '_', '-' and '.', without anything else");
    }

    /// OpenAI's form of `tools`: of type function, with the function's facts inside.
    public static List<ObjectNode> nested(Fields fields) {
        List<ObjectNode> tools = new ArrayList<>();
        JsonNode given = list(fields);
        for (int i = 0; i < given.size(); i++) {
            String where = "tools[" + i + "]";
            Fields tool = Fields.of(given.get(i), where);
            requireFunction(tool, where);
            Fields function = tool.object("function").orElseThrow(() -> tool.missing("function"));
            tools.add(
                    function(
                            where,
                            function.requiredText("name", 1000),
                            description(function),
                            function.any("parameters")));
            // Calls follow the schema here always, which is what `strict` asks for.
            function.flag("strict");
            function.end();
            tool.end();
        }
        return tools;
    }

    /// The list of `tools`, empty where none is given.
    public static JsonNode list(Fields fields) {
        JsonNode given = fields.any("tools").orElseGet(() -> StrictJson.MAPPER.createArrayNode());
        if (!given.isArray() || given.size() > TOOLS_MAX)
            throw Fields.wrong("tools", "must be a list of at most " + TOOLS_MAX + " tools");
        return given;
    }

    public static void requireFunction(Fields tool, String where) {
        if (!tool.requiredText("type", 100).equals("function"))
            throw RefusedException.invalid(
                    "unsupported_tool",
                    where + ".type",
                    "The tool '%s' is not of type function. This appliance runs no tools of its own: describe yours as functions, and run them yourself."
                            .formatted(where));
    }

    /// What may be called, after all of it was read; null where no tool is offered.
    public static @Nullable Tools of(List<ObjectNode> tools, Choice choice) {
        if (tools.isEmpty()) {
            if (choice.choice() == ToolChoice.REQUIRED)
                throw Fields.wrong("tool_choice", "demands a call, but 'tools' offers nothing");
            return null;
        }
        Set<String> names = new HashSet<>();
        ArrayNode offered = StrictJson.MAPPER.createArrayNode();
        for (ObjectNode tool : tools) {
            String name = tool.at("/function/name").asText();
            if (!names.add(name))
                throw Fields.wrong("tools", "names the tool '" + name + "' twice");
            if (choice.name() == null || name.equals(choice.name())) offered.add(tool);
        }
        if (offered.isEmpty())
            throw Fields.wrong(
                    "tool_choice", "names the tool '" + choice.name() + "', which 'tools' lacks");
        if (StrictJson.text(offered).length() > ALL_CHARACTERS_MAX)
            throw Fields.wrong(
                    "tools",
                    "is larger than " + ALL_CHARACTERS_MAX / 1024 + " KiB, which no context holds");
        return new Tools(offered, choice.choice());
    }

    /// OpenAI's `tool_choice`: a word, or an object that names a function.
    ///
    /// @param nested whether the name stands in an object `function` of its own
    public static Choice choice(Fields fields, boolean nested) {
        Optional<JsonNode> given = fields.any("tool_choice");
        if (given.isEmpty()) return Choice.of(ToolChoice.AUTO);
        if (given.get().isTextual())
            return switch (given.get().textValue()) {
                case "auto" -> Choice.of(ToolChoice.AUTO);
                case "none" -> Choice.of(ToolChoice.NONE);
                case "required" -> Choice.of(ToolChoice.REQUIRED);
                default -> throw Fields.wrong("tool_choice", "must be auto, none or required");
            };
        Fields object = Fields.of(given.get(), "tool_choice");
        requireFunction(object, "tool_choice");
        Fields function =
                nested
                        ? object.object("function").orElseThrow(() -> object.missing("function"))
                        : object;
        String name = function.requiredText("name", 1000);
        function.end();
        object.end();
        return new Choice(ToolChoice.REQUIRED, name);
    }
}
