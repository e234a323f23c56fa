package redoubt.tidy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Documents that nobody can reach, links that lead nowhere, dependencies that nobody explained.
class DocumentsTest {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#\\s]+)(#[^)]*)?\\)");
    private static final Pattern ARTIFACT =
            Pattern.compile("<groupId>([^<]+)</groupId>\\s*<artifactId>([^<]+)</artifactId>");

    private static Set<Path> links(Path document) {
        var targets = new HashSet<Path>();
        var match = LINK.matcher(Repository.text(document));
        while (match.find()) {
            var target = match.group(1);
            if (!target.contains("://") && !target.startsWith("mailto:"))
                targets.add(document.resolveSibling(target).normalize());
        }
        return targets;
    }

    @Test
    void link_only_to_what_exists() {
        var broken = new ArrayList<String>();
        for (var document : Repository.files(name -> name.endsWith(".md")))
            for (var target : links(document))
                if (!Files.exists(target))
                    broken.add(Repository.relative(document) + " links to " + target);
        assertEquals(List.of(), broken);
    }

    @Test
    void are_all_reached_from_the_readme() {
        var reached = new HashSet<Path>();
        var open = new ArrayDeque<>(List.of(Repository.ROOT.resolve("README.md")));
        while (!open.isEmpty()) {
            var document = open.pop();
            if (!document.toString().endsWith(".md")
                    || !Files.isRegularFile(document)
                    || !reached.add(document)) continue;
            open.addAll(links(document));
        }
        var orphans = new ArrayList<String>();
        for (var document :
                Repository.files(name -> name.endsWith(".md") && !name.contains("/corpus/")))
            if (!reached.contains(document)) orphans.add(Repository.relative(document));
        assertEquals(List.of(), orphans, "link each from README.md or from a page that it reaches");
    }

    @Test
    void explain_every_dependency() {
        var explained = Repository.text(Repository.ROOT.resolve("docs/dependencies.md"));
        var missing = new TreeSet<String>();
        for (var pom : Repository.files(name -> name.endsWith("pom.xml"))) {
            var dependencies =
                    Pattern.compile("<dependency>(.*?)</dependency>", Pattern.DOTALL)
                            .matcher(Repository.text(pom));
            while (dependencies.find()) {
                var artifact = ARTIFACT.matcher(dependencies.group(1));
                if (!artifact.find() || artifact.group(1).equals("org.redoubt")) continue;
                if (!explained.contains("`" + artifact.group(1) + "`"))
                    missing.add(artifact.group(1) + ":" + artifact.group(2));
            }
        }
        assertEquals(
                Set.of(),
                missing,
                "add a row with the group in backquotes to docs/dependencies.md");
    }
}
