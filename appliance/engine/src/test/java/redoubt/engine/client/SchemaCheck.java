package redoubt.engine.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Whether a value fulfils a schema, straight from the words of JSON Schema 2020-12; it shares
/// nothing with what makes grammars of schemas.
final class SchemaCheck {
    private final JsonNode root;

    SchemaCheck(JsonNode root) {
        this.root = root;
    }

    boolean fulfils(JsonNode value) {
        return fulfils(value, root);
    }

    private boolean fulfils(JsonNode value, JsonNode schema) {
        if (schema.isBoolean()) {
            return schema.booleanValue();
        }
        for (Map.Entry<String, JsonNode> keyword : schema.properties()) {
            if (!holds(value, schema, keyword.getKey(), keyword.getValue())) {
                return false;
            }
        }
        return true;
    }

    private boolean holds(JsonNode value, JsonNode schema, String keyword, JsonNode says) {
        return switch (keyword) {
            case "$ref" ->
                    fulfils(
                            value,
                            says.asText().equals("#") ? root : root.at(says.asText().substring(1)));
            case "type" ->
                    says.isArray()
                            ? all(says).anyMatch(type -> is(value, type.asText()))
                            : is(value, says.asText());
            case "const" -> value.equals(says);
            case "enum" -> all(says).anyMatch(value::equals);
            case "anyOf" -> all(says).anyMatch(one -> fulfils(value, one));
            case "oneOf" -> all(says).filter(one -> fulfils(value, one)).count() == 1;
            case "allOf" -> all(says).allMatch(one -> fulfils(value, one));
            case "properties" ->
                    !value.isObject()
                            || says.properties().stream()
                                    .allMatch(property ->
                                            !value.has(property.getKey())
                                                    || fulfils(
                                                            value.get(property.getKey()),
                                                            property.getValue()));
            case "required" ->
                    !value.isObject() || all(says).allMatch(name -> value.has(name.asText()));
            case "additionalProperties" ->
                    !value.isObject()
                            || value.properties().stream()
                                    .allMatch(member ->
                                            schema.path("properties").has(member.getKey())
                                                    || fulfils(member.getValue(), says));
            case "items" ->
                    !value.isArray()
                            || all(value)
                                    .skip(schema.path("prefixItems").size())
                                    .allMatch(item -> fulfils(item, says));
            case "prefixItems" -> {
                boolean each = true;
                for (int i = 0; i < Math.min(says.size(), value.size()); i++) {
                    each &= fulfils(value.get(i), says.get(i));
                }
                yield !value.isArray() || each;
            }
            case "minItems" -> !value.isArray() || value.size() >= says.intValue();
            case "maxItems" -> !value.isArray() || value.size() <= says.intValue();
            case "minLength" -> !value.isTextual() || length(value) >= says.intValue();
            case "maxLength" -> !value.isTextual() || length(value) <= says.intValue();
            case "pattern" ->
                    !value.isTextual()
                            || Pattern.compile(says.asText()).matcher(value.asText()).find();
            case "format" -> !value.isTextual() || hasFormat(value.asText(), says.asText());
            case "minimum" -> !value.isNumber() || compare(value, says) >= 0;
            case "maximum" -> !value.isNumber() || compare(value, says) <= 0;
            case "exclusiveMinimum" -> !value.isNumber() || compare(value, says) > 0;
            case "exclusiveMaximum" -> !value.isNumber() || compare(value, says) < 0;
            case "$defs", "title", "description", "default" -> true;
            default -> throw new AssertionError("this check does not know " + keyword);
        };
    }

    private static int compare(JsonNode value, JsonNode bound) {
        return value.decimalValue().compareTo(bound.decimalValue());
    }

    private static int length(JsonNode value) {
        return value.asText().codePointCount(0, value.asText().length());
    }

    private static boolean hasFormat(String text, String format) {
        try {
            switch (format) {
                case "date" -> java.time.LocalDate.parse(text);
                case "time" -> java.time.OffsetTime.parse(text);
                case "date-time" -> java.time.OffsetDateTime.parse(text);
                case "uuid" -> java.util.UUID.fromString(text);
                default -> throw new AssertionError("this check does not know " + format);
            }
            return true;
        } catch (java.time.DateTimeException | IllegalArgumentException wrong) {
            return wrong.getMessage() != null && wrong.getMessage().contains("Zone offset");
        }
    }

    private static boolean is(JsonNode value, String type) {
        return switch (type) {
            case "null" -> value.isNull();
            case "boolean" -> value.isBoolean();
            case "string" -> value.isTextual();
            case "array" -> value.isArray();
            case "object" -> value.isObject();
            case "number" -> value.isNumber();
            case "integer" ->
                    value.isNumber()
                            && value.decimalValue().remainder(BigDecimal.ONE).signum() == 0;
            default -> throw new AssertionError("no type " + type);
        };
    }

    private static Stream<JsonNode> all(JsonNode list) {
        return Stream.iterate(0, i -> i < list.size(), i -> i + 1).map(list::get);
    }
}
