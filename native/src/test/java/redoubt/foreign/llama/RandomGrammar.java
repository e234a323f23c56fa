package redoubt.foreign.llama;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/// A small random grammar over a, b and c, and a slow way of saying what it describes that has
/// nothing in common with the one under test: for each rule and each place of a text, all places
/// where the rule may end, until nothing new is found.
final class RandomGrammar {
    private sealed interface Part {}

    private record Letters(String letters) implements Part {}

    private record Rule(int number) implements Part {}

    private record Repeated(Part part, int least, int most) implements Part {}

    private final List<List<List<Part>>> rules = new ArrayList<>();

    static RandomGrammar of(Random random) {
        RandomGrammar made = new RandomGrammar();
        int rules = 1 + random.nextInt(4);
        for (int rule = 0; rule < rules; rule++) {
            List<List<Part>> alternatives = new ArrayList<>();
            for (int i = 1 + random.nextInt(3); i > 0; i--) {
                List<Part> parts = new ArrayList<>();
                for (int j = random.nextInt(4); j > 0; j--) {
                    parts.add(part(random, rules));
                }
                alternatives.add(parts);
            }
            made.rules.add(alternatives);
        }
        return made;
    }

    private static Part part(Random random, int rules) {
        String[] letters = {"a", "b", "c", "ab", "bc", "abc"};
        Part plain =
                random.nextInt(3) == 0
                        ? new Rule(random.nextInt(rules))
                        : new Letters(letters[random.nextInt(letters.length)]);
        int least = random.nextInt(3);
        return switch (random.nextInt(6)) {
            case 0 -> new Repeated(plain, 0, 9);
            case 1 -> new Repeated(plain, least, Math.max(1, least + random.nextInt(3)));
            default -> plain;
        };
    }

    /// Nine stands for any number; answers are not that long.
    String gbnf() {
        StringBuilder text = new StringBuilder();
        for (int rule = 0; rule < rules.size(); rule++) {
            text.append(rule == 0 ? "root" : "r" + rule).append(" ::=");
            String bar = " ";
            for (List<Part> alternative : rules.get(rule)) {
                text.append(bar);
                bar = "| ";
                text.append(alternative.isEmpty() ? "\"\" " : "");
                alternative.forEach(part -> text.append(text(part)).append(' '));
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static String text(Part part) {
        return switch (part) {
            case Letters(String letters) -> '[' + letters + ']';
            case Rule(int number) -> number == 0 ? "root" : "r" + number;
            case Repeated(Part inner, int least, int most) ->
                    text(inner) + (most == 9 ? "*" : "{%d,%d}".formatted(least, most));
        };
    }

    boolean matches(String text) {
        return ends(text).contains(text.length());
    }

    /// Whether some text that the grammar describes begins so, told by adding letters.
    boolean matchesBeginning(String text) {
        Set<String> tried = new HashSet<>(Set.of(text));
        for (int more = 0; more < 4; more++) {
            Set<String> longer = new HashSet<>();
            for (String one : tried) {
                if (matches(one)) {
                    return true;
                }
                for (char letter : new char[] {'a', 'b', 'c'}) {
                    longer.add(one + letter);
                }
            }
            tried = longer;
        }
        // Longer ones are not looked for.
        return true;
    }

    private Set<Integer> ends(String text) {
        Map<Long, Set<Integer>> known = new HashMap<>();
        boolean changed = true;
        while (changed) {
            changed = false;
            for (int rule = 0; rule < rules.size(); rule++) {
                for (int from = 0; from <= text.length(); from++) {
                    Set<Integer> found = new HashSet<>();
                    for (List<Part> alternative : rules.get(rule)) {
                        Set<Integer> places = Set.of(from);
                        for (Part part : alternative) {
                            places = after(part, places, text, known);
                        }
                        found.addAll(places);
                    }
                    changed |=
                            known.computeIfAbsent(key(rule, from), _ -> new HashSet<>())
                                    .addAll(found);
                }
            }
        }
        return known.getOrDefault(key(0, 0), Set.of());
    }

    private static long key(int rule, int from) {
        return (long) rule << 32 | from;
    }

    private static Set<Integer> after(
            Part part, Set<Integer> places, String text, Map<Long, Set<Integer>> known) {
        Set<Integer> ends = new HashSet<>();
        switch (part) {
            case Letters(String letters) ->
                    places.stream()
                            .filter(at ->
                                    at < text.length() && letters.indexOf(text.charAt(at)) >= 0)
                            .forEach(at -> ends.add(at + 1));
            case Rule(int number) ->
                    places.forEach(
                            at -> ends.addAll(known.getOrDefault(key(number, at), Set.of())));
            case Repeated(Part inner, int least, int most) -> {
                Set<Integer> here = places;
                int times = most == 9 ? text.length() + 1 : most;
                for (int i = 0; i <= times; i++) {
                    if (i >= least) {
                        ends.addAll(here);
                    }
                    here = after(inner, here, text, known);
                }
            }
        }
        return ends;
    }
}
