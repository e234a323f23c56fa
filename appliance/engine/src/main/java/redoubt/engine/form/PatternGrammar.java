package redoubt.engine.form;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The grammar of strings that a regular expression of a schema matches, in the part of ECMA 262
/// that is regular: texts, sets, groups, alternatives, repetitions, and anchors at the ends. As
/// JSON Schema has it, an expression without anchors matches anywhere. What comes out is JSON: a
/// quotation mark is escaped. One thread, one expression.
final class PatternGrammar {
    private static final int CHARACTERS_MAX = 2000;
    private static final int DEPTH_MAX = 50;
    private static final int REPETITIONS_MAX = 2000;

    private final String pattern;
    private final String place;
    private final GrammarText text;
    private int at;

    private PatternGrammar(String pattern, String place, GrammarText text) {
        this.pattern = pattern;
        this.place = place;
        this.text = text;
    }

    static String of(String pattern, String place, GrammarText text) {
        PatternGrammar reader = new PatternGrammar(pattern, place, text);
        if (pattern.length() > CHARACTERS_MAX) {
            throw reader.refusal("is longer than %d characters".formatted(CHARACTERS_MAX));
        }
        List<String> alternatives = new ArrayList<>();
        do {
            alternatives.add(reader.anchored());
        } while (reader.take('|'));
        if (reader.at < pattern.length()) {
            throw reader.refusal("closes a group that it did not open");
        }
        return text.named(String.join(" | ", alternatives));
    }

    private String anchored() {
        String anything = text.named(CharacterSet.any().grammar()) + "*";
        String before = take('^') ? "" : anything + " ";
        String body = sequence(0);
        String after = take('$') ? "" : " " + anything;
        return before + body + after;
    }

    private String alternatives(int depth) {
        if (depth > DEPTH_MAX) {
            throw refusal("nests groups more than %d deep".formatted(DEPTH_MAX));
        }
        List<String> alternatives = new ArrayList<>();
        do {
            alternatives.add(sequence(depth));
        } while (take('|'));
        return text.named(String.join(" | ", alternatives));
    }

    private String sequence(int depth) {
        List<String> parts = new ArrayList<>();
        while (at < pattern.length() && "|)".indexOf(pattern.charAt(at)) < 0) {
            if (pattern.charAt(at) == '$' && depth == 0 && ends(at + 1)) {
                break;
            }
            parts.add(repeated(atom(depth)));
        }
        return parts.isEmpty() ? "\"\"" : String.join(" ", parts);
    }

    private boolean ends(int place) {
        return place == pattern.length() || pattern.charAt(place) == '|';
    }

    private String atom(int depth) {
        int character = pattern.codePointAt(at);
        return switch (character) {
            case '(' -> group(depth);
            case '[' -> {
                at++;
                yield text.named(set().grammar());
            }
            case '.' -> {
                at++;
                yield text.named(CharacterSet.of('\n', '\r', 0x2028, 0x2029).inverse().grammar());
            }
            case '\\' -> text.named(escape(false).grammar());
            case '^', '$' -> throw refusal("has an anchor inside");
            case '*', '+', '?', '{' -> throw refusal("repeats nothing");
            default -> {
                at += Character.charCount(character);
                yield text.named(CharacterSet.of(character).grammar());
            }
        };
    }

    private String group(int depth) {
        at++;
        if (take('?') && !take(':')) {
            throw refusal("uses a group that looks around or has a name or flags");
        }
        String group = alternatives(depth + 1);
        if (!take(')')) {
            throw refusal("does not close a group");
        }
        return group;
    }

    private String repeated(String atom) {
        if (at >= pattern.length()) {
            return atom;
        }
        String times;
        switch (pattern.charAt(at)) {
            case '*', '+', '?' -> times = String.valueOf(pattern.charAt(at++));
            case '{' -> times = counted();
            default -> {
                return atom;
            }
        }
        // Lazy or not, it matches the same texts.
        boolean _ = take('?');
        if (at < pattern.length() && "*+?{".indexOf(pattern.charAt(at)) >= 0) {
            throw refusal("repeats a repetition");
        }
        return atom + times;
    }

    private String counted() {
        int close = pattern.indexOf('}', at);
        String inside = close < 0 ? "" : pattern.substring(at + 1, close);
        if (!inside.matches("[0-9]{1,9}(,[0-9]{0,9})?")) {
            throw refusal("has a { that begins no number of repetitions");
        }
        for (String number : inside.split(",", -1)) {
            if (!number.isEmpty() && Integer.parseInt(number) > REPETITIONS_MAX) {
                throw refusal("repeats something more than %d times".formatted(REPETITIONS_MAX));
            }
        }
        at = close + 1;
        return "{" + inside + "}";
    }

    private CharacterSet set() {
        boolean inverse = take('^');
        CharacterSet set = CharacterSet.none();
        while (!take(']')) {
            if (at >= pattern.length()) {
                throw refusal("does not close a set of characters");
            }
            CharacterSet low = member();
            if (at + 1 < pattern.length()
                    && pattern.charAt(at) == '-'
                    && pattern.charAt(at + 1) != ']') {
                at++;
                set = set.and(range(low, member()));
            } else {
                set = set.and(low);
            }
        }
        CharacterSet made = inverse ? set.inverse() : set;
        if (made.isEmpty()) {
            throw refusal("has a set without characters");
        }
        return made;
    }

    private CharacterSet range(CharacterSet low, CharacterSet high) {
        @Nullable Integer from = low.single();
        @Nullable Integer to = high.single();
        if (from == null || to == null || from > to) {
            throw refusal("has a range of characters that ends before it begins");
        }
        return CharacterSet.between(from, to);
    }

    private CharacterSet member() {
        if (at >= pattern.length()) {
            throw refusal("does not close a set of characters");
        }
        int character = pattern.codePointAt(at);
        if (character == '\\') {
            return escape(true);
        }
        at += Character.charCount(character);
        return CharacterSet.of(character);
    }

    private CharacterSet escape(boolean inSet) {
        at++;
        if (at >= pattern.length()) {
            throw refusal("ends with a backslash");
        }
        int character = pattern.codePointAt(at);
        at += Character.charCount(character);
        return switch (character) {
            case 'd' -> CharacterSet.digits();
            case 'D' -> CharacterSet.digits().inverse();
            case 'w' -> CharacterSet.words();
            case 'W' -> CharacterSet.words().inverse();
            case 's' -> CharacterSet.spaces();
            case 'S' -> CharacterSet.spaces().inverse();
            case 't' -> CharacterSet.of('\t');
            case 'n' -> CharacterSet.of('\n');
            case 'r' -> CharacterSet.of('\r');
            case 'f' -> CharacterSet.of('\f');
            case 'v' -> CharacterSet.of(0x0B);
            case 'b' -> {
                if (!inSet) {
                    throw refusal("uses the border of a word, \\b");
                }
                yield CharacterSet.of('\b');
            }
            case 'x' -> CharacterSet.of(hexadecimal(2));
            case 'u' -> CharacterSet.of(hexadecimal(4));
            default -> {
                if (Character.isLetterOrDigit(character)) {
                    throw refusal(
                            "uses the escape \\%s, which cannot be kept"
                                    .formatted(Character.toString(character)));
                }
                yield CharacterSet.of(character);
            }
        };
    }

    private int hexadecimal(int digits) {
        String found = pattern.substring(at, Math.min(pattern.length(), at + digits));
        if (!found.matches("[0-9a-fA-F]{" + digits + "}")) {
            throw refusal("has an escape that wants %d hexadecimal digits".formatted(digits));
        }
        at += digits;
        int character = Integer.parseInt(found, 16);
        if (Character.isSurrogate((char) character)) {
            throw refusal("names half of a character; write the character itself");
        }
        return character;
    }

    private boolean take(char wanted) {
        boolean there = at < pattern.length() && pattern.charAt(at) == wanted;
        at += there ? 1 : 0;
        return there;
    }

    private IllegalArgumentException refusal(String what) {
        return SchemaGrammar.refusal(place, "has a pattern that " + what);
    }
}
