package redoubt.provenance.anchor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redoubt.provenance.record.AuditRecord;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Check;
import redoubt.provenance.record.Checkpoint;
import redoubt.provenance.record.RecordReport;
import redoubt.provenance.record.RecordSettings;
import redoubt.provenance.record.RecordTrust;
import redoubt.provenance.record.RecordVerifier;
import redoubt.provenance.record.Verdict;

/// A real record with an anchor beside it, verified as a whole.
class AnchoredRecordTest {
    @TempDir Path home;

    private long size;
    private OtsProof proof;

    @BeforeEach
    void a_record_whose_checkpoint_is_anchored() throws Exception {
        var settings =
                RecordSettings.in(
                        home, "Test site", "test", Bytes.of(new byte[32]), InstantSource.system());
        try (AuditRecord record = AuditRecord.open(settings)) {
            Checkpoint checkpoint = record.checkpoint();
            size = checkpoint.size();
            String[] note = checkpoint.note().split("\n", 4);
            String text = "%s\n%s\n%s\n".formatted(note[0], note[1], note[2]);
            proof = OtsProof.of(AnchorChecks.digest(text).toArray()).hash();
        }
        byte[] message = proof.message();
        keep(proof.bitcoin(5).toArray());
        Files.createDirectories(home.resolve("trust/bitcoin-headers"));
        Files.writeString(
                home.resolve("trust/bitcoin-headers/some"),
                "5 " + OtsProof.header(message, 1_700_000_000));
    }

    private void keep(byte[] bytes) throws Exception {
        Files.createDirectories(home.resolve("record/anchors"));
        Files.write(home.resolve("record/anchors/%016d.ots".formatted(size)), bytes);
    }

    private RecordReport verified() throws Exception {
        return new RecordVerifier(RecordTrust.read(home.resolve("trust")), List.of())
                .verify(home.resolve("record"), _ -> {});
    }

    @Test
    void says_when_it_existed() throws Exception {
        RecordReport report = verified();
        assertEquals(Verdict.VALID_UNWITNESSED, report.verdict(), report.checks().toString());
        assertTrue(
                report.checks().stream()
                        .anyMatch(check ->
                                check.name().equals("anchor")
                                        && check.outcome() == Check.Outcome.GOOD
                                        && check.detail().contains("2023-11-14")),
                report.checks().toString());
    }

    @Test
    void is_invalid_with_a_false_anchor() throws Exception {
        keep(OtsProof.of(new byte[32]).bitcoin(5).toArray());
        RecordReport report = verified();
        assertEquals(Verdict.INVALID, report.verdict());
        assertEquals("anchor", report.checks().getLast().name());
    }
}
