package redoubt.provenance.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/// Checks a whole record folder against a record root that the checker brings, and stops at the
/// first thing that is wrong. Reads only. One call at a time. Source: docs/audit-record.md section
/// 10.
public final class RecordVerifier {
    private final RecordTrust trust;
    private final List<Checkpoint> known;

    /// @param known checkpoints that the checker kept from earlier, with which this record must
    ///   agree
    public RecordVerifier(RecordTrust trust, List<Checkpoint> known) {
        this.trust = trust;
        this.known = List.copyOf(known);
    }

    /// @param progress told now and then how many entries hold so far
    /// @throws IOException when the folder cannot be read
    public RecordReport verify(Path folder, LongConsumer progress) throws IOException {
        List<Check> checks = new ArrayList<>();
        RecordWalk walk = new RecordWalk(trust, progress);
        Verdict verdict;
        try {
            walk.through(folder, checks);
            verdict = checkpoints(folder, walk, checks);
        } catch (Refusal refusal) {
            checks.add(refusal.asCheck());
            verdict = refusal.verdict();
        }
        Optional<Bytes> logId = walk.chain().map(EpochChain::logId);
        return new RecordReport(verdict, checks, walk.size(), logId);
    }

    private Verdict checkpoints(Path folder, RecordWalk walk, List<Check> checks)
            throws IOException, Refusal {
        for (Checkpoint checkpoint : known) {
            requireAgreement(checkpoint, walk, "a checkpoint that you brought");
        }
        if (!known.isEmpty()) {
            checks.add(
                    Check.good(
                            "your checkpoints",
                            "the record agrees with all " + known.size() + " that you brought"));
        }
        Path file = folder.resolve("checkpoint");
        if (!Files.exists(file)) {
            checks.add(
                    Check.unchecked(
                            "checkpoint",
                            "the folder has no checkpoint file, so nothing says how long the record"
                                    + " should be; a cut tail would not be noticed"));
            return Verdict.INCOMPLETE;
        }
        if (Files.size(file) > SignedNote.NOTE_BYTES_MAX) {
            throw new Refusal("checkpoint", "The checkpoint file is longer than 512 KiB.");
        }
        Checkpoint last;
        try {
            last = Checkpoint.parse(Files.readAllBytes(file));
        } catch (MalformedRecordException e) {
            throw new Refusal("checkpoint", String.valueOf(e.getMessage()));
        }
        requireAgreement(last, walk, "its own checkpoint");
        checks.add(
                Check.good(
                        "checkpoint",
                        "signed, covers "
                                + last.size()
                                + " of "
                                + walk.size()
                                + " entries, and has their root"));
        checks.add(
                Check.note(
                        "witnesses",
                        "nothing is witnessed yet: no independent party has countersigned this record,"
                                + " so a site that holds its own keys could have written it anew"));
        return Verdict.VALID_UNWITNESSED;
    }

    private static void requireAgreement(Checkpoint checkpoint, RecordWalk walk, String whose)
            throws Refusal {
        EpochChain chain = walk.chain().orElseThrow();
        if (checkpoint.size() > walk.size()) {
            throw new Refusal(
                    "checkpoint",
                    "The record has "
                            + walk.size()
                            + " entries and "
                            + whose
                            + " counts "
                            + checkpoint.size()
                            + ": its tail was cut off, or it was rolled back.");
        }
        chain.requireCheckpoint(checkpoint);
        if (!walk.tree().root(checkpoint.size()).equals(checkpoint.root())) {
            throw new Refusal(
                    Verdict.FORKED,
                    "checkpoint",
                    "The site's key signed another history of the first "
                            + checkpoint.size()
                            + " entries than this one ("
                            + whose
                            + "). Both cannot be true.");
        }
    }
}
