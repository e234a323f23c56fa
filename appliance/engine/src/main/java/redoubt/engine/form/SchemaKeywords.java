package redoubt.engine.form;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Which keywords of JSON Schema are kept. One that says nothing about values is passed over; one
/// that does and cannot be kept is refused.
final class SchemaKeywords {
    private static final Set<String> SAY_NOTHING =
            Set.of(
                    "title",
                    "description",
                    "default",
                    "example",
                    "examples",
                    "deprecated",
                    "readOnly",
                    "writeOnly",
                    "discriminator",
                    "$schema",
                    "$id",
                    "$comment",
                    "$defs",
                    "definitions");

    private static final Set<String> KEPT =
            Set.of(
                    "$ref",
                    "const",
                    "enum",
                    "anyOf",
                    "oneOf",
                    "allOf",
                    "type",
                    "properties",
                    "required",
                    "additionalProperties",
                    "items",
                    "prefixItems",
                    "minItems",
                    "maxItems",
                    "minLength",
                    "maxLength",
                    "pattern",
                    "format",
                    "minimum",
                    "maximum",
                    "exclusiveMinimum",
                    "exclusiveMaximum");

    /// Those that decide alone, so that others beside them would be lost.
    private static final List<String> ALONE = List.of("$ref", "anyOf", "oneOf", "allOf");

    private static final int COUNT_MAX = 2000;

    private SchemaKeywords() {}

    static void check(JsonNode schema, String at) {
        for (Iterator<String> names = schema.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!SAY_NOTHING.contains(name) && !KEPT.contains(name)) {
                throw SchemaGrammar.refusal(
                        at,
                        "uses %s, which a grammar cannot keep; leave it out and check it yourself"
                                .formatted(name.length() > 60 ? "an unknown keyword" : name));
            }
        }
        for (String alone : ALONE) {
            if (schema.has(alone)) {
                for (Iterator<String> names = schema.fieldNames(); names.hasNext(); ) {
                    String name = names.next();
                    if (!name.equals(alone)
                            && !SAY_NOTHING.contains(name)
                            && !repeats(name, schema)) {
                        throw SchemaGrammar.refusal(
                                at,
                                "uses %s beside %s, of which only one can be kept"
                                        .formatted(name, alone));
                    }
                }
            }
        }
    }

    /// A type beside alternatives, as generators of schemas write it, says once more what they say.
    private static boolean repeats(String name, JsonNode schema) {
        if (!name.equals("type") || schema.has("$ref") || !schema.get("type").isTextual()) {
            return false;
        }
        return Stream.of("anyOf", "oneOf", "allOf")
                .flatMap(alternatives -> stream(schema.path(alternatives)))
                .allMatch(choice -> choice.path("type").equals(schema.get("type")));
    }

    private static Stream<JsonNode> stream(JsonNode list) {
        return Stream.iterate(0, i -> i < list.size(), i -> i + 1).map(list::get);
    }

    /// The type that other keywords speak of, where none is said; "value" for any.
    static String impliedType(JsonNode schema, String at) {
        boolean object = any(schema, "properties", "required", "additionalProperties");
        boolean array = any(schema, "items", "prefixItems", "minItems", "maxItems");
        boolean string = any(schema, "minLength", "maxLength", "pattern", "format");
        boolean number = any(schema, "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum");
        int kinds = (object ? 1 : 0) + (array ? 1 : 0) + (string ? 1 : 0) + (number ? 1 : 0);
        if (kinds > 1) {
            throw SchemaGrammar.refusal(at, "speaks of several types and names none; add type");
        }
        if (object) return "object";
        if (array) return "array";
        if (string) return "string";
        return number ? "number" : "value";
    }

    private static boolean any(JsonNode schema, String... keywords) {
        return Stream.of(keywords).anyMatch(schema::has);
    }

    /// A number of items or characters.
    static int count(JsonNode schema, String keyword, int otherwise, String at) {
        JsonNode value = schema.path(keyword);
        if (value.isMissingNode()) {
            return otherwise;
        }
        if (!value.isIntegralNumber()
                || !value.canConvertToInt()
                || value.intValue() < 0
                || value.intValue() > COUNT_MAX) {
            throw SchemaGrammar.refusal(
                    at,
                    "has a %s that is not a whole number from 0 to %d"
                            .formatted(keyword, COUNT_MAX));
        }
        return value.intValue();
    }
}
