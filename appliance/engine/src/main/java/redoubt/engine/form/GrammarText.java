package redoubt.engine.form;

import com.fasterxml.jackson.databind.node.TextNode;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A grammar in llama.cpp's notation as it is written, with the rules that all JSON needs. One
/// thread.
final class GrammarText {
    private static final String WS = "| \" \" | \"\\n\" [ \\t]{0,20}";

    private static final Map<String, String> JSON =
            Map.of(
                    "value",
                    "any-object | any-array | any-string | any-number | any-boolean | any-null",
                    "object",
                    "\"{\" ws ( any-member ( \",\" ws any-member )* )? \"}\"",
                    "member",
                    "any-string ws \":\" ws any-value ws",
                    "array",
                    "\"[\" ws ( any-value ws ( \",\" ws any-value ws )* )? \"]\"",
                    "string",
                    "\"\\\"\" any-character* \"\\\"\"",
                    "character",
                    "[^\"\\\\\\x00-\\x1F] | \"\\\\\" ( [\"\\\\bfnrt/] | \"u\" ( [0-9a-cA-CefEF] [0-9a-fA-F]{3} | [dD] [0-7] [0-9a-fA-F]{2} ) )",
                    "number",
                    "\"-\"? any-whole ( \".\" [0-9]{1,16} )? ( [eE] [-+]? [0-9]{1,2} )?",
                    "whole",
                    "\"0\" | [1-9] [0-9]{0,15}",
                    "boolean",
                    "\"true\" | \"false\"",
                    "null",
                    "\"null\"");

    private static final Map<String, List<String>> NEEDS =
            Map.of(
                    "value", List.of("object", "array", "string", "number", "boolean", "null"),
                    "object", List.of("member"),
                    "member", List.of("string", "value"),
                    "array", List.of("value"),
                    "string", List.of("character"),
                    "number", List.of("whole"));

    private final Map<String, String> rules = new LinkedHashMap<>();
    private final Map<String, String> names = new HashMap<>();
    private int made;

    GrammarText() {
        rules.put("ws", WS);
    }

    /// The name of the rule for any JSON of a kind.
    String any(String kind) {
        // Not json-: such rules are llama.cpp's own, beside which these stand in a conversation.
        String name = "any-" + kind;
        if (rules.putIfAbsent(name, JSON.getOrDefault(kind, "")) == null) {
            if (!JSON.containsKey(kind)) {
                throw new AssertionError("no such JSON: " + kind);
            }
            NEEDS.getOrDefault(kind, List.of()).forEach(this::any);
        }
        return name;
    }

    String newRule() {
        made++;
        return "s" + made;
    }

    void put(String rule, String body) {
        rules.put(rule, body);
    }

    /// A rule with this body; the same for the same.
    String named(String body) {
        if (body.matches("[a-z0-9-]+")) {
            return body;
        }
        return names.computeIfAbsent(
                body,
                _ -> {
                    String rule = newRule();
                    rules.put(rule, body);
                    return rule;
                });
    }

    /// Alternatives, as one thing.
    String group(String alternatives) {
        return named(alternatives);
    }

    /// An object with these members in this order; the size of the rules grows with their number
    /// and no faster.
    String object(Map<String, String> members, Set<String> required) {
        String first = "\"\""; // what follows when no member has been written
        String later = "\"\"";
        for (Map.Entry<String, String> member : members.entrySet().stream().toList().reversed()) {
            String pair =
                    named(
                            "%s ws \":\" ws %s ws"
                                    .formatted(
                                            literal(quoted(member.getKey())),
                                            named(member.getValue())));
            boolean must = required.contains(member.getKey());
            String begin = "%s %s".formatted(pair, later);
            String goOn = "\",\" ws %s %s".formatted(pair, later);
            first = named(must ? begin : begin + " | " + first);
            later = named(must ? goOn : goOn + " | " + later);
        }
        return "\"{\" ws %s \"}\"".formatted(first);
    }

    /// An object of any keys.
    String map(String value) {
        String pair = named("%s ws \":\" ws %s ws".formatted(any("string"), value));
        return "\"{\" ws ( %s ( \",\" ws %s )* )? \"}\"".formatted(pair, pair);
    }

    private static String quoted(String name) {
        return TextNode.valueOf(name).toString();
    }

    /// A text as it stands.
    static String literal(String text) {
        StringBuilder out = new StringBuilder("\"");
        text.codePoints().forEach(character -> out.append(escaped(character, false)));
        return out.append('"').toString();
    }

    /// A character inside a text or a set of characters.
    static String escaped(int character, boolean inSet) {
        if (character == '"' || character == '\\') {
            return "\\" + (char) character;
        }
        if (inSet
                && (character == ']' || character == '[' || character == '-' || character == '^')) {
            return character == '^' ? "\\x5E" : "\\" + (char) character;
        }
        if (character < 0x20 || character >= 0x7F) {
            return "\\U%08X".formatted(character);
        }
        return Character.toString(character);
    }

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        rules.forEach((rule, body) -> out.append(rule).append(" ::= ").append(body).append('\n'));
        return out.toString();
    }
}
