package redoubt.engine.form;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Checks the definitions of tools, and makes of them what the grammar of a call is derived from.
/// The model is shown a tool as it came; its grammar keeps names, types, lists of values and the
/// shape, and leaves out what llama.cpp's grammars get wrong or what makes them explode. One
/// thread, one list.
public final class ToolDefinitions {
    private static final int CHARACTERS_MAX = 512 * 1024;
    private static final int DEPTH_MAX = 64;
    private static final int TOOLS_MAX = 128;
    private static final int PARTS_MAX = 5000;
    private static final int PROPERTIES_MAX = 150;
    private static final int VALUES_MAX = 500;
    private static final int ITEMS_MAX = 100;
    private static final int LENGTH_MAX = 1000;
    private static final long NUMBER_MAX = 999_999_999_999_999L;

    private static final Set<String> SCHEMAS = Set.of("items", "additionalProperties");
    private static final Set<String> LISTS = Set.of("anyOf", "oneOf", "allOf", "prefixItems");
    private static final Set<String> MAPS = Set.of("properties", "$defs", "definitions");

    private static final ObjectReader JSON = StrictReader.of(DEPTH_MAX, CHARACTERS_MAX);

    private int parts;

    private ToolDefinitions() {}

    /// The tools with no more in their schemas than a grammar keeps, as JSON.
    ///
    /// @param json tools in the form of OpenAI's chat completions
    /// @throws IllegalArgumentException with a sentence that says which tool is wrong and why
    public static String forGrammar(String json) {
        if (json.length() > CHARACTERS_MAX) {
            throw refusal("", "have more than %d characters".formatted(CHARACTERS_MAX));
        }
        JsonNode tools;
        try {
            tools = JSON.readTree(json);
        } catch (StreamConstraintsException deep) {
            throw refusal("", "are nested more than %d deep".formatted(DEPTH_MAX));
        } catch (JsonProcessingException malformed) {
            throw refusal(
                    "",
                    "are no JSON (line %d, column %d)"
                            .formatted(
                                    malformed.getLocation().getLineNr(),
                                    malformed.getLocation().getColumnNr()));
        }
        if (!tools.isArray() || tools.size() > TOOLS_MAX) {
            throw refusal("", "must be a list of at most %d".formatted(TOOLS_MAX));
        }
        ToolDefinitions definitions = new ToolDefinitions();
        ArrayNode out = JsonNodeFactory.instance.arrayNode();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < tools.size(); i++) {
            out.add(definitions.tool(tools.get(i), "[" + i + "]", names));
        }
        return out.toString();
    }

    private ObjectNode tool(JsonNode tool, String at, Set<String> names) {
        if (!tool.path("type").asText().equals("function") || !tool.path("function").isObject()) {
            throw refusal(at, "must have the type function and an object function");
        }
        JsonNode function = tool.get("function");
        String name = function.path("name").asText();
        if (!function.path("name").isTextual() || !name.matches("[a-zA-Z0-9_.-]{1,64}")) {
            throw refusal(
                    at + ".function.name",
                    "must be a name of 1 to 64 letters, digits, dots, underscores and hyphens");
        }
        if (!names.add(name)) {
            throw refusal(at + ".function.name", "is " + name + ", like another's");
        }
        JsonNode description = function.path("description");
        if (!description.isMissingNode() && !description.isNull() && !description.isTextual()) {
            throw refusal(at + ".function.description", "must be a text");
        }
        JsonNode parameters = function.path("parameters");
        ObjectNode out = JsonNodeFactory.instance.objectNode().put("type", "function");
        ObjectNode kept = out.putObject("function").put("name", name);
        kept.put("description", description.asText(""));
        if (parameters.isMissingNode() || parameters.isNull()) {
            return out;
        }
        String type = parameters.path("type").asText("object");
        if (!parameters.isObject() || !type.equals("object")) {
            throw refusal(at + ".function.parameters", "must be the schema of an object");
        }
        kept.set("parameters", schema(parameters, at + ".function.parameters"));
        return out;
    }

    private JsonNode schema(JsonNode schema, String at) {
        if (++parts > PARTS_MAX) {
            throw refusal(
                    at, "makes %d parts of schemas or more, all together".formatted(PARTS_MAX));
        }
        ObjectNode out = JsonNodeFactory.instance.objectNode();
        if (schema.isBoolean()) {
            return out;
        }
        if (!schema.isObject()) {
            throw refusal(at, "must be a schema, which is an object");
        }
        for (Map.Entry<String, JsonNode> member : schema.properties()) {
            keep(member.getKey(), member.getValue(), schema, at, out);
        }
        return out;
    }

    private void keep(String key, JsonNode value, JsonNode schema, String at, ObjectNode out) {
        String here = at + "." + key;
        boolean named = schema.path("properties").size() > 0;
        if (LISTS.contains(key)) {
            // Which of several holds is not for a grammar to say.
            ArrayNode list = out.putArray(key.equals("oneOf") ? "anyOf" : key);
            require(
                    value.isArray() && !value.isEmpty() && value.size() <= VALUES_MAX,
                    here,
                    "must be a list of 1 to %d schemas".formatted(VALUES_MAX));
            for (int i = 0; i < value.size(); i++) {
                list.add(schema(value.get(i), here + "[" + i + "]"));
            }
        } else if (MAPS.contains(key)) {
            ObjectNode map = out.putObject(key);
            require(
                    value.isObject() && value.size() <= PROPERTIES_MAX,
                    here,
                    "must be an object of at most %d schemas".formatted(PROPERTIES_MAX));
            for (Map.Entry<String, JsonNode> one : value.properties()) {
                map.set(one.getKey(), schema(one.getValue(), here + "." + one.getKey()));
            }
        } else if (SCHEMAS.contains(key)) {
            if (key.equals("items") || (value.isObject() && !named)) {
                out.set(key, schema(value, here));
            }
        } else {
            keepPlain(key, value, here, out);
        }
    }

    private static void keepPlain(String key, JsonNode value, String at, ObjectNode out) {
        switch (key) {
            case "$ref" -> {
                require(value.asText().startsWith("#/"), at, "must refer to #/…");
                out.set(key, value);
            }
            case "type" -> {
                require(
                        value.isTextual() || value.isArray(),
                        at,
                        "must be a type or a list of types");
                out.set(key, value);
            }
            case "const" -> out.set(key, value);
            case "enum" -> {
                require(
                        value.isArray() && !value.isEmpty() && value.size() <= VALUES_MAX,
                        at,
                        "must be a list of 1 to %d values".formatted(VALUES_MAX));
                out.set(key, value);
            }
            case "required" -> {
                require(value.isArray(), at, "must be a list of names");
                out.set(key, value);
            }
            case "minItems", "maxItems" -> keepSmall(key, value, ITEMS_MAX, at, out);
            case "minLength", "maxLength" -> keepSmall(key, value, LENGTH_MAX, at, out);
            case "minimum", "maximum" -> {
                if (value.isIntegralNumber()
                        && value.canConvertToLong()
                        && Math.abs(value.longValue()) <= NUMBER_MAX) {
                    out.set(key, value);
                }
            }
            default -> {
                // A description, or what the caller checks.
            }
        }
    }

    private static void keepSmall(String key, JsonNode value, int most, String at, ObjectNode out) {
        require(
                value.isIntegralNumber() && value.canConvertToLong() && value.longValue() >= 0,
                at,
                "must be a whole number that is not negative");
        if (value.longValue() <= most) {
            out.set(key, value);
        }
    }

    private static void require(boolean holds, String at, String what) {
        if (!holds) {
            throw refusal(at, what);
        }
    }

    private static IllegalArgumentException refusal(String at, String what) {
        String place = at.length() > 200 ? at.substring(0, 200) + "…" : at;
        return new IllegalArgumentException(
                "The tools cannot be used: tools%s %s. Nothing was computed. Correct that."
                        .formatted(place, what));
    }
}
