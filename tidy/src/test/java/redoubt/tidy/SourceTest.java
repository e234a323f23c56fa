package redoubt.tidy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// STYLE.md, as far as a machine can hold us to it. Each ban names what to write instead.
class SourceTest {
    /// A stranger gets it as one file, and reads it from the first line to the last.
    private static final String CARRIED_ALONE =
            "provenance/src/main/resources/redoubt/provenance/evidence/verify.py";

    private static final int LINES_MAX = 400;
    private static final Pattern SOURCE = Pattern.compile(".*\\.(java|ts|mjs|cpp|h|rs|py|sh|css)");

    private static final Map<Pattern, String> BANNED = new LinkedHashMap<>();

    static {
        ban(
                "\\b(class|record|interface|enum) \\w*(Impl|Manager|Helper|Utils?)\\b",
                "a noun of docs/vocabulary.md that says what it is");
        ban(
                "^\\s+(public |static |final |protected )*[\\w<>\\[\\]]+ get[A-Z]\\w*\\(",
                "an accessor without 'get'");
        ban("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b", "the finished thing, or an issue");
        ban("@Dis" + "abled", "an assumption that says what is missing");
        ban("(/wo" + "rk/|/ro" + "ot/)", "a path that every machine has");
        ban("printStackTrace\\(", "an error that says what happened and what to do");
        ban("tamper-?proof", "tamper-evident up to the last witness");
    }

    private static void ban(String pattern, String instead) {
        BANNED.put(Pattern.compile(pattern, Pattern.MULTILINE), instead);
    }

    private static List<Path> sources() {
        var sources =
                Repository.files(
                        name -> SOURCE.matcher(name).matches() || name.startsWith("launcher/"));
        assertFalse(sources.isEmpty(), "no source was found under " + Repository.ROOT);
        return sources;
    }

    @Test
    void uses_no_banned_words() {
        var found = new ArrayList<String>();
        for (var file : sources()) {
            if (Repository.relative(file).startsWith("tidy/")) continue;
            var text = Repository.text(file);
            BANNED.forEach((pattern, instead) -> {
                var match = pattern.matcher(text);
                while (match.find())
                    found.add(
                            "%s:%d has '%s'; write %s"
                                    .formatted(
                                            Repository.relative(file),
                                            text.substring(0, match.start()).lines().count() + 1,
                                            match.group().strip(),
                                            instead));
            });
        }
        assertEquals(List.of(), found);
    }

    /// Numbers are written in the digits of the default locale, which are Persian in Persia: names
    /// of files, what is signed and what is read back would differ from host to host.
    @Test
    void begins_each_main_with_one_locale_for_all_hosts() {
        var main = Pattern.compile("public static void main\\([^{]*\\{\\s*([^\\n]*)");
        var found = new ArrayList<String>();
        for (var file : sources()) {
            if (!Repository.relative(file).contains("src/main/java/")) continue;
            var begins = main.matcher(Repository.text(file));
            if (begins.find() && !begins.group(1).equals("Locale.setDefault(Locale.ROOT);"))
                found.add(Repository.relative(file));
        }
        assertEquals(List.of(), found);
    }

    @Test
    void keeps_each_file_to_one_idea() {
        var found = new ArrayList<String>();
        for (var file : sources()) {
            var lines = Repository.text(file).lines().count();
            if (lines > LINES_MAX && !Repository.relative(file).equals(CARRIED_ALONE))
                found.add(
                        "%s has %d lines, at most %d: split it by idea"
                                .formatted(Repository.relative(file), lines, LINES_MAX));
        }
        assertEquals(List.of(), found);
    }

    @Test
    void opens_every_java_type_with_what_it_is() {
        var type =
                Pattern.compile(
                        "^(public |final |abstract |sealed |non-sealed )*(class|record|interface|enum) ",
                        Pattern.MULTILINE);
        var found = new ArrayList<String>();
        for (var file : sources()) {
            var name = Repository.relative(file);
            if (!name.endsWith(".java")
                    || name.contains("/src/test/")
                    || name.endsWith("-info.java")) continue;
            var text = Repository.text(file);
            var match = type.matcher(text);
            if (match.find() && !text.substring(0, match.start()).contains("///"))
                found.add(name + " does not open with a /// paragraph that says what it is");
        }
        assertEquals(List.of(), found);
    }
}
