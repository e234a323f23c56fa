package redoubt.provenance.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A record that holds GENESIS, a checkpoint of it, and nothing else: the power went between the
/// first two entries of an installation, or somebody cut an installed record down to it.
class CutShortInstallationTest {
    @TempDir Path home;
    private Bytes logId;

    @BeforeEach
    void leave_genesis_alone_with_a_checkpoint() throws Exception {
        try (var record = AuditRecord.open(RecordCrashTest.settings(home))) {
            logId = record.logId();
        }
        Path segment = SegmentFile.name(home.resolve("record"), 0);
        byte[] whole = Files.readAllBytes(segment);
        int length = ByteBuffer.wrap(whole).getInt(SegmentFile.HEAD_BYTES);
        int end = SegmentFile.HEAD_BYTES + length + SegmentFile.FRAME_EXTRA_BYTES;
        Files.write(segment, Arrays.copyOf(whole, end));
        byte[] genesis =
                Arrays.copyOfRange(
                        whole, SegmentFile.HEAD_BYTES + 4, SegmentFile.HEAD_BYTES + 4 + length);
        var tree = new MerkleTree();
        tree.append(Merkle.leafHash(genesis));
        var key = EpochKey.load(home.resolve("keys/epoch.key"));
        CheckpointFile.write(
                home.resolve("record"), key.checkpoint(logId, 1, tree.root(), Instant.EPOCH));
    }

    @Test
    void is_begun_again_where_no_site_was_published_yet() throws Exception {
        Files.delete(home.resolve("trust/record-log-id"));
        try (var record = AuditRecord.open(RecordCrashTest.settings(home))) {
            assertEquals(2, record.size());
            assertEquals(1, record.epoch());
            assertTrue(record.recovery().orderly());
            assertNotEquals(logId, record.logId());
        }
        RecordFullDiskTest.verifies(home);
    }

    @Test
    void is_refused_where_the_site_has_a_record() throws Exception {
        var refused =
                assertThrows(
                        RecordException.class,
                        () -> AuditRecord.open(RecordCrashTest.settings(home)));
        assertEquals(RecordException.Reason.TAMPERED, refused.reason(), refused.sentence());
    }
}
