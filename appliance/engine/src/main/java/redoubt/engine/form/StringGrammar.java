package redoubt.engine.form;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/// The grammar of a string of a schema: any, or by its length, its pattern or its format.
final class StringGrammar {
    private static final String DATE =
            "[0-9]{4} \"-\" ( ( \"01\" | \"03\" | \"05\" | \"07\" | \"08\" | \"10\" | \"12\" ) \"-\" ( \"0\" [1-9] | [12] [0-9] | \"3\" [01] )"
                    + " | ( \"04\" | \"06\" | \"09\" | \"11\" ) \"-\" ( \"0\" [1-9] | [12] [0-9] | \"30\" )"
                    + " | \"02-\" ( \"0\" [1-9] | \"1\" [0-9] | \"2\" [0-8] ) )";
    private static final String TIME =
            "( [01] [0-9] | \"2\" [0-3] ) \":\" [0-5] [0-9] \":\" [0-5] [0-9] ( \".\" [0-9]{1,6} )? ( \"Z\" | [-+] ( [01] [0-9] | \"2\" [0-3] ) \":\" [0-5] [0-9] )";
    private static final String HEX = "[0-9a-f]";

    private static final Map<String, String> FORMATS =
            Map.of(
                    "date",
                    DATE,
                    "time",
                    TIME,
                    "date-time",
                    "( " + DATE + " ) \"T\" ( " + TIME + " )",
                    "uuid",
                    "%1$s{8} \"-\" %1$s{4} \"-\" %1$s{4} \"-\" %1$s{4} \"-\" %1$s{12}"
                            .formatted(HEX));

    private StringGrammar() {}

    static String of(JsonNode schema, String at, GrammarText text) {
        boolean length = schema.has("minLength") || schema.has("maxLength");
        int asked =
                (length ? 1 : 0) + (schema.has("pattern") ? 1 : 0) + (schema.has("format") ? 1 : 0);
        if (asked > 1) {
            throw SchemaGrammar.refusal(
                    at,
                    "asks for more than one of length, pattern and format, of which one can be kept");
        }
        if (schema.has("pattern")) {
            return text.named(
                    "\"\\\"\" "
                            + PatternGrammar.of(schema.get("pattern").asText(), at, text)
                            + " \"\\\"\"");
        }
        if (schema.has("format")) {
            String format = FORMATS.get(schema.get("format").asText());
            if (format == null) {
                throw SchemaGrammar.refusal(
                        at, "asks for a format other than date, time, date-time and uuid");
            }
            return text.named("\"\\\"\" " + text.named(format) + " \"\\\"\"");
        }
        if (!length) {
            return text.any("string");
        }
        int least = SchemaKeywords.count(schema, "minLength", 0, at);
        int most = SchemaKeywords.count(schema, "maxLength", -1, at);
        if (most >= 0 && most < least) {
            throw SchemaGrammar.refusal(at, "has a maxLength below its minLength");
        }
        // A pair of escapes would be one character and count as two.
        return text.named(
                "\"\\\"\" %s{%d,%s} \"\\\"\""
                        .formatted(text.any("character"), least, most < 0 ? "" : most));
    }
}
