package redoubt.provenance.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import redoubt.provenance.evidence.PackageRecipes;

/// The corpus of attacks: each README of `src/test/corpus/attacks/` says what somebody wants and
/// how it was made; a recipe of the same name makes the folder, in `target/attacks/`, with keys of
/// its own each time; both verifiers have to come to the verdict of the README and to name the
/// reason.
class AttackCorpusTest {
    static final Path MADE =
            Path.of(System.getProperty("redoubt.root", "..")).resolve("provenance/target/attacks");
    private static final Map<String, AttackRecipe> RECIPES = recipes();

    private static Map<String, AttackRecipe> recipes() {
        Map<String, AttackRecipe> all = new TreeMap<>(RecordRecipes.ALL);
        all.putAll(KeyRecipes.ALL);
        all.putAll(ProofRecipes.ALL);
        all.putAll(PackageRecipes.ALL);
        all.putAll(FileRecipes.ALL);
        return all;
    }

    static List<Attack> folders() {
        return Attack.all().stream().filter(attack -> attack.how().isPresent()).toList();
    }

    static List<Attack> shownElsewhere() {
        return Attack.all().stream().filter(attack -> attack.how().isEmpty()).toList();
    }

    @BeforeAll
    static void make() throws Exception {
        if (Files.exists(MADE)) {
            try (var old = Files.walk(MADE)) {
                for (Path file : old.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
            }
        }
        for (Attack attack : folders()) {
            Path folder = Files.createDirectories(MADE.resolve(attack.name()));
            Files.copy(attack.readme(), folder.resolve("README.md"));
            RECIPES.get(attack.name()).make(folder);
            forget(folder);
        }
    }

    @Test
    void each_folder_has_a_recipe_and_each_recipe_a_readme() {
        var names = new TreeSet<String>();
        for (Attack attack : folders()) names.add(attack.name());
        assertEquals(names, RECIPES.keySet());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("folders")
    void one_verifier_finds(Attack attack) throws Exception {
        Attack.Judgement how = attack.how().orElseThrow();
        Path folder = MADE.resolve(attack.name());
        RecordTrust trust = RecordTrust.read(folder.resolve("trust"));
        Verdict verdict;
        List<Check> checks;
        if (how.kind().equals("package")) {
            var report = PackageRecipes.judge(folder);
            verdict = report.verdict();
            checks = report.checks();
        } else if (how.kind().equals("record")) {
            var report =
                    new RecordVerifier(trust, List.of())
                            .verify(folder.resolve("record"), size -> {});
            verdict = report.verdict();
            checks = report.checks();
        } else {
            var report =
                    new ProofVerifier(trust)
                            .verify(Files.readAllBytes(folder.resolve("answer.proof")));
            verdict = report.verdict();
            checks = report.checks();
        }
        assertEquals(how.verdict(), verdict.label(), checks.toString());
        var told =
                checks.stream()
                        .filter(check ->
                                verdict.holds()
                                        ? check.name().equals(how.told())
                                        : check.outcome() == Check.Outcome.BAD
                                                || check.outcome() == Check.Outcome.UNCHECKED)
                        .findFirst();
        assertEquals(how.told(), told.map(Check::name).orElse(""), checks.toString());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("folders")
    void the_other_verifier_finds(Attack attack) throws Exception {
        assumeTrue(
                PythonVerifier.isPresent(), "python3 with cbor2 and cryptography could not be had");
        Attack.Judgement how = attack.how().orElseThrow();
        Path folder = MADE.resolve(attack.name());
        String name = how.kind().equals("proof") ? "answer.proof" : how.kind();
        Path subject = folder.resolve(name);
        var said = PythonVerifier.run(how.kind(), subject, folder.resolve("trust"), "--json");
        JsonNode report = new ObjectMapper().readTree(said.text());
        assertEquals(how.verdict(), report.get("verdict").asText(), said.text());
        assertEquals(report.get("exitStatus").asInt(), said.status(), said.text());
        boolean holds = said.status() == 0;
        String told = "";
        for (JsonNode check : report.get("checks")) {
            String outcome = check.get("outcome").asText();
            boolean counts =
                    holds
                            ? check.get("name").asText().equals(how.told())
                            : outcome.equals("bad") || outcome.equals("unchecked");
            if (told.isEmpty() && counts) told = check.get("name").asText();
        }
        assertEquals(how.told(), told, said.text());
    }

    @Test
    void neither_lets_a_text_take_over_the_terminal() throws Exception {
        assumeTrue(
                PythonVerifier.isPresent(), "python3 with cbor2 and cryptography could not be had");
        Path folder = MADE.resolve("text-that-would-take-over-a-terminal");
        var said = PythonVerifier.run("record", folder.resolve("record"), folder.resolve("trust"));
        assertTrue(said.text().contains("cannot hide"), said.text());
        assertFalse(said.text().chars().anyMatch(c -> c == 0x1b || c == 0x202e), said.text());
        assertFalse(said.text().contains("\nVALID\n"), said.text());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("shownElsewhere")
    void what_no_folder_can_show_has_a_test_that_does(Attack attack) {
        assertFalse(attack.shownBy().isEmpty(), attack.readme() + " names no test");
        Path root = Path.of(System.getProperty("redoubt.root", ".."));
        for (String test : attack.shownBy())
            assertTrue(Files.exists(root.resolve(test)), attack.readme() + " names " + test);
    }

    /// What a recipe leaves behind that an auditor would not have.
    static void forget(Path folder) throws Exception {
        Path keys = folder.resolve("keys");
        if (!Files.exists(keys)) return;
        try (var old = Files.walk(keys)) {
            for (Path file : old.sorted(Comparator.reverseOrder()).toList()) Files.delete(file);
        }
    }

    static void replace(Path target, Path source) throws Exception {
        Files.createDirectories(target);
        try (var files = Files.list(source)) {
            for (Path file : files.toList())
                Files.copy(
                        file,
                        target.resolve(file.getFileName()),
                        StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
