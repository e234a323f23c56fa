package redoubt.engine.form;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Turns a JSON schema (2020-12) into a grammar of which each text is JSON that the schema allows.
/// It describes a part of what the schema allows: properties come in the order of the schema,
/// properties without a name are left out where others have one, numbers have at most 16 digits. A
/// keyword that cannot be kept is refused by its name and place, never ignored. Bounded in size,
/// depth and number of parts. One thread, one schema.
public final class SchemaGrammar {
    /// The rule that stands for the whole.
    public static final String RULE = "json-answer";

    private static final int CHARACTERS_MAX = 256 * 1024;
    private static final int DEPTH_MAX = 64;
    private static final int PARTS_MAX = 5000;
    private static final int ALTERNATIVES_MAX = 500;

    private static final ObjectReader JSON = StrictReader.of(DEPTH_MAX, CHARACTERS_MAX);

    private final JsonNode root;
    private final GrammarText text = new GrammarText();
    private final Map<String, String> referenced = new HashMap<>();
    private int parts;
    private int depth;

    private SchemaGrammar(JsonNode root) {
        this.root = root;
    }

    /// The rules of a grammar, of which [#RULE] is the first.
    ///
    /// @throws IllegalArgumentException when the schema is no JSON, too large, or asks for what
    ///   cannot be kept, with a sentence that says where
    public static String of(String schema) {
        if (schema.length() > CHARACTERS_MAX) {
            throw new IllegalArgumentException(
                    "The JSON schema has %d characters, and at most %d are possible. Make it smaller."
                            .formatted(schema.length(), CHARACTERS_MAX));
        }
        JsonNode root;
        try {
            root = JSON.readTree(schema);
        } catch (StreamConstraintsException deep) {
            throw new IllegalArgumentException(
                    "The JSON schema is nested more than %d deep. Make it flatter."
                            .formatted(DEPTH_MAX),
                    deep);
        } catch (JsonProcessingException malformed) {
            throw new IllegalArgumentException(
                    "The JSON schema is no JSON (line %d, column %d). Correct it."
                            .formatted(
                                    malformed.getLocation().getLineNr(),
                                    malformed.getLocation().getColumnNr()),
                    malformed);
        }
        SchemaGrammar grammar = new SchemaGrammar(root);
        String body = grammar.value(root, "#");
        grammar.text.put(RULE, body);
        return grammar.text.toString();
    }

    /// The rules for any JSON object.
    public static String ofAnyObject() {
        GrammarText text = new GrammarText();
        text.put(RULE, text.any("object"));
        return text.toString();
    }

    /// What to write in a rule for this part of the schema.
    private String value(JsonNode schema, String at) {
        depth++;
        String made = part(schema, at);
        depth--;
        return made;
    }

    private String part(JsonNode schema, String at) {
        if (depth > DEPTH_MAX) {
            throw refusal(
                    at,
                    "is nested more than %d deep, through what it refers to".formatted(DEPTH_MAX));
        }
        if (++parts > PARTS_MAX) {
            throw new IllegalArgumentException(
                    "The JSON schema has more than %d parts, with those that it refers to. Make it smaller."
                            .formatted(PARTS_MAX));
        }
        boolean anything = schema.isObject() && schema.isEmpty();
        if (anything || (schema.isBoolean() && schema.booleanValue())) {
            return text.any("value");
        }
        if (!schema.isObject()) {
            throw refusal(at, "must be an object, and not false, which nothing fulfils");
        }
        SchemaKeywords.check(schema, at);
        if (schema.has("$ref")) {
            return reference(schema.get("$ref"), at);
        }
        if (schema.has("const")) {
            return constants(List.of(schema.get("const")), schema, at);
        }
        if (schema.has("enum")) {
            return constants(list(schema.get("enum"), at + "/enum"), schema, at);
        }
        for (String keyword : List.of("anyOf", "oneOf", "allOf")) {
            if (schema.has(keyword)) {
                return alternatives(schema, keyword, at);
            }
        }
        return types(schema, at);
    }

    private String reference(JsonNode reference, String at) {
        String target = reference.asText();
        String known = referenced.get(target);
        if (known != null) {
            return known;
        }
        JsonNode found = find(target, at);
        String rule = text.newRule();
        referenced.put(target, rule);
        text.put(rule, value(found, target));
        return rule;
    }

    private JsonNode find(String target, String at) {
        if (!target.equals("#") && !target.startsWith("#/")) {
            throw refusal(
                    at, "refers to something outside of the schema; only #/… is possible here");
        }
        JsonNode found = root;
        for (String part :
                target.length() < 2 ? new String[0] : target.substring(2).split("/", -1)) {
            String name = part.replace("~1", "/").replace("~0", "~");
            found = found.isArray() ? found.path(index(name)) : found.path(name);
        }
        if (found.isMissingNode()) {
            throw refusal(at, "refers to " + target + ", which is not there");
        }
        return found;
    }

    private static int index(String name) {
        return name.matches("[0-9]{1,6}") ? Integer.parseInt(name) : -1;
    }

    private String constants(List<JsonNode> values, JsonNode schema, String at) {
        List<String> types = typesOf(schema, at);
        String bar =
                values.stream()
                        .filter(value ->
                                types.isEmpty() || types.stream().anyMatch(type -> is(value, type)))
                        .map(value -> GrammarText.literal(value.toString()))
                        .distinct()
                        .collect(Collectors.joining(" | "));
        if (bar.isEmpty()) {
            throw refusal(at, "lists no value that has its type");
        }
        return text.group(bar);
    }

    private static boolean is(JsonNode value, String type) {
        return switch (type) {
            case "null" -> value.isNull();
            case "boolean" -> value.isBoolean();
            case "string" -> value.isTextual();
            case "array" -> value.isArray();
            case "object" -> value.isObject();
            case "number" -> value.isNumber();
            case "integer" -> value.isIntegralNumber();
            default -> false;
        };
    }

    private String alternatives(JsonNode schema, String keyword, String at) {
        List<JsonNode> choices = list(schema.get(keyword), at + "/" + keyword);
        if (choices.size() > ALTERNATIVES_MAX) {
            throw refusal(at, "has more than %d alternatives".formatted(ALTERNATIVES_MAX));
        }
        if (keyword.equals("allOf") && choices.size() > 1) {
            throw refusal(
                    at,
                    "joins several schemas by allOf, of which only one is possible; write them as one");
        }
        if (keyword.equals("oneOf") && !Disjoint.all(choices, this::resolved)) {
            throw refusal(
                    at,
                    "uses oneOf with alternatives that one value may fulfil together; use anyOf, or give each a type of its own or a required property with a const of its own");
        }
        List<String> made = new ArrayList<>();
        for (int i = 0; i < choices.size(); i++) {
            made.add(value(choices.get(i), at + "/" + keyword + "/" + i));
        }
        return text.group(String.join(" | ", made));
    }

    private JsonNode resolved(JsonNode schema) {
        JsonNode here = schema;
        for (int i = 0; i < DEPTH_MAX && here.has("$ref"); i++) {
            here = find(here.get("$ref").asText(), "#");
        }
        return here;
    }

    private String types(JsonNode schema, String at) {
        List<String> types = typesOf(schema, at);
        if (types.isEmpty()) {
            types = List.of(SchemaKeywords.impliedType(schema, at));
        }
        List<String> made = new ArrayList<>();
        for (String type : types) {
            made.add(
                    switch (type) {
                        case "object" -> object(schema, at);
                        case "array" -> array(schema, at);
                        case "string" -> StringGrammar.of(schema, at, text);
                        case "integer", "number" -> NumberGrammar.of(schema, type, at, text);
                        case "boolean", "null", "value" -> text.any(type);
                        default ->
                                throw refusal(at, "has the type " + type + ", which is not known");
                    });
        }
        return made.size() == 1 ? made.getFirst() : text.group(String.join(" | ", made));
    }

    private static List<String> typesOf(JsonNode schema, String at) {
        JsonNode type = schema.path("type");
        List<String> types = new ArrayList<>();
        if (type.isTextual()) {
            types.add(type.textValue());
        } else if (!type.isMissingNode()) {
            list(type, at + "/type").forEach(one -> types.add(one.asText()));
        }
        return types;
    }

    private String array(JsonNode schema, String at) {
        int least = SchemaKeywords.count(schema, "minItems", 0, at);
        int most = SchemaKeywords.count(schema, "maxItems", -1, at);
        if (schema.has("prefixItems")) {
            return tuple(schema, least, most, at);
        }
        String item =
                schema.has("items") ? value(schema.get("items"), at + "/items") : text.any("value");
        if (most == 0) {
            return "\"[\" ws \"]\"";
        }
        if (most > 0 && most < least) {
            throw refusal(at, "has a maxItems below its minItems");
        }
        String rule = text.named(item);
        String more =
                "(\",\" ws %s ws){%d,%s}"
                        .formatted(rule, Math.max(0, least - 1), most < 0 ? "" : most - 1);
        String items = rule + " ws " + more;
        return text.named("\"[\" ws %s \"]\"".formatted(least == 0 ? "(" + items + ")?" : items));
    }

    private String tuple(JsonNode schema, int least, int most, String at) {
        List<JsonNode> items = list(schema.get("prefixItems"), at + "/prefixItems");
        if (items.size() < least || (most >= 0 && items.size() > most)) {
            throw refusal(
                    at, "has another number of prefixItems than its minItems and maxItems allow");
        }
        StringBuilder rule = new StringBuilder("\"[\" ws ");
        for (int i = 0; i < items.size(); i++) {
            rule.append(i == 0 ? "" : "\",\" ws ")
                    .append(text.named(value(items.get(i), at + "/prefixItems/" + i)))
                    .append(" ws ");
        }
        return text.named(rule.append("\"]\"").toString());
    }

    private String object(JsonNode schema, String at) {
        Map<String, String> members = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> property : schema.path("properties").properties()) {
            String name = property.getKey();
            members.put(name, value(property.getValue(), at + "/properties/" + name));
        }
        JsonNode others = schema.path("additionalProperties");
        Set<String> required = new LinkedHashSet<>();
        schema.path("required").forEach(name -> required.add(name.asText()));
        for (String name : required) {
            if (!members.containsKey(name)) {
                if (others.isBoolean() && !others.booleanValue()) {
                    throw refusal(at, "requires the property " + name + " and forbids it");
                }
                members.put(
                        name,
                        others.isObject()
                                ? value(others, at + "/additionalProperties")
                                : text.any("value"));
            }
        }
        if (!members.isEmpty()) {
            return text.named(text.object(members, required));
        }
        if (others.isBoolean() && !others.booleanValue()) {
            return "\"{\" ws \"}\"";
        }
        String of =
                others.isObject()
                        ? text.named(value(others, at + "/additionalProperties"))
                        : text.any("value");
        return text.named(text.map(of));
    }

    private static List<JsonNode> list(JsonNode node, String at) {
        if (!node.isArray() || node.isEmpty()) {
            throw refusal(at, "must be a list that is not empty");
        }
        List<JsonNode> made = new ArrayList<>();
        node.forEach(made::add);
        return made;
    }

    static IllegalArgumentException refusal(String at, String what) {
        String place = at.length() > 200 ? at.substring(0, 200) + "…" : at;
        return new IllegalArgumentException(
                "The JSON schema cannot be kept: at %s it %s.".formatted(place, what));
    }
}
