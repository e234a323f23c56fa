package redoubt.verifier;

import java.io.PrintStream;
import redoubt.provenance.record.Check;
import redoubt.provenance.record.Disputed;
import redoubt.provenance.record.WitnessVerdict;
import redoubt.provenance.record.Witnessing;

/// Shows findings to a person or to a program. One thread.
final class Report {
    /// How much, and for whom.
    enum Style {
        TABLE,
        QUIET,
        JSON
    }

    private final PrintStream out;
    private final Style style;

    Report(PrintStream out, Style style) {
        this.out = out;
        this.style = style;
    }

    void print(Findings findings) {
        switch (style) {
            case TABLE -> table(findings);
            case QUIET -> out.println(findings.verdict().label());
            case JSON -> out.println(json(findings));
        }
    }

    private void table(Findings findings) {
        for (Check check : findings.checks()) {
            out.printf("%-9s %-16s %s%n", mark(check), check.name(), printable(check.detail()));
        }
        if (!findings.facts().isEmpty() && findings.verdict().holds()) {
            out.println();
            findings.facts()
                    .forEach((name, value) ->
                            out.printf("          %-16s %s%n", name, printable(value)));
        }
        out.println();
        out.println(findings.verdict().label() + why(findings));
    }

    private static String why(Findings findings) {
        return findings.firstWrong()
                .or(findings::firstUnchecked)
                .map(check -> ": " + check.name() + ": " + printable(check.detail()))
                .orElseGet(() -> holding(findings));
    }

    private static String holding(Findings findings) {
        long to = findings.witnessing().to();
        return switch (findings.verdict()) {
            case VALID ->
                    ": everything that was checked belongs together, witnessed up to entry "
                            + to
                            + ".";
            case VALID_UNWITNESSED ->
                    ": everything that was checked belongs together. "
                            + (to > 0
                                    ? "Your witnesses saw the record up to entry "
                                            + to
                                            + " and this is behind it"
                                    : "Nothing is witnessed yet")
                            + ", so this rests on the site's own keys.";
            case INVALID, INCOMPLETE, FORKED -> "";
        };
    }

    private static String mark(Check check) {
        return switch (check.outcome()) {
            case GOOD -> "ok";
            case NOTE -> "note";
            case UNCHECKED -> "UNCHECKED";
            case BAD -> "WRONG";
        };
    }

    /// Text of a record can hold anything; a terminal must not obey it.
    static String printable(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints()
                .forEach(c -> {
                    int kind = Character.getType(c);
                    boolean hidden =
                            kind == Character.CONTROL
                                    || kind == Character.FORMAT
                                    || kind == Character.SURROGATE
                                    || kind == Character.LINE_SEPARATOR
                                    || kind == Character.PARAGRAPH_SEPARATOR;
                    shown.appendCodePoint(hidden ? 0xFFFD : c);
                });
        return shown.toString();
    }

    private static String json(Findings findings) {
        JsonText json = new JsonText().open('{');
        json.field("verdict", findings.verdict().label());
        json.name("exitStatus").raw(Integer.toString(findings.verdict().exitStatus()));
        findings.credential().ifPresent(state -> json.field("credential", state.word()));
        json.field(
                "firstWrong",
                findings.firstWrong().or(findings::firstUnchecked).map(Check::detail).orElse(""));
        json.name("checks").open('[');
        for (Check check : findings.checks()) {
            json.item().open('{');
            json.field("name", check.name());
            json.field("outcome", check.outcome().name().toLowerCase(java.util.Locale.ROOT));
            json.field("detail", check.detail());
            json.close('}');
        }
        json.close(']');
        witnessing(findings, json);
        json.name("facts").open('{');
        findings.facts().forEach(json::field);
        return json.close('}').close('}').toString();
    }

    private static void witnessing(Findings findings, JsonText json) {
        Witnessing witnessing = findings.witnessing();
        json.name("witnessedTo").raw(Long.toString(witnessing.to()));
        json.field("witnessesDemanded", witnessing.demand());
        json.name("witnesses").open('[');
        for (WitnessVerdict.Seen seen : witnessing.seen()) {
            json.item().open('{');
            json.field("name", seen.label());
            json.name("size").raw(Long.toString(seen.size()));
            json.name("at").raw(Long.toString(seen.atSeconds()));
            json.close('}');
        }
        for (String label : witnessing.absent()) {
            json.item().open('{').field("name", label).name("size").raw("0").close('}');
        }
        json.close(']');
        json.name("disputed").open('[');
        for (Disputed disputed : findings.disputed()) {
            json.item().open('{');
            json.name("epoch").raw(Long.toString(disputed.epoch()));
            json.name("from").raw(Long.toString(disputed.from()));
            json.name("to").raw(Long.toString(disputed.to()));
            json.field("reason", disputed.reason());
            json.close('}');
        }
        json.close(']');
    }
}
