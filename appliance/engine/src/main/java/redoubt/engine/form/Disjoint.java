package redoubt.engine.form;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/// Whether no value can fulfil two of several schemas, told by their types, or by a property that
/// each requires with a value of its own.
final class Disjoint {
    private Disjoint() {}

    /// @param resolved what a schema refers to, or itself
    static boolean all(List<JsonNode> schemas, UnaryOperator<JsonNode> resolved) {
        List<JsonNode> each = schemas.stream().map(resolved).toList();
        for (int a = 0; a < each.size(); a++) {
            for (int b = a + 1; b < each.size(); b++) {
                if (!two(each.get(a), each.get(b), resolved)) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean two(JsonNode a, JsonNode b, UnaryOperator<JsonNode> resolved) {
        Set<String> types = types(a);
        Set<String> others = types(b);
        if (!types.isEmpty() && !others.isEmpty()) {
            Set<String> common = new HashSet<>(types);
            common.retainAll(others);
            if (common.isEmpty()) {
                return true;
            }
        }
        if (apart(values(a), values(b))) {
            return true;
        }
        for (Map.Entry<String, JsonNode> property : a.path("properties").properties()) {
            String name = property.getKey();
            if (requires(a, name)
                    && requires(b, name)
                    && apart(
                            values(resolved.apply(property.getValue())),
                            values(resolved.apply(b.path("properties").path(name))))) {
                return true;
            }
        }
        return false;
    }

    private static boolean apart(Set<JsonNode> values, Set<JsonNode> others) {
        return !values.isEmpty()
                && !others.isEmpty()
                && values.stream().noneMatch(others::contains);
    }

    /// An integer is a number too.
    private static Set<String> types(JsonNode schema) {
        Set<String> types = new HashSet<>();
        if (schema.path("type").isTextual()) {
            types.add(schema.path("type").textValue());
        }
        schema.path("type").forEach(type -> types.add(type.asText()));
        if (types.contains("integer")) {
            types.add("number");
        }
        return types;
    }

    private static Set<JsonNode> values(JsonNode schema) {
        Set<JsonNode> values = new HashSet<>();
        if (schema.has("const")) {
            values.add(schema.get("const"));
        }
        schema.path("enum").forEach(values::add);
        return values;
    }

    private static boolean requires(JsonNode schema, String name) {
        for (JsonNode required : schema.path("required")) {
            if (required.asText().equals(name)) {
                return true;
            }
        }
        return false;
    }
}
