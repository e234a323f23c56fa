package redoubt.verifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// The corpus of attacks on the command line, as an auditor has it. The folders are made by the
/// tests of provenance, which run before these; without them this is skipped.
class AttackCorpusTest {
    private static final Path MADE =
            Path.of(System.getProperty("redoubt.root", "..")).resolve("provenance/target/attacks");
    private static final Pattern KIND = Pattern.compile("\\*\\*Checked as\\*\\*: `?([a-z]+)`?");
    private static final Pattern VERDICT =
            Pattern.compile("\\*\\*Verdict\\*\\*: ([A-Z-]+), told under `([a-z ]+)`");

    @TestFactory
    List<DynamicTest> gets_the_verdict_of_its_readme() throws Exception {
        assumeTrue(Files.isDirectory(MADE), "the tests of provenance have not made the folders");
        List<DynamicTest> all = new ArrayList<>();
        try (var folders = Files.list(MADE)) {
            for (Path folder : folders.sorted().toList())
                all.add(
                        DynamicTest.dynamicTest(
                                String.valueOf(folder.getFileName()), () -> judge(folder)));
        }
        assertFalse(all.isEmpty());
        return all;
    }

    private static void judge(Path folder) throws Exception {
        String readme = Files.readString(folder.resolve("README.md"));
        Matcher kind = KIND.matcher(readme);
        Matcher verdict = VERDICT.matcher(readme);
        if (!kind.find() || !verdict.find()) throw new AssertionError("no verdict in " + folder);
        Path trust = folder.resolve("trust");
        var said =
                switch (kind.group(1)) {
                    case "record" ->
                            run("record", "verify", folder.resolve("record"), "--trust", trust);
                    case "proof" -> run("verify", folder.resolve("answer.proof"), "--trust", trust);
                    default -> run("verify", folder.resolve("package"), "--trust", trust);
                };
        String last = said.out().stripTrailing().lines().toList().getLast();
        assertEquals(verdict.group(1), last.split(":", 2)[0], said.out() + said.err());
        boolean holds = said.status() == 0;
        String mark = holds ? verdict.group(2) : ": " + verdict.group(2) + ": ";
        assertEquals(true, (holds ? said.out() : last).contains(mark), said.out());
        assertEquals(
                -1,
                said.out().replace("\n", "").chars().filter(c -> c < 0x20).findFirst().orElse(-1),
                "something in the report would move a terminal's cursor");
    }

    private static TestSite.Said run(Object... words) {
        return TestSite.run(words);
    }
}
