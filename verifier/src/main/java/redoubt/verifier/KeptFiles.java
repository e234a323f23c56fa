package redoubt.verifier;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import redoubt.provenance.record.Bytes;
import redoubt.provenance.record.Checkpoint;
import redoubt.provenance.record.Kept;
import redoubt.provenance.record.KeptReceipt;
import redoubt.provenance.record.MalformedRecordException;
import redoubt.provenance.record.PaperCheckpoint;
import redoubt.provenance.record.RecordVerifier;

/// Reads what somebody kept of a record: checkpoints with their signatures or as three lines on
/// paper, proofs, receipts. What it is, the bytes say. Stateless. Source: docs/audit-record.md
/// sections 8, 8.2 and 12.6.
final class KeptFiles {
    private static final long FILE_BYTES_MAX = 64 << 20;

    private KeptFiles() {}

    /// @param receipts proof files, and the JSON that came with answers
    /// @throws UsageException when one is not what it should be: then the check does not begin. A
    ///   proof that is malformed is the verifier's to refuse
    static Kept read(List<Path> checkpoints, List<Path> receipts)
            throws IOException, UsageException {
        List<Checkpoint> signed = new ArrayList<>();
        List<PaperCheckpoint> papers = new ArrayList<>();
        for (Path file : checkpoints) {
            byte[] bytes = bounded(file, "a checkpoint").toArray();
            if (PaperCheckpoint.isMeant(bytes)) papers.add(paper(file, bytes));
            else signed.add(checkpoint(file, bytes));
        }
        List<RecordVerifier.KeptProof> proofs = new ArrayList<>();
        List<KeptReceipt> told = new ArrayList<>();
        for (Path file : receipts) {
            Bytes bytes = bounded(file, "a proof or receipt");
            if (KeptReceipt.isMeant(bytes.toArray())) told.add(receipt(file, bytes.toArray()));
            else proofs.add(new RecordVerifier.KeptProof(file.toString(), bytes));
        }
        return new Kept(signed, papers, proofs, told);
    }

    /// A signed one.
    static Checkpoint checkpoint(Path file) throws IOException, UsageException {
        return checkpoint(file, bounded(file, "a checkpoint").toArray());
    }

    private static Checkpoint checkpoint(Path file, byte[] bytes) throws UsageException {
        try {
            return Checkpoint.parse(bytes);
        } catch (MalformedRecordException e) {
            throw new UsageException(file + " is not a checkpoint: " + e.getMessage());
        }
    }

    private static PaperCheckpoint paper(Path file, byte[] bytes) throws UsageException {
        try {
            return PaperCheckpoint.parse(bytes);
        } catch (MalformedRecordException e) {
            throw new UsageException(
                    file
                            + " is neither a signed checkpoint nor the three lines of one: "
                            + e.getMessage());
        }
    }

    private static KeptReceipt receipt(Path file, byte[] bytes) throws UsageException {
        try {
            return KeptReceipt.parse(file.toString(), bytes);
        } catch (MalformedRecordException e) {
            throw new UsageException(
                    file
                            + " is not a receipt: "
                            + e.getMessage()
                            + " Keep the object under `redoubt` by itself.");
        }
    }

    static Bytes bounded(Path file, String what) throws IOException, UsageException {
        if (!Files.isRegularFile(file)) {
            throw new UsageException("There is no file " + file + ".");
        }
        if (Files.size(file) > FILE_BYTES_MAX) {
            throw new UsageException(file + " is too large to be " + what + ".");
        }
        return Bytes.of(Files.readAllBytes(file));
    }
}
