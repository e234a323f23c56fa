package redoubt.provenance.anchor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redoubt.provenance.record.Check;

/// Anchors that lie with a record of ten entries.
class AnchorChecksTest {
    private static final int SIZE = 10;

    @TempDir Path record;
    @TempDir Path trust;

    private static Optional<String> text(long size) {
        return size > SIZE ? Optional.empty() : Optional.of("redoubt/00\n" + size + "\nroot\n");
    }

    private OtsProof proofOf(long size) {
        return OtsProof.of(AnchorChecks.digest(text(size).orElse("")).toArray()).hash();
    }

    private void keep(String name, byte[] bytes) throws IOException {
        Files.createDirectories(record.resolve("anchors"));
        Files.write(record.resolve("anchors").resolve(name), bytes);
    }

    private List<Check> checks() throws IOException {
        return AnchorChecks.of(
                AnchorFile.in(record), AnchorTrust.read(trust), AnchorChecksTest::text);
    }

    private Check only() throws IOException {
        List<Check> all = checks();
        assertEquals(1, all.size(), all.toString());
        return all.getFirst();
    }

    @Test
    void a_record_without_any_has_nothing_to_say() throws Exception {
        assertEquals(List.of(), checks());
    }

    @Test
    void one_that_is_proven_is_good_and_says_since_when() throws Exception {
        OtsProof proof = proofOf(7);
        Files.createDirectories(trust.resolve("bitcoin-headers"));
        Files.writeString(
                trust.resolve("bitcoin-headers/some"),
                "5 " + OtsProof.header(proof.message(), 1_700_000_000));
        keep("0000000000000007.ots", proof.bitcoin(5).toArray());
        assertEquals(Check.Outcome.GOOD, only().outcome());
        assertTrue(only().detail().contains("first 7 entries"), only().detail());
        assertTrue(only().detail().contains("2023-11-14T22:13:20Z"), only().detail());
    }

    @Test
    void one_that_is_not_finished_takes_nothing_away() throws Exception {
        keep("0000000000000007.ots", proofOf(7).pending("https://cal.example").toArray());
        assertEquals(Check.Outcome.NOTE, only().outcome());
    }

    @Test
    void one_for_another_size_is_false() throws Exception {
        keep("0000000000000008.ots", proofOf(7).bitcoin(5).toArray());
        assertEquals(Check.Outcome.BAD, only().outcome());
    }

    @Test
    void one_for_more_entries_than_there_are_shows_that_the_tail_was_cut() throws Exception {
        keep("0000000000000011.ots", proofOf(7).bitcoin(5).toArray());
        assertEquals(Check.Outcome.BAD, only().outcome());
        assertTrue(only().detail().contains("tail"), only().detail());
    }

    @Test
    void one_that_is_far_too_long_is_not_read() throws Exception {
        keep("0000000000000007.ots", new byte[AnchorFile.BYTES_MAX + 1]);
        assertEquals(Check.Outcome.BAD, only().outcome());
    }

    @Test
    void what_is_named_otherwise_is_not_looked_at() throws Exception {
        keep("7.ots", new byte[9]);
        keep("0000000000000007.ots.new", new byte[9]);
        keep("0000000000000007.exe", new byte[9]);
        assertEquals(List.of(), checks());
    }
}
