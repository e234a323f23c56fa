package redoubt.provenance.evidence;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redoubt.provenance.anchor.OtsProof;
import redoubt.provenance.anchor.TimeStamps;
import redoubt.provenance.record.Check;
import redoubt.provenance.record.PythonVerifier;
import redoubt.provenance.record.Verdict;

/// Outside anchors leave with the entries that they cover, and a stranger judges them by what he
/// brings.
class PackageAnchorTest {
    @TempDir Path home;
    private EvidenceSite site;
    private TimeStamps stamps;
    private long size;
    private int packages;

    @BeforeEach
    void an_anchored_site() throws Exception {
        stamps = new TimeStamps();
        site = new EvidenceSite(home.resolve("site"));
        site.signIn(3);
        size = site.record.checkpoint().size();
        site.anchor("ots", digest -> OtsProof.of(digest).hash().bitcoin(5).toArray());
        String text = site.anchor("tsr", stamps::response);
        byte[] root = OtsProof.of(digest(text)).hash().message();
        site.trust("bitcoin-headers/some", "5 " + OtsProof.header(root, 1_700_000_000) + "\n");
        site.trust("tsa/root.pem", stamps.rootPem());
        site.signIn(2);
    }

    @AfterEach
    void close() throws Exception {
        site.close();
    }

    private static byte[] digest(String text) {
        return redoubt.provenance.anchor.AnchorChecks.digest(text).toArray();
    }

    private String name(String ending) {
        return PackageNames.of("anchors", size, ending);
    }

    private Path made(long entry) throws Exception {
        return site.folder(home.resolve("package-" + packages++), entry);
    }

    private List<Check> told(Path place, Verdict verdict) throws Exception {
        PackageReport report = site.verify(place);
        assertEquals(verdict, report.verdict(), report.checks().toString());
        SecondVerifier.agrees(place, site.trust(), verdict);
        return report.checks().stream().filter(it -> it.name().equals("anchor")).toList();
    }

    @Test
    void both_kinds_say_when_an_entry_was_there_to_both_verifiers() throws Exception {
        Path place = made(size - 1);
        List<Check> anchors = told(place, Verdict.VALID_UNWITNESSED);
        assertEquals(2, anchors.size(), anchors.toString());
        for (Check anchor : anchors) assertEquals(Check.Outcome.GOOD, anchor.outcome());
        assertTrue(anchors.get(0).detail().contains("2023-11-14"), anchors.toString());
        assertTrue(anchors.get(1).detail().contains("2026-11-22T08:00"), anchors.toString());
        if (!PythonVerifier.isPresent()) return;
        String said = PythonVerifier.run("package", place, site.trust()).text();
        assertTrue(said.contains("at POSIX time 1700000000"), said);
        assertTrue(said.contains("at 2026-11-22 08:00:00+00:00, says CN=stamps"), said);
    }

    @Test
    void an_entry_behind_an_anchor_leaves_without_it() throws Exception {
        var files = EvidenceSite.files(made(size));
        assertFalse(files.keySet().stream().anyMatch(file -> file.startsWith("anchors/")));
    }

    @Test
    void a_false_one_that_lies_in_the_record_is_left_out() throws Exception {
        site.anchor("ots", digest -> OtsProof.of(new byte[32]).bitcoin(5).toArray());
        var files = EvidenceSite.files(made(size - 1));
        assertTrue(files.containsKey(name("ots")));
        assertEquals(
                4, files.keySet().stream().filter(file -> file.startsWith("anchors/")).count());
    }

    @Test
    void one_that_comes_between_two_makings_changes_nothing() throws Exception {
        var maker = site.maker(size - 1);
        Path first = home.resolve("first");
        maker.write(PackageSink.folder(first));
        site.anchor("ots", digest -> OtsProof.of(digest).pending("https://a.example").toArray());
        Path second = home.resolve("second");
        maker.write(PackageSink.folder(second));
        assertEquals(EvidenceSite.files(first).keySet(), EvidenceSite.files(second).keySet());
    }

    @Test
    void nobody_elses_anchor_is_taken() throws Exception {
        TreeMap<String, byte[]> good = EvidenceSite.files(made(size - 1));
        byte[] text = good.get(name("checkpoint"));
        byte[] other =
                new String(text, StandardCharsets.US_ASCII)
                        .replace("\n" + size + "\n", "\n" + (size - 1) + "\n")
                        .getBytes(StandardCharsets.US_ASCII);
        wrong(good, name("ots"), OtsProof.of(new byte[32]).bitcoin(5).toArray());
        wrong(
                good,
                name("ots"),
                OtsProof.of(digest(new String(text, StandardCharsets.US_ASCII)))
                        .bitcoin(5)
                        .toArray());
        wrong(good, name("tsr"), stamps.response(new byte[32]));
        wrong(good, name("tsr"), new byte[] {0x30, 0});
        wrong(good, name("checkpoint"), other);
        wrong(good, name("checkpoint"), java.util.Arrays.copyOf(text, text.length - 1));
        wrong(good, name("consistency"), new byte[0]);
        wrong(good, name("ots").replace("ots", "xyz"), new byte[0]);
        wrong(good, PackageNames.of("anchors", size + 1, "ots"), good.get(name("ots")));
        good.remove(name("tsr"));
        good.remove(name("ots"));
        wrong(good, name("checkpoint"), text);
    }

    private void wrong(TreeMap<String, byte[]> good, String name, byte[] content) throws Exception {
        var files = new TreeMap<>(good);
        files.put(name, content);
        Path place = EvidenceSite.write(home.resolve("package-" + packages++), files);
        told(place, Verdict.INVALID);
    }
}
