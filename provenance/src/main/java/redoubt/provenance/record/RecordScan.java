package redoubt.provenance.record;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redoubt.provenance.cbor.CborException;

/// Reads a record at start-up. Chain and checksums of all entries are recomputed; signatures are
/// checked from the last checkpoint on, because the checkpoint's own signature covers those before.
/// What is torn behind the last durable batch was never acknowledged and is cut off; anything else
/// that is wrong stops the appliance. Source: docs/audit-record.md section 9.
final class RecordScan {
    /// @param endOffset length of the last segment after mending
    /// @param checkpointSize entries under the last good checkpoint, 0 when there is none
    record Found(
            RecordState state,
            MerkleTree tree,
            long endOffset,
            long tornBytes,
            long checkpointSize) {}

    private final Path folder;
    private final RecordState state = new RecordState();
    private final MerkleTree tree = new MerkleTree();
    private final List<RecordState.OpenedEpoch> epochs = new ArrayList<>();
    private @Nullable CoseSign1 genesis;
    private MlDsa.@Nullable Verifier verifier;
    private long verifiedTo;
    private long tornBytes;
    private long endOffset;

    private RecordScan(Path folder) {
        this.folder = folder;
    }

    static Found read(Path folder) throws IOException {
        var scan = new RecordScan(folder);
        var checkpoint = scan.lastCheckpoint();
        scan.verifiedTo = checkpoint == null ? 0 : checkpoint.size();
        var segments = SegmentFile.in(folder);
        for (int i = 0; i < segments.size(); i++)
            scan.readSegment(segments.get(i), i == segments.size() - 1);
        // GENESIS alone: an installation that was cut short, before there was a key to check with.
        if (scan.state.size() == 1 && scan.epochs.isEmpty())
            return new Found(scan.state, scan.tree, scan.endOffset, scan.tornBytes, 0);
        long covered = checkpoint == null ? 0 : scan.compare(checkpoint);
        return new Found(scan.state, scan.tree, scan.endOffset, scan.tornBytes, covered);
    }

    private void readSegment(Path file, boolean last) throws IOException {
        if (last && SegmentReader.isUnbegun(file, state.size())) {
            // Its creation was cut short; the folder's name came before its bytes.
            tornBytes += Files.size(file);
            Files.delete(file);
            return;
        }
        if (Files.size(file) > Integer.MAX_VALUE)
            throw tampered(
                    "%s is longer than any segment that is written.".formatted(file.getFileName()));
        state.startSegment(state.size(), file);
        try (var reader = SegmentReader.open(file, state.size())) {
            while (true) {
                endOffset = reader.position();
                switch (reader.next()) {
                    case SegmentReader.Frame.Whole whole -> accept(whole.cose(), endOffset);
                    case SegmentReader.Frame.End _ -> {
                        return;
                    }
                    case SegmentReader.Frame.Torn torn -> {
                        mend(file, torn, last);
                        return;
                    }
                }
            }
        }
    }

    private void accept(Bytes cose, long offset) throws RecordException {
        long sequence = state.size();
        try {
            var signed = CoseSign1.decode(cose.toArray());
            var entry = Entry.decode(signed.payload().toArray());
            if (entry.sequence() != sequence)
                throw tampered(
                        "Entry %d says that it is entry %d.".formatted(sequence, entry.sequence()));
            if (!entry.previousHash().equals(state.previousHash()))
                throw tampered("Entry %d does not follow the entry before it.".formatted(sequence));
            if (sequence > 0 && !entry.logId().equals(state.logId()))
                throw tampered("Entry %d belongs to another record.".formatted(sequence));
            var place = RecordState.place(sequence, state.previousHash(), cose.toArray());
            state.add(entry, place, offset);
            tree.append(place.leafHash());
            if (entry.event() instanceof Event.EpochOpened) open(state.epoch());
            if (sequence >= verifiedTo) verify(sequence, signed);
        } catch (CborException malformed) {
            throw tampered(
                    "Entry %d is not an entry: %s.".formatted(sequence, malformed.getMessage()));
        }
    }

    private void open(RecordState.OpenedEpoch epoch) throws RecordException {
        epochs.add(epoch);
        try {
            verifier = MlDsa.ML_DSA_65.verifier(MlDsa.ML_DSA_65.publicKey(epoch.publicKey()));
        } catch (GeneralSecurityException notAKey) {
            throw tampered("The key of entry %d is not one.".formatted(epoch.openedAt()));
        }
    }

    // At once, so that nothing of an entry is kept that is not needed later. GENESIS alone waits:
    // it is signed by the key that entry 1 opens.
    private void verify(long sequence, CoseSign1 signed) throws RecordException {
        if (sequence == 0) {
            genesis = signed;
            return;
        }
        var first = genesis;
        genesis = null;
        if (first != null) requireSigned(0, first);
        requireSigned(sequence, signed);
    }

    private void requireSigned(long sequence, CoseSign1 signed) throws RecordException {
        var key = verifier;
        if (key == null || !signed.verifies(key))
            throw tampered("The signature of entry %d is wrong.".formatted(sequence));
    }

    private void mend(Path file, SegmentReader.Frame.Torn torn, boolean last) throws IOException {
        if (verifiedTo > state.size())
            throw tampered(
                    "In %s the frame at byte %d is damaged (%s), and the last checkpoint covers it."
                            .formatted(file.getFileName(), torn.at(), torn.how()));
        if (!last || SegmentTail.hasBatchAfter(file, torn.at()))
            throw tampered(
                    "In %s the frame at byte %d is damaged (%s), and later entries follow it."
                            .formatted(file.getFileName(), torn.at(), torn.how()));
        tornBytes += Files.size(file) - torn.at();
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(torn.at());
            channel.force(true);
        }
    }

    private @Nullable Checkpoint lastCheckpoint() throws IOException {
        try {
            var bytes = CheckpointFile.read(folder);
            return bytes.isPresent() ? Checkpoint.parse(bytes.get()) : null;
        } catch (MalformedRecordException torn) {
            // It is written without a sync, so a power cut may leave it empty or half.
            return null;
        }
    }

    private long compare(Checkpoint checkpoint) throws RecordException {
        if (checkpoint.size() > state.size())
            throw tampered(
                    "The record ends after %d entries, but its last checkpoint covers %d: its end was cut off."
                            .formatted(state.size(), checkpoint.size()));
        if (!checkpoint.root().equals(tree.root(checkpoint.size())))
            throw tampered(
                    "The first %d entries are not those that the last checkpoint covers."
                            .formatted(checkpoint.size()));
        var signer =
                epochs.stream()
                        .filter(epoch -> epoch.openedAt() < checkpoint.size())
                        .reduce((_, later) -> later);
        if (signer.isEmpty()
                || !checkpoint.isSignedBy(signer.get().publicKey(), signer.get().notePublicKey()))
            throw tampered("The last checkpoint is not signed by the epoch that it belongs to.");
        return checkpoint.size();
    }

    private static RecordException tampered(String what) {
        return new RecordException(
                RecordException.Reason.TAMPERED,
                what
                        + " The record was changed by something other than this appliance, or the disk"
                        + " is damaged. Nothing will be answered on top of it. Copy the record folder"
                        + " away for an investigation, then restore a backup whose record verifies"
                        + " (redoubt record verify).");
    }
}
