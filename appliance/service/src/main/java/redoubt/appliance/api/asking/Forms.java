package redoubt.appliance.api.asking;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import redoubt.appliance.http.Fields;
import redoubt.appliance.http.RefusedException;
import redoubt.appliance.http.StrictJson;
import redoubt.engine.client.Constraint;

/// What form an answer must have, in the words of the APIs: `response_format`, `text.format`,
/// `json_schema`, `grammar`. Sizes are bounded here; what a schema or grammar says is judged by the
/// engine before anything is computed.
public final class Forms {
    private static final int SCHEMA_CHARACTERS_MAX = 256 * 1024;
    private static final int GRAMMAR_CHARACTERS_MAX = 128 * 1024;

    private Forms() {}

    /// For the routes that know llama.cpp's names too.
    public static Constraint read(Fields fields) {
        List<Constraint> given = new ArrayList<>();
        fields.object("response_format").ifPresent(format -> given.add(responseFormat(format)));
        fields.any("json_schema").ifPresent(schema -> given.add(schema(schema, "json_schema")));
        fields.text("grammar", GRAMMAR_CHARACTERS_MAX)
                .filter(grammar -> !grammar.isBlank())
                .ifPresent(grammar -> given.add(new Constraint.Grammar(grammar)));
        given.removeIf(Constraint.None.class::isInstance);
        if (given.size() > 1)
            throw Fields.wrong(
                    "response_format",
                    "and 'json_schema' and 'grammar' say each what form the answer has; give one of them");
        return given.isEmpty() ? Constraint.none() : given.getFirst();
    }

    private static Constraint responseFormat(Fields format) {
        String type = format.requiredText("type", 100);
        Constraint constraint =
                switch (type) {
                    case "text" -> Constraint.none();
                    case "json_object" ->
                            // llama.cpp's server takes a schema here as well.
                            format.any("schema")
                                    .map(schema -> schema(schema, "response_format.schema"))
                                    .orElseGet(Constraint.JsonObject::new);
                    case "json_schema" -> {
                        Fields named =
                                format.object("json_schema")
                                        .orElseThrow(() -> format.missing("json_schema"));
                        yield named(named, "response_format.json_schema");
                    }
                    default -> throw unknown("response_format.type");
                };
        format.end();
        return constraint;
    }

    /// `text.format` of Responses, where name and schema stand beside the type.
    public static Constraint textFormat(Fields format) {
        return switch (format.requiredText("type", 100)) {
            case "text" -> {
                format.end();
                yield Constraint.none();
            }
            case "json_object" -> {
                format.end();
                yield new Constraint.JsonObject();
            }
            case "json_schema" -> named(format, "text.format");
            default -> throw unknown("text.format.type");
        };
    }

    private static Constraint named(Fields named, String where) {
        named.text("name", 200);
        named.text("description", 16 * 1024);
        named.flag("strict");
        JsonNode schema = named.any("schema").orElseThrow(() -> named.missing("schema"));
        named.end();
        return schema(schema, where + ".schema");
    }

    private static Constraint schema(JsonNode schema, String where) {
        if (!(schema instanceof ObjectNode))
            throw Fields.wrong(where, "must be a JSON schema, which is an object");
        String text = StrictJson.text(schema);
        if (text.length() > SCHEMA_CHARACTERS_MAX)
            throw Fields.wrong(
                    where,
                    "is larger than %d KiB. Describe less, or split what you ask"
                            .formatted(SCHEMA_CHARACTERS_MAX / 1024));
        return new Constraint.JsonSchema(text);
    }

    private static RefusedException unknown(String where) {
        return RefusedException.invalid(
                "unsupported_parameter",
                where,
                "Of '%s' there are text, json_object and json_schema here.".formatted(where));
    }

    /// As the record names it; what it says is content.
    public static String word(Constraint constraint) {
        return switch (constraint) {
            case Constraint.None _ -> "none";
            case Constraint.JsonObject _ -> "json_object";
            case Constraint.JsonSchema _ -> "json_schema";
            case Constraint.Grammar _ -> "grammar";
        };
    }

    /// Its own text; empty where it has none.
    public static String text(Constraint constraint) {
        return switch (constraint) {
            case Constraint.None _, Constraint.JsonObject _ -> "";
            case Constraint.JsonSchema schema -> schema.schema();
            case Constraint.Grammar grammar -> grammar.gbnf();
        };
    }
}
