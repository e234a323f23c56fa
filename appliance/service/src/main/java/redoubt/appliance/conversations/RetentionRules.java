package redoubt.appliance.conversations;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import redoubt.appliance.identity.Role;

/// How long content is kept: a text with a rule a line, `keep conversations 365 days` or `keep
/// requests of staff 30 days`; a line that begins with `#` is a remark. What no rule names is kept
/// for ever. A rule for a role goes before one for all; of somebody with several roles the longest
/// counts. Immutable. Source: docs/record-use.md.
public record RetentionRules(String text, List<Rule> rules) {
    /// Nothing is ever erased by age.
    public static final RetentionRules FOR_EVER = new RetentionRules("", List.of());

    /// Most characters of a text.
    public static final int CHARACTERS_MAX = 16_000;

    private static final Pattern LINE =
            Pattern.compile(
                    "keep (conversations|responses|requests)(?: of (staff|compliance|administrator))? ([1-9][0-9]{0,4}) days?");

    /// What is kept for how long.
    public enum Kind {
        CONVERSATIONS,
        RESPONSES,
        /// Of programs, and of whoever asks without a conversation.
        REQUESTS;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// One line.
    ///
    /// @param role empty for all
    public record Rule(Kind kind, Optional<Role> role, int days) {
        /// As the record names it.
        @Override
        public String toString() {
            return "keep %s%s %d days"
                    .formatted(
                            kind.word(), role.map(named -> " of " + named.word()).orElse(""), days);
        }
    }

    public RetentionRules {
        rules = List.copyOf(rules);
    }

    /// @throws IllegalArgumentException when a line is no rule, or says again what another said;
    ///   the message is a sentence
    public static RetentionRules parse(String text) {
        if (text.length() > CHARACTERS_MAX)
            throw new IllegalArgumentException("The rules are far too long.");
        List<Rule> rules = new ArrayList<>();
        Set<String> said = new HashSet<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            String rule = line.strip();
            if (rule.isEmpty() || rule.startsWith("#")) continue;
            Matcher match = LINE.matcher(rule);
            if (!match.matches())
                throw new IllegalArgumentException(
                        "Line %d is no rule: '%s'. A rule is: keep conversations|responses|requests [of staff|compliance|administrator] N days."
                                .formatted(number, rule));
            if (!said.add(match.group(1) + " " + match.group(2)))
                throw new IllegalArgumentException(
                        "Line %d says again for whom another line has said it already."
                                .formatted(number));
            rules.add(
                    new Rule(
                            Kind.valueOf(match.group(1).toUpperCase(Locale.ROOT)),
                            Optional.ofNullable(match.group(2)).flatMap(Role::of),
                            Integer.parseInt(match.group(3))));
        }
        return new RetentionRules(text, rules);
    }

    /// The rule for something of somebody with these roles; empty where it is kept for ever.
    public Optional<Rule> of(Kind kind, Set<Role> roles) {
        Optional<Rule> longest = Optional.empty();
        Optional<Rule> all = Optional.empty();
        for (Rule rule : rules) {
            if (rule.kind() != kind) continue;
            if (rule.role().isEmpty()) all = Optional.of(rule);
            else if (roles.contains(rule.role().get())
                    && (longest.isEmpty() || rule.days() > longest.get().days()))
                longest = Optional.of(rule);
        }
        return longest.isPresent() ? longest : all;
    }
}
