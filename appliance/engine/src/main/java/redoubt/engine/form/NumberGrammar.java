package redoubt.engine.form;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The grammar of numbers of a schema. Whole numbers within bounds are described digit by digit; of
/// other numbers only the sign can be.
final class NumberGrammar {
    private static final long LARGEST = 999_999_999_999_999L;

    private NumberGrammar() {}

    static String of(JsonNode schema, String type, String at, GrammarText text) {
        @Nullable BigDecimal least = bound(schema, "minimum", at);
        @Nullable BigDecimal most = bound(schema, "maximum", at);
        @Nullable BigDecimal above = bound(schema, "exclusiveMinimum", at);
        @Nullable BigDecimal below = bound(schema, "exclusiveMaximum", at);
        if (type.equals("number")) {
            if (most != null
                    || above != null
                    || below != null
                    || (least != null && least.signum() != 0)) {
                throw SchemaGrammar.refusal(
                        at,
                        "bounds a number in a way that a grammar cannot keep; a minimum of 0 is possible, and any bounds of the type integer");
            }
            return least == null
                    ? text.any("number")
                    : text.named(
                            text.any("whole")
                                    + " ( \".\" [0-9]{1,16} )? ( [eE] [-+]? [0-9]{1,2} )?");
        }
        long from = -LARGEST;
        long to = LARGEST;
        if (least != null) from = Math.max(from, whole(least, RoundingMode.CEILING));
        if (above != null) from = Math.max(from, whole(above, RoundingMode.FLOOR) + 1);
        if (most != null) to = Math.min(to, whole(most, RoundingMode.FLOOR));
        if (below != null) to = Math.min(to, whole(below, RoundingMode.CEILING) - 1);
        if (from > to) {
            throw SchemaGrammar.refusal(
                    at, "has bounds between which there is no whole number of at most 15 digits");
        }
        List<String> made = new ArrayList<>();
        if (from < 0) {
            made.add("\"-\" " + text.named(between(Math.max(1, -to), -from)));
        }
        if (to >= 0) {
            made.add(between(Math.max(0, from), to));
        }
        return text.named(String.join(" | ", made));
    }

    private static @Nullable BigDecimal bound(JsonNode schema, String keyword, String at) {
        JsonNode value = schema.path(keyword);
        if (value.isMissingNode()) {
            return null;
        }
        if (!value.isNumber()) {
            throw SchemaGrammar.refusal(at, "has a %s that is no number".formatted(keyword));
        }
        return value.decimalValue();
    }

    private static long whole(BigDecimal value, RoundingMode towards) {
        BigDecimal limit = BigDecimal.valueOf(LARGEST + 10);
        // Compared before it is rounded: 1e999999999 is quickly written and has as many digits.
        if (value.compareTo(limit) > 0) return LARGEST + 10;
        if (value.compareTo(limit.negate()) < 0) return -LARGEST - 10;
        if (value.signum() != 0 && value.abs().compareTo(BigDecimal.ONE) < 0) {
            return switch (towards) {
                case CEILING -> value.signum() > 0 ? 1 : 0;
                default -> value.signum() > 0 ? 0 : -1;
            };
        }
        return value.setScale(0, towards).longValueExact();
    }

    /// Whole numbers from `from` to `to`, neither negative, without leading zeros.
    static String between(long from, long to) {
        List<String> made = new ArrayList<>();
        long low = from;
        while (low <= to) {
            int digits = Long.toString(low).length();
            long last = digits > 18 ? Long.MAX_VALUE : (long) Math.pow(10, digits) - 1;
            long high = Math.min(to, last);
            digits(Long.toString(low), Long.toString(high), "", made);
            if (high == to) {
                break;
            }
            low = high + 1;
        }
        return String.join(" | ", made);
    }

    /// Numbers of as many digits as both have.
    private static void digits(String low, String high, String before, List<String> out) {
        if (low.isEmpty()) {
            out.add(before.strip());
            return;
        }
        String rest = low.substring(1);
        boolean lowIsFirst = rest.chars().allMatch(digit -> digit == '0');
        boolean highIsLast = high.substring(1).chars().allMatch(digit -> digit == '9');
        char first = low.charAt(0);
        char last = high.charAt(0);
        if (lowIsFirst && highIsLast) {
            out.add((before + set(first, last) + any(rest.length())).strip());
            return;
        }
        if (first == last) {
            digits(rest, high.substring(1), before + set(first, first), out);
            return;
        }
        if (!lowIsFirst) {
            digits(rest, "9".repeat(rest.length()), before + set(first, first), out);
            first++;
        }
        char lastWhole = highIsLast ? last : (char) (last - 1);
        if (first <= lastWhole) {
            out.add((before + set(first, lastWhole) + any(rest.length())).strip());
        }
        if (!highIsLast) {
            digits("0".repeat(rest.length()), high.substring(1), before + set(last, last), out);
        }
    }

    private static String set(char from, char to) {
        return from == to ? "[" + from + "] " : "[" + from + "-" + to + "] ";
    }

    private static String any(int digits) {
        return digits == 0 ? "" : "[0-9]{" + digits + "} ";
    }
}
